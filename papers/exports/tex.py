"""Text written as TeX for BibTeX: signs escaped, accents as commands, mathematics as it is. Pure.

What stands between dollars without being mathematics is text: TeX would obey its commands.
"""

import re
from functools import lru_cache

from pylatexenc.latexencode import (
    RULE_DICT,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

from papers.mathtext import Piece, is_mathematics, split

# Where pylatexenc's own choice is hard to read, or wrong within BibTeX, which counts braces whether
# or not a backslash stands before them.
_OUR_CHOICES = {
    ord("{"): r"{\textbraceleft}",
    ord("}"): r"{\textbraceright}",
    ord("<"): r"{\textless}",
    ord(">"): r"{\textgreater}",
    ord("|"): r"{\textbar}",
    ord("Ű"): r"{\H{U}}",
    ord("ű"): r"{\H{u}}",
    ord("\N{LEFT SINGLE QUOTATION MARK}"): "`",
    ord("\N{RIGHT SINGLE QUOTATION MARK}"): "'",
    ord("\N{LEFT DOUBLE QUOTATION MARK}"): "``",
    ord("\N{RIGHT DOUBLE QUOTATION MARK}"): "''",
    ord("\N{EN DASH}"): "--",
    ord("\N{EM DASH}"): "---",
    ord("\N{NO-BREAK SPACE}"): "~",
}
_ESCAPED_SIGN = re.compile(r"\\[&%#$_]")
# Signs that would begin a comment in a formula, or stand for an argument.
_FORMULA_SIGN = re.compile(r"(?<!\\)((?:\\\\)*)([%#])")
_WORDS = re.compile(r"([\s\-/]+)")


def _protected(tex: str) -> str:
    r"""Put a command into braces, so that what follows is no part of it: {\"o}, but \&."""
    return tex if _ESCAPED_SIGN.fullmatch(tex) or tex.startswith("{") else f"{{{tex}}}"


_encoder = UnicodeToLatexEncoder(
    conversion_rules=[
        UnicodeToLatexConversionRule(RULE_DICT, _OUR_CHOICES, replacement_latex_protection="none"),
        "defaults",
    ],
    replacement_latex_protection=_protected,
    # What TeX has no command for, such as Chinese, stays: XeTeX, LuaTeX and biber read UTF-8.
    unknown_char_policy="keep",
    unknown_char_warning=False,
)


# What is the same in TeX. The encoder asks several questions of each character, and most are these.
_OTHER = re.compile(r"[^A-Za-z0-9 .,;:()\[\]!?'\"`*+/=@-]")


@lru_cache(maxsize=2_000)
def _encoded(char: str) -> str:
    return str(_encoder.unicode_to_latex(char))


def escaped(text: str) -> str:
    """Write plain text as TeX, on one line."""
    return _prose(" ".join(text.split()))


def tex_title(source: str) -> str:
    """Write a title, with braces where BibTeX would change a capital: {BERT}, {$K$}-theory."""
    return " ".join("".join(map(_title_piece, pieces)) for pieces in split(source))


def tex_paragraphs(source: str) -> str:
    return "\n\n".join("".join(map(_text_piece, pieces)) for pieces in split(source))


def _title_piece(piece: Piece) -> str:
    if piece.is_formula:
        return f"{{{_formula(piece, may_display=False)}}}"
    # Every second part is what separates words.
    return "".join(
        f"{{{_prose(part)}}}" if _has_inner_capital(part) else _prose(part)
        for part in _WORDS.split(piece.text)
    )


def _has_inner_capital(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return any(char.isupper() for char in letters[1:])


def _text_piece(piece: Piece) -> str:
    return _formula(piece, may_display=True) if piece.is_formula else _prose(piece.text)


def _prose(text: str) -> str:
    text = re.sub(r"[^\S\xa0]+", " ", text)
    return _OTHER.sub(lambda other: _encoded(other[0]), text)


def _formula(piece: Piece, *, may_display: bool) -> str:
    tex = balanced(_FORMULA_SIGN.sub(r"\1\\\2", " ".join(piece.text.split())))
    if not is_mathematics(tex):
        return _prose(f"${' '.join(piece.text.split())}$")
    if piece.display and may_display:
        return tex if tex.startswith(r"\begin{") else rf"\[{tex}\]"
    return rf"\({tex}\)" if "$" in tex.replace(r"\$", "") else f"${tex}$"


def balanced(tex: str) -> str:
    r"""Write the TeX of a formula so that its braces pair up for BibTeX as well.

    \{ and \} become \lbrace and \rbrace where one stands alone, as in \left\{ … \right. Braces
    that do not pair up even so were no good TeX; they go.
    """
    if braces_pair_up(tex):
        return tex
    tex = tex.replace(r"\{", r"\lbrace ").replace(r"\}", r"\rbrace ")
    return tex if braces_pair_up(tex) else re.sub(r"[{}]", " ", tex)


def braces_pair_up(text: str) -> bool:
    """Say whether all braces pair up as BibTeX counts them."""
    depth = 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0
