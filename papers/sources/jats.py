"""Text with JATS, MathML or HTML in it, as publishers give it to Crossref, made plain. Pure.

Markup is read here, never cleaned to be shown: what comes out is text, and pages escape text.
"""

import re
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element, ParseError

import nh3
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

# Looks like the tag of an element, not like the sign in “p < 0.05” or “a<b”.
_TAG = re.compile(r"</?(?:[a-z]+:)?[a-z][a-z0-9-]*(?:\s+[a-z:-]+\s*=[^<>]*)?\s*/?>", re.IGNORECASE)
# Prefixes are used without being declared: the declaration stands at the top of another document.
_PREFIX = re.compile(r"(</?)[a-z]+:", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"(<[a-z][a-z0-9-]*)\s[^<>]*?(/?>)", re.IGNORECASE)
# “&nbsp;” is an entity of HTML that XML does not know, and a bare “&” is none at all.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-f]+);)(\w+;)?", re.IGNORECASE)

_BLOCKS = frozenset({"p", "div", "li", "list-item", "disp-formula", "disp-quote", "br", "break"})
_SECTIONS = frozenset({"sec", "abstract", "list", "ul", "ol", "boxed-text"})
_PASSED_OVER = frozenset({"object-id", "label", "graphic", "inline-graphic", "xref", "fn"})
# The wrapping of a formula that was set on its own: \documentclass … \begin{document}$$x$$\end{…
_DOCUMENT = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
# Marks a heading until the paragraph that follows is known; XML refuses this character in a text.
_END_OF_HEADING = "\x01"
_HEADING = re.compile(r"(?:abstract|summary)[.:]?\s*", re.IGNORECASE)


def plain_line(text: str) -> str:
    """Return a title or a name without markup, as one line; sub- and superscripts as TeX."""
    return " ".join(plain_text(text).split())


def plain_text(text: str) -> str:
    """Return a text without markup, its paragraphs parted by blank lines.

    Sub- and superscripts and formulas come as TeX. The heading of a section begins its first
    paragraph; “Abstract” itself is left out. Text that has no markup keeps its lines.
    """
    if not _TAG.search(text):
        # Some publishers escape their markup once more than they should.
        unescaped = unescape(text)
        return plain_text(unescaped) if _TAG.search(unescaped) else unescape(unescaped).strip()
    root = _parsed(text)
    if root is None:
        # So broken that only a browser would make something of it.
        return unescape(nh3.clean(text, tags=set())).strip()
    pieces = (" ".join(piece.split()) for piece in "".join(_pieces(root)).split("\n\n"))
    kept = [piece for piece in pieces if piece]
    return "\n\n".join(_with_headings(kept))


def _parsed(text: str) -> Element | None:
    """Return the text as an element, None when it is not well formed or declares entities."""
    text = _ATTRIBUTES.sub(r"\1\2", _PREFIX.sub(r"\1", text))
    text = _ENTITY.sub(_known_entity, text)
    try:
        return fromstring(f"<text>{text}</text>", forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return None


def _known_entity(found: re.Match[str]) -> str:
    """Return the character that an entity of HTML stands for, or the sign “&” escaped."""
    character = unescape(found[0])
    return f"&amp;{found[1] or ''}" if character == found[0] else _escaped(character)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _pieces(element: Element) -> Iterator[str]:
    """Yield the text of an element piece by piece; "\\n\\n" is the end of a paragraph."""
    yield element.text or ""
    for child in element:
        yield from _child(child)
        yield child.tail or ""


def _child(child: Element) -> Iterator[str]:
    name = str(child.tag).lower()
    if name in _PASSED_OVER:
        return
    if name in ("alternatives", "inline-formula", "disp-formula", "math", "tex-math"):
        yield _formula(child)
    elif name in ("sub", "sup"):
        yield _script(child, "_" if name == "sub" else "^")
    elif name == "title":
        yield from ("\n\n", *_pieces(child), _END_OF_HEADING, "\n\n")
    elif name in _BLOCKS or name in _SECTIONS:
        yield from ("\n\n", *_pieces(child), "\n\n")
    else:
        yield from _pieces(child)


def _script(element: Element, sign: str) -> str:
    text = " ".join("".join(_pieces(element)).split())
    # TeX in it, or a brace, would end the group too early.
    if not text or any(brace in text for brace in "{}$\\"):
        return text
    return f"{sign}{{{text}}}"


def _formula(element: Element) -> str:
    """Return a formula as its TeX, or without one as the characters of its MathML."""
    for tex in element.iter("tex-math"):
        source = "".join(tex.itertext())
        inner = _DOCUMENT.search(source)
        formula = (inner[1] if inner else source).strip().strip("$").strip()
        if formula:
            return f"${formula}$"
    return "".join(_linear(element).split())


def _linear(element: Element) -> str:
    """Return MathML as a line: what stands high or low must not read as a factor."""
    name = str(element.tag).lower()
    if name in ("annotation", "annotation-xml"):
        return ""
    parts = [_linear(child) for child in element]
    if name in ("msup", "msub") and len(parts) == 2:
        return f"{parts[0]}{'^' if name == 'msup' else '_'}{{{parts[1]}}}"
    if name == "msubsup" and len(parts) == 3:
        return f"{parts[0]}_{{{parts[1]}}}^{{{parts[2]}}}"
    if name == "mfrac" and len(parts) == 2:
        return f"({parts[0]})/({parts[1]})"
    return (element.text or "") + "".join(
        part + (child.tail or "") for part, child in zip(parts, element, strict=True)
    )


def _with_headings(paragraphs: list[str]) -> Iterator[str]:
    """Put each heading before the paragraph that follows it: “Methods: We …”."""
    heading = ""
    for paragraph in paragraphs:
        if paragraph.endswith(_END_OF_HEADING):
            title = paragraph.removesuffix(_END_OF_HEADING).strip()
            if title and not _HEADING.fullmatch(title):
                heading += title if title[-1] in ".:?!" else f"{title}:"
                heading += " "
            continue
        yield f"{heading}{paragraph}"
        heading = ""
    if heading:
        yield heading.strip()
