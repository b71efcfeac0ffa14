r"""Texts of BibTeX: TeX's accents, quotes and dashes become Unicode, mathematics stays as it is.

``{\'E}tudes of $\mathbb{Z}_2$-graded {LOOM}s`` becomes ``Études of $\mathbb{Z}_2$-graded LOOMs``.
pylatexenc reads the TeX; what it drops or mistakes in running text is told to it here. Pure.
"""

import html
import logging
import re
import unicodedata
from functools import lru_cache

from pylatexenc import latex2text, latexwalker, macrospec

from papers.sources import jats

# Nothing that is read here may be longer; pylatexenc takes a second for 100,000 characters.
MAX_LENGTH = 100_000

_SIGNS_OF_TEX = re.compile(r"[\\{}$~]|--|``|''|[?!]`")
# Most titles have braces at most; for them alone pylatexenc would take most of an import's time.
_COMMANDS_OR_FORMULAS = re.compile(r"[\\$]")
_WRITTEN = {
    "{": "",
    "}": "",
    "~": " ",
    "---": "—",
    "--": "\N{EN DASH}",
    "``": "“",
    "''": "”",
    "?`": "¿",
    "!`": "¡",
}
_SIMPLE = re.compile(r"[{}~]|--(?:-)?|``|''|[?!]`")
# A blank line, and what TeX has for it.
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\\par(?![a-zA-Z])")
# In a bibliography a percent sign is one: it has no comments.
_PERCENT = re.compile(r"(?<!\\)((?:\\\\)*)%")
# Better BibTeX keeps the single braces of a text in balance so; within a formula or behind _ and ^
# they belong to it, elsewhere they only kept capitals. No text has the signs that stand for them
# until that is known.
_OPENING, _CLOSING = "\ufdd0", "\ufdd1"
_KEPT_CAPITALS = re.compile(
    rf"(\$[^$]*\$)|(?<![_^]){_OPENING}([^{_OPENING}{_CLOSING}$]*){_CLOSING}"
)
# A bar through a letter, made of the sign for “not”: it is for ł and ø, which it stands before or
# behind.
_BARRED = dict(zip("lLoO", "łŁøØ", strict=True))
_BAR = re.compile(r"([lLoO]?)(?:\{\$\\not\$\}|\$\\not\$)([lLoO]?)")
# Before TeX is read:
_MENDED = (
    (re.compile(r"\\\{(\(?)\\vphantom\\\}"), rf"{_OPENING}\1"),
    (re.compile(r"\\vphantom\\\{\\\}"), _CLOSING),
    # An accent on no letter is the sign, as in a formula whose dollar signs are escaped.
    (re.compile(r"\\\^(?![A-Za-z\\{ ])"), r"\\textasciicircum{}"),
    # Lengths of a hand-made letter.
    (re.compile(r"\\(?:raise|lower|kern|hskip|vskip)\s*-?[0-9.]*\s*(?:ex|em|pt|mm)"), ""),
)
# Mendeley's way of writing the signs of a tag.
_COMPARISON = re.compile(r"\$\s*([<>])\s*\$")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")
_INDEX = re.compile(r"[A-Za-z0-9+.,=()\N{MINUS SIGN}-]{1,20}")

