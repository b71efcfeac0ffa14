"""The only tags and attributes a rendered title or abstract may contain."""

import nh3

from papers.mathtext.lengths import bounded

MATHML_TAGS = frozenset(
    """
    math semantics mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom msub msup
    msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd
    """.split()
)
INLINE_TAGS = frozenset({"em", "strong", "code", "sub", "sup"})
ABSTRACT_TAGS = frozenset({"p", "a"})

# No style, class, id or href: an author's TeX decides what a formula says, not how the page looks.
_MATHML_ATTRIBUTES = {
    "*": {"mathvariant", "displaystyle", "scriptlevel"},
    "math": {"display"},
    "mo": set(
        """
        stretchy lspace rspace form fence separator largeop movablelimits symmetric minsize maxsize
        """.split()
    ),
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mspace": {"width", "height", "depth"},
    "mfrac": {"linethickness"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mtd": {"columnspan", "rowspan"},
}
_DROPPED_WITH_CONTENT = {"script", "style"}
_CODE_CLASSES = {"code": {"tex"}}

_formula = nh3.Cleaner(
    tags=set(MATHML_TAGS),
    attributes=_MATHML_ATTRIBUTES,
    attribute_filter=bounded,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    url_schemes=set(),
    link_rel=None,
)
_title = nh3.Cleaner(
    tags=set(MATHML_TAGS | INLINE_TAGS),
    attributes=_MATHML_ATTRIBUTES,
    attribute_filter=bounded,
    allowed_classes=_CODE_CLASSES,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    url_schemes=set(),
    link_rel=None,
)
_abstract = nh3.Cleaner(
    tags=set(MATHML_TAGS | INLINE_TAGS | ABSTRACT_TAGS),
    attributes=_MATHML_ATTRIBUTES | {"a": {"href"}},
    attribute_filter=bounded,
    allowed_classes=_CODE_CLASSES,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    url_schemes={"https"},
    url_relative="deny",
    link_rel="nofollow noopener",
)


def clean_formula(mathml: str) -> str:
    """Keep MathML alone; well-formed as XML but for named entities."""
    return _formula.clean(mathml)


def clean_title(html: str) -> str:
    """Keep MathML and inline tags: a title stands inside headings and links."""
    return _title.clean(html)


def clean_abstract(html: str) -> str:
    """Keep MathML, inline tags, paragraphs and https links, which search engines do not follow."""
    return _abstract.clean(html)
