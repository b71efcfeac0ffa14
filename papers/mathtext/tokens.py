"""What is not plain text in a title or abstract: one pattern, and the questions asked of a match.

Every repetition is possessive or bounded, and the body of a formula ends before the next sign that
could open another of its kind. So scanning takes time in proportion to the input, whatever it is.
"""

import re

BLANK = r"[ \t\n\f\v\x85\u2028\u2029]"
_LETTER = r"[^\W\d_]"
_DOTLESS_OR_LETTER = rf"(?:\\[ij](?![A-Za-z]){BLANK}*+|{_LETTER})"
_BRACED_LETTER = rf"\{{(?:\\[ijoOlL]|{_LETTER})\}}"
_ENVIRONMENTS = r"(?:equation|displaymath|math|multline|align|eqnarray|gather)\*?"

# Where a token may begin: tried first, because most of a text is not one.
TOKEN_START = re.compile(r"""[\\${}~`'"]|[\^_]\{|--|https?://""")

TOKEN = re.compile(
    rf"""
      (?P<display> \$\$ (?P<dollars_tex> (?: [^$\\] | \\. )++ ) \$\$
                 | \\\[ (?P<bracket_tex> (?: [^\\] | \\[^\[\]] )++ ) \\\] )
    | (?P<inline>  \$ (?P<dollar_tex> (?: [^$\\] | \\. )++ ) \$ (?![0-9])
                 | \\\( (?P<paren_tex> (?: [^\\] | \\[^()] )++ ) \\\) )
    | (?P<environment> \\begin\{{ (?P<environment_name> {_ENVIRONMENTS} ) \}} )
    | (?P<accent> \\ (?: (?P<sign> ['`^"~=.] ) {BLANK}{{0,3}}
                         (?P<sign_base> {_BRACED_LETTER} | {_DOTLESS_OR_LETTER} )
                       | (?P<letter> [uvHckrbd] )
                         (?P<letter_base> {BLANK}{{0,3}} {_BRACED_LETTER}
                                        | {BLANK}{{1,3}} {_DOTLESS_OR_LETTER} ) ) )
    | (?P<href> \\href\{{ (?P<href_url> [^{{}}\s]++ ) \}} \{{ )
    | (?P<url> \\url\{{ (?P<braced_url> [^{{}}\s]++ ) \}}
             | https?:// (?: [A-Za-z0-9._~:/?\#\[\]@!&'()*+,;=%-] | \\[_~%\#&] )++ )
    | (?P<command> \\ (?: (?P<name> [A-Za-z]++ ) \*?+ | (?P<escaped> . ) ) )
    | (?P<script> [\^_]\{{ )
    | (?P<brace> [{{}}] )
    | (?P<quote> ``|''|[`'"] )
    | (?P<dashes> -{{2,}}+ )
    | (?P<tie> ~ )
    """,
    re.VERBOSE | re.DOTALL,
)

# What may stand between a command and its argument: \cite[p. 3]{x}
ARGUMENT = re.compile(rf"(?:\[[^\[\]{{}}]{{0,80}}\]){{0,2}}{BLANK}{{0,3}}\{{")
SHORT_ARGUMENT = re.compile(r"\{[^{}]{0,200}\}")
BLANKS = re.compile(rf"{BLANK}++")
EMPTY_GROUP_OR_BLANKS = re.compile(rf"\{{\}}|{BLANK}*+")
LINKABLE = re.compile(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:[/?#][!-~]*)?")
QUOTED = re.compile(r"[^\s`'](?:[^`']|'(?=\w)){0,200}'(?!\w)")

_PROSE_WORD = re.compile(
    r"(?<=\s)(?:and|are|at|billion|by|for|from|in|is|million|of|on|or|per|than|the|to|vs|while|with)"
    r"(?=\s|\Z)"
)
_FORMULA_SIGN = re.compile(r"[\\^_=]|\A\s*(?:\w|[0-9.,]+)\s*\Z")
_PAIRS = {")": "(", "]": "["}


def is_formula(tex: str) -> bool:
    """Tell what is between two dollars from what is between two prices.

    "$5 million and $6 million" is prose, and so is anything that leaves one side blank only,
    unless it has a sign of mathematics and no word of English.
    """
    leads, trails = tex[0].isspace(), tex[-1].isspace()
    if "\\" in tex and leads == trails:
        return not tex.isspace()
    if _PROSE_WORD.search(tex):
        return False
    return not (leads or trails) or _FORMULA_SIGN.search(tex) is not None


def url_length(url: str) -> int:
    """Give the length of a URL without the punctuation and brackets of the sentence around it."""
    end = len(url)
    surplus = {close: url.count(close) - url.count(open_) for close, open_ in _PAIRS.items()}
    while end:
        last = url[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in ".,;:!?'*":
            break
        end -= 1
    return end