# Names of journals as macros: the exports of NASA's ADS have them.
_JOURNALS = {
    "aap": "Astronomy & Astrophysics",
    "aapr": "Astronomy & Astrophysics Review",
    "aaps": "Astronomy & Astrophysics Supplement",
    "actaa": "Acta Astronomica",
    "aj": "Astronomical Journal",
    "ao": "Applied Optics",
    "apj": "Astrophysical Journal",
    "apjl": "Astrophysical Journal Letters",
    "apjs": "Astrophysical Journal Supplement",
    "apss": "Astrophysics and Space Science",
    "araa": "Annual Review of Astronomy and Astrophysics",
    "baas": "Bulletin of the AAS",
    "grl": "Geophysical Research Letters",
    "icarus": "Icarus",
    "jcap": "Journal of Cosmology and Astroparticle Physics",
    "jgr": "Journal of Geophysical Research",
    "mnras": "Monthly Notices of the Royal Astronomical Society",
    "nar": "New Astronomy Reviews",
    "nat": "Nature",
    "pasa": "Publications of the Astronomical Society of Australia",
    "pasj": "Publications of the Astronomical Society of Japan",
    "pasp": "Publications of the Astronomical Society of the Pacific",
    "physrep": "Physics Reports",
    "planss": "Planetary and Space Science",
    "pra": "Physical Review A",
    "prb": "Physical Review B",
    "prc": "Physical Review C",
    "prd": "Physical Review D",
    "pre": "Physical Review E",
    "prl": "Physical Review Letters",
    "qjras": "Quarterly Journal of the Royal Astronomical Society",
    "solphys": "Solar Physics",
    "ssr": "Space Science Reviews",
}
_SIGNS = {
    "AmSTeX": "AMS-TeX",
    "BibTeX": "BibTeX",
    "Dash": "—",
    "EUR": "€",
    "LaTeX": "LaTeX",
    "LaTeXe": "LaTeX2e",
    "MF": "METAFONT",
    "MP": "MetaPost",
    "P": "¶",
    "S": "§",
    "SS": "ẞ",
    "TUB": "TUGboat",
    "TeX": "TeX",
    "XeTeX": "XeTeX",
    "backslash": "\\",
    "copyright": "©",
    "dash": "\N{EN DASH}",
    "ddag": "‡",
    "deg": "°",
    "degree": "°",
    "euro": "€",
    "lbrace": "{",
    "micro": "µ",
    "newline": " ",
    "ohm": "Ω",
    "pounds": "£",
    "rbrace": "}",
    "slash": "/",
    "space": " ",
    "textasciicircum": "^",
    "textasciimacron": "\N{MACRON}",
    "textasciitilde": "~",
    "textbackslash": "\\",
    "textbar": "|",
    "textgreater": ">",
    "textless": "<",
    "textperiodcentered": "·",
    "textpm": "±",
    "textquotedbl": '"',
    "textregistered": "®",
    "textunderscore": "_",
    "thinspace": " ",
}
# Commands of which only the argument is of use.
_PLAIN = ("hbox", "mbox", "fbox", "textcyr", "uppercase", "lowercase", "text")
# Commands that print nothing which belongs into a text.
_DROPPED = ("cite", "footnote", "label", "vphantom", "hspace", "vspace")

# What cannot be read is read otherwise here; there is nothing that anybody could do about it.
logging.getLogger("pylatexenc").setLevel(logging.WARNING)


def plain_line(tex: str) -> str:
    """Return the text of a field that is one line, such as a title."""
    return " ".join(jats.plain_text(_plain(tex)).split())


def plain_paragraphs(tex: str) -> str:
    """Return the text of a field that may have paragraphs; a blank line parts them."""
    pieces = (" ".join(_plain(piece).split()) for piece in _PARAGRAPH_END.split(tex))
    return jats.plain_text("\n\n".join(piece for piece in pieces if piece))


def plain_address(tex: str) -> str:
    r"""Return a DOI or URL without what TeX needs: ``\_``, ``{\%}``, ``$<$``, ``\url{…}``."""
    bare = _COMPARISON.sub(r"\1", _URL.sub(r" \1 ", tex))
    bare = re.sub(r"\{?\\textless(?:\{\}|\s|\})", "<", bare)
    bare = re.sub(r"\{?\\textgreater(?:\{\}|\s|\})", ">", bare)
    bare = bare.replace(r"{\textasciitilde}", "~").replace(r"\textasciitilde{}", "~")
    return html.unescape(re.sub(r"[{}]|\\(?=[_%#&$~^{}])", "", bare)).strip()


@lru_cache(maxsize=4_096)
def _plain(tex: str) -> str:
    if not _SIGNS_OF_TEX.search(tex):
        return tex
    if not _COMMANDS_OR_FORMULAS.search(tex):
        return _SIMPLE.sub(lambda found: _WRITTEN[found[0]], tex)
    return _decoded(_COMPARISON.sub(r"\1", tex[:MAX_LENGTH]))


def _decoded(tex: str) -> str:
    source = _BAR.sub(_barred, _PERCENT.sub(r"\1\\%", tex))
    for pattern, replacement in _MENDED:
        source = pattern.sub(replacement, source)
    try:
        nodes, _start, _length = latexwalker.LatexWalker(
            source, latex_context=_COMMANDS, tolerant_parsing=True
        ).get_latex_nodes()
        text = str(_WRITER.nodelist_to_text(nodes))
    except (latexwalker.LatexWalkerError, RecursionError, IndexError, ValueError):
        # Nobody writes a hundred braces in a title; without them it can be read at least.
        text = re.sub(r"[{}]", "", tex)
    if _OPENING in text or _CLOSING in text:
        text = _KEPT_CAPITALS.sub(lambda found: found[1] or found[2], text)
        text = text.replace(_OPENING, "{").replace(_CLOSING, "}")
    return text


