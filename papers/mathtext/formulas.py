"""One formula: TeX to MathML, and MathML to a line of text."""

import html
import re
from functools import lru_cache

import math_core

from papers.mathtext.lengths import room
from papers.mathtext.linear import mathml_to_text
from papers.mathtext.sanitize import clean_formula

# The converter recurses in native code: what nests too deep for the stack of a thread ends the
# process. Braces nest, and so do brackets that grow and accents that follow one another.
MAX_FORMULA_LENGTH = 1_500
MAX_FORMULA_DEPTH = 30

# In em, as `lengths.room` estimates them. A formula of a title shares its line with words, and its
# page with other titles; one of an abstract may be a derivation over many lines.
MAX_HEIGHT_IN_TITLE = 8
MAX_HEIGHT = 60
MAX_BLANK = 40

_MACROS = {
    "bm": r"\boldsymbol{#1}",
    "emph": r"\textit{#1}",
    "ensuremath": "#1",
    "hbox": r"\text{#1}",
    "mathbbm": r"\mathbb{#1}",
    "mathds": r"\mathbb{#1}",
    "mbox": r"\text{#1}",
    "nicefrac": r"{#1}/{#2}",
    "sfrac": r"{#1}/{#2}",
    "textsc": r"\text{#1}",
    "widetilde": r"\tilde{#1}",
}
_CONVERTER = math_core.LatexToMathML(macros=_MACROS, fancy_error=False)

# A definition could make a short formula expand into megabytes; no abstract needs one.
_DEFINITION = re.compile(r"\\(?:[a-z]*def|let|(?:new|renew|provide)command)(?![A-Za-z])")
_NESTING = re.compile(r"[{}]|\\(?:left|right|begin|end)(?![A-Za-z])")
_OPENING = frozenset({"{", r"\left", r"\begin"})
_COMMANDS_IN_A_ROW = re.compile(rf"(?:\\[A-Za-z]++[\s\[^_]*+){{{MAX_FORMULA_DEPTH + 1}}}")
_PLAIN_SYMBOL = re.compile(
    r"<math>(?:<(?:mrow|mspace|mi|mo|mn)(?: [^>]*)?>|</[a-z]+>|[^<>])*</math>"
)

# TeX's own way of writing a character by its code, which may be the backslash of any command.
_CODED = "^^"
_COMMAND = re.compile(r"\\([A-Za-z]+|.|\Z)", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{([A-Za-z]+\*?)\}")
# The converter knows them, but they reach beyond their formula; others it does not know are harmless.
_FAR_REACHING = frozenset("bgroup egroup begingroup endgroup global begin end".split())
_HARMLESS = frozenset(["-", "/", "pmb", "substack"])


def render_formula(source: str, *, display: bool, in_title: bool) -> tuple[str, str]:
    """Convert TeX without its dollars to (text, HTML).

    What cannot be converted comes back as its source, in ``<code class="tex">`` in the HTML. So
    does what would take too much room.
    """
    mathml = _to_mathml(source, display=display)
    if mathml is not None and _fits(mathml, MAX_HEIGHT_IN_TITLE if in_title else MAX_HEIGHT):
        return mathml_to_text(mathml), mathml
    delimiter = "$$" if display else "$"
    shown = f"{delimiter}{' '.join(source.split())}{delimiter}"
    return shown, f'<code class="tex">{html.escape(shown, quote=False)}</code>'


@lru_cache(maxsize=1024)
def symbol(name: str) -> str | None:
    r"""Give the character a mathematics command without argument stands for, as \le for ≤."""
    if len(name) > 24:
        return None
    mathml = _to_mathml(f"\\{name}", display=False)
    if mathml is None or not _PLAIN_SYMBOL.fullmatch(mathml):
        return None
    return mathml_to_text(mathml) or None


def is_mathematics(source: str) -> bool:
    r"""Say whether TeX without its dollars has none but commands that are known to be mathematics.

    Only such may be handed on to TeX itself: \input and \write18 are commands as well, and TeX obeys
    them in a formula.
    """
    if _CODED in source or _DEFINITION.search(source):
        return False
    names = {found[1] for found in _COMMAND.finditer(_ENVIRONMENT.sub(" ", source))}
    environments = {found[1] for found in _ENVIRONMENT.finditer(source)}
    return (
        names.isdisjoint(_FAR_REACHING)
        and all(map(_is_command, names - _HARMLESS))
        and all(map(_is_environment, environments))
    )


@lru_cache(maxsize=2_048)
def _is_command(name: str) -> bool:
    return len(name) <= 32 and "Unknown command" not in _complaint(f"\\{name}")


@lru_cache(maxsize=256)
def _is_environment(name: str) -> bool:
    return "Unknown environment" not in _complaint(rf"\begin{{{name}}}x\end{{{name}}}")


def _complaint(source: str) -> str:
    """Return why the converter refuses a source; "" if it does not."""
    try:
        _CONVERTER.convert_with_local_state(source, displaystyle=True)
    except math_core.LatexError as error:
        return str(error)
    return ""


def _to_mathml(source: str, *, display: bool) -> str | None:
    if len(source) > MAX_FORMULA_LENGTH or _nests_deep(source) or _DEFINITION.search(source):
        return None
    try:
        mathml: str = _CONVERTER.convert_with_local_state(source, displaystyle=display)
    except math_core.LatexError:
        return None
    return clean_formula(mathml)


def _fits(mathml: str, max_height: float) -> bool:
    height, blank = room(mathml)
    return height <= max_height and blank <= MAX_BLANK


def _nests_deep(source: str) -> bool:
    depth = 0
    for token in _NESTING.findall(source):
        depth = depth + 1 if token in _OPENING else max(depth - 1, 0)
        if depth > MAX_FORMULA_DEPTH:
            return True
    return _COMMANDS_IN_A_ROW.search(source) is not None