def _barred(found: re.Match[str]) -> str:
    before, after = found.groups()
    if before:
        return _BARRED[before] + after
    return _BARRED.get(after, "")


def _unknown(node: latexwalker.LatexMacroNode) -> str:
    r"""Write a command that nobody knows: \CTAN is a name, \foo changes how something looks.

    Braces behind it are read for themselves.
    """
    name = str(node.macroname)
    return name if name[:1].isupper() or name in {"<", ">", "|"} else ""


def _argument(node: latexwalker.LatexMacroNode, place: int = 0) -> str:
    """Return the source of an argument, without its braces."""
    argument = node.nodeargd.argnlist[place] if node.nodeargd and node.nodeargd.argnlist else None
    if argument is None:
        return ""
    source = str(argument.latex_verbatim())
    return source[1:-1] if source.startswith("{") else source


def _hooked(node: latexwalker.LatexMacroNode) -> str:
    """Write a letter with the hook of Vietnamese, an accent that pylatexenc does not know."""
    letters = plain_line(_argument(node))
    return unicodedata.normalize("NFC", f"{letters[:1]}\u0309{letters[1:]}") if letters else ""


def _formula(node: latexwalker.LatexMacroNode) -> str:
    return f"${_argument(node)}$"


def _index(sign: str, content: str) -> str:
    return f"{sign}{{{content}}}" if _INDEX.fullmatch(content) else content


def _raised(node: latexwalker.LatexMacroNode) -> str:
    return _index("^", plain_line(_argument(node)))


def _lowered(node: latexwalker.LatexMacroNode) -> str:
    return _index("_", plain_line(_argument(node)))


def _address(node: latexwalker.LatexMacroNode) -> str:
    return plain_address(_argument(node))


def _link_text(node: latexwalker.LatexMacroNode) -> str:
    return plain_line(_argument(node, 1))


def _commands() -> macrospec.LatexContextDb:
    """Say which commands have arguments, beyond those that pylatexenc knows."""
    database = latexwalker.get_default_latex_context_db()
    one = ("enquote", "mkbibquote", "textsubscript", "textsuperscript", *_PLAIN, "vphantom", "h")
    macros = [macrospec.std_macro(name, "{") for name in one]
    macros += [macrospec.std_macro(name, "{{") for name in ("href", "textfrac")]
    database.add_context_category("bibliographies", macros=macros, prepend=True)
    return database


def _writer() -> latex2text.LatexNodes2Text:
    """Say what commands become, beyond those that pylatexenc knows."""
    macro = latex2text.MacroTextSpec
    database = latex2text.get_default_latex_context_db()
    database.add_context_category(
        "bibliographies",
        macros=[
            *(macro(name, simplify_repl=text.replace("%", "%%")) for name, text in _SIGNS.items()),
            *(macro(name, simplify_repl=name_) for name, name_ in _JOURNALS.items()),
            *(macro(name, simplify_repl="%s") for name in _PLAIN),
            macro("h", simplify_repl=_hooked),
            macro("textfrac", simplify_repl="%s/%s"),
            macro("enquote", simplify_repl="“%s”"),
            macro("mkbibquote", simplify_repl="“%s”"),
            macro("ensuremath", simplify_repl=_formula),
            macro("textsuperscript", simplify_repl=_raised),
            macro("textsubscript", simplify_repl=_lowered),
            macro("url", simplify_repl=_address),
            macro("path", simplify_repl=_address),
            macro("href", simplify_repl=_link_text),
            *(macro(name, simplify_repl="") for name in _DROPPED),
        ],
        specials=[latex2text.SpecialsTextSpec("&", simplify_repl="&")],
        prepend=True,
    )
    database.set_unknown_macro_spec(macro("", simplify_repl=_unknown))
    # As in TeX, the blank behind a command only ends it: Stra\ss e.
    return latex2text.LatexNodes2Text(
        latex_context=database, math_mode="verbatim", strict_latex_spaces="macros"
    )


_COMMANDS = _commands()
_WRITER = _writer()
