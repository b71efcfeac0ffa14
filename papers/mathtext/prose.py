r"""Running text with TeX in it: accents, quotes, dashes, emphasis, and the formulas in between."""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from papers.mathtext import tokens
from papers.mathtext.formulas import MAX_FORMULA_LENGTH, render_formula, symbol
from papers.mathtext.linear import lowered, raised
from papers.mathtext.symbols import ACCENTS, DROPPED, LETTERS, SIGNS, STYLES, SWITCHES, WRAPPED

MAX_NESTED_GROUPS = 30


@dataclass(slots=True)
class _Group:
    """Braces that are open: what to put in their place once their end is found."""

    place: int  # of the piece reserved for the opening
    source: str  # shown in its place if the group never closes
    markup: tuple[str, str] = ("", "")
    text: tuple[str, str] = ("", "")
    script: Callable[[str], str] | None = None  # writes the content as a super- or subscript
    bare: bool = False  # braces without a command before them
    has_comma: bool = False
    switches: list[tuple[int, str, str]] = field(default_factory=list)  # place, tag, source


class Scanner:
    """Reads one paragraph from left to right and writes its text and its HTML side by side.

    Both are lists of pieces with the same places. A group that opens reserves a piece and fills it
    when it closes: tags are always balanced, and no piece is copied from list to list.
    """

    def __init__(self, *, inline: bool) -> None:
        """With `inline` there are no links and no displayed formulas."""
        self._inline = inline
        self._text: list[str] = []
        self._html: list[str] = []
        self._groups: list[_Group] = []
        self._open_links = 0
        self._open_quotes = 0
        self._single_quote_is_open = False

    def scan(self, source: str) -> tuple[str, str]:
        """Render a whole paragraph to (text, HTML); the HTML still has to pass the sanitiser."""
        position = 0
        while start := tokens.TOKEN_START.search(source, position):
            self._write(source[position : start.start()])
            token = tokens.TOKEN.match(source, start.start())
            if token is None or token.lastgroup is None:
                self._write(source[start.start()])
                position = start.start() + 1
            else:
                position = self._readers[token.lastgroup](self, token)
        self._write(source[position:])
        for group in self._groups:
            self._fill(group.place, group.source)
            for place, _, switch in group.switches:
                self._fill(place, switch)
        return _joined(self._text), _joined(self._html)

    # -- writing

    def _write(self, plain: str) -> None:
        if plain:
            self._put(plain, html.escape(plain, quote=False))
            if self._groups and "," in plain:
                self._groups[-1].has_comma = True

    def _put(self, text: str, markup: str) -> None:
        self._text.append(text)
        self._html.append(markup)

    def _fill(self, place: int, plain: str) -> None:
        self._text[place] = plain
        self._html[place] = html.escape(plain, quote=False)

    def _put_formula(self, tex: str, *, display: bool) -> None:
        shown_apart = display and not self._inline
        self._put(*render_formula(tex.strip(), display=shown_apart, in_title=self._inline))

    # -- formulas

    def _read_display(self, token: re.Match[str]) -> int:
        self._put_formula(token["dollars_tex"] or token["bracket_tex"], display=True)
        return token.end()

    def _read_inline(self, token: re.Match[str]) -> int:
        tex = token["dollar_tex"]
        if tex is not None and not tokens.is_formula(tex):
            self._write("$")
            return token.start() + 1
        self._put_formula(tex or token["paren_tex"], display=False)
        return token.end()

    def _read_environment(self, token: re.Match[str]) -> int:
        name = token["environment_name"]
        closing = f"\\end{{{name}}}"
        end = token.string.find(closing, token.end(), token.end() + 2 * MAX_FORMULA_LENGTH)
        if end < 0:
            return token.end()
        tex = re.sub(r"\\label\{[^{}]*\}", "", token.string[token.end() : end]).strip()
        kind = name.removesuffix("*").replace("eqnarray", "align")
        if kind in {"align", "gather"}:
            # With the star, rows have no numbers: nothing in an abstract refers to them.
            tex = f"\\begin{{{kind}*}}{tex}\\end{{{kind}*}}"
        self._put_formula(tex, display=True)
        return end + len(closing)

    # -- characters

    def _read_accent(self, token: re.Match[str]) -> int:
        accent = token["sign"] or token["letter"]
        base = (token["sign_base"] or token["letter_base"]).strip(" \t\n\f\v\x85\u2028\u2029{}")
        if base.startswith("\\"):
            # An accent takes the place of the dot, so it stands on the ordinary letter.
            base = base[1:] if base in {r"\i", r"\j"} else LETTERS[base[1:]]
        accented = unicodedata.normalize("NFC", base + ACCENTS[accent])
        if accent == '"' and base.lower() not in "aeiouy":
            # No language has this letter: a program escaped a quotation mark.
            self._write(accent)
            return token.start() + 2
        self._write(accented)
        return token.end()

    def _read_quote(self, token: re.Match[str]) -> int:
        before, after = _neighbours(token)
        self._write(self._quote(token[0], before, after, token))
        return token.end()

    def _quote(self, mark: str, before: str, after: str, token: re.Match[str]) -> str:
        ends_word = not before.isspace() and not after.isalnum()
        if mark == "`" and tokens.QUOTED.match(token.string, token.end()):
            self._single_quote_is_open = True
            return "\N{LEFT SINGLE QUOTATION MARK}"
        if mark == "'" and self._single_quote_is_open and ends_word:
            self._single_quote_is_open = False
            return "\N{RIGHT SINGLE QUOTATION MARK}"
        opens = mark == "``" or (
            mark == "''" and not self._open_quotes and before in " (\n" and not after.isspace()
        )
        if opens:
            self._open_quotes += 1
            return "“"
        if self._open_quotes and (mark == "''" or (mark == '"' and ends_word)):
            self._open_quotes -= 1
            return "”"
        return "”" if mark == "''" and not before.isdigit() else mark

    def _read_dashes(self, token: re.Match[str]) -> int:
        self._write({2: "\N{EN DASH}", 3: "—"}.get(len(token[0]), token[0]))
        return token.end()

    def _read_tie(self, token: re.Match[str]) -> int:
        before, after = _neighbours(token)
        about = before.isspace() or before in "([" or (before.isdigit() and after.isdigit())
        if about or after.isspace():
            self._write("~")
        else:
            self._put(" ", "\N{NO-BREAK SPACE}")
        return token.end()

    # -- commands

    def _read_command(self, token: re.Match[str]) -> int:
        name, escaped = token["name"], token["escaped"]
        if name is None:
            self._write(SIGNS.get(escaped, token[0]))
            empty_group = escaped in "~^" and token.string.startswith("{}", token.end())
            return token.end() + 2 * empty_group
        if name in SWITCHES:
            return self._read_switch(token)
        if name in DROPPED:
            self._write(DROPPED[name])
            argument = tokens.SHORT_ARGUMENT.match(token.string, token.end())
            return argument.end() if argument else token.end()
        if name in LETTERS:
            return self._read_letter(token)
        argument = tokens.ARGUMENT.match(token.string, token.end())
        if argument and name in STYLES:
            tag = STYLES[name]
            return self._open(token, argument.end(), markup=_tags(tag))
        if argument and name in WRAPPED:
            return self._open(token, argument.end(), markup=WRAPPED[name], text=WRAPPED[name])
        return self._read_unknown(token)

    def _read_letter(self, token: re.Match[str]) -> int:
        letter = LETTERS[token["name"]]
        self._write(letter)
        if len(letter) == 1 and letter.isalpha():
            # Inside a word the blank only ends the command: Stra\ss e.
            following = tokens.EMPTY_GROUP_OR_BLANKS.match(token.string, token.end())
            return following.end() if following else token.end()
        return token.end() + 2 * token.string.startswith("{}", token.end())

    def _read_unknown(self, token: re.Match[str]) -> int:
        known = symbol(token["name"])
        if known is not None:
            self._write(known)
            return token.end()
        self._write(token[0])
        if token.string.startswith("{", token.end()):
            # A macro of the author's own: its argument stays recognisable as one.
            return self._open(
                token, token.end() + 1, text=("{", "}"), markup=("{", "}"), source="{"
            )
        return token.end()

    def _read_switch(self, token: re.Match[str]) -> int:
        tag = SWITCHES[token["name"]]
        blanks = tokens.BLANKS.match(token.string, token.end())
        end = blanks.end() if blanks else token.end()
        if self._groups:
            group = self._groups[-1]
            if not any(tag == present for _, present, _ in group.switches):
                group.switches.append((len(self._text), tag, token.string[token.start() : end]))
                self._put("", "")
        return end

    # -- groups and links

    def _open(
        self,
        token: re.Match[str],
        end: int,
        *,
        markup: tuple[str, str] = ("", ""),
        text: tuple[str, str] = ("", ""),
        script: Callable[[str], str] | None = None,
        bare: bool = False,
        source: str | None = None,
    ) -> int:
        if source is None:
            source = token.string[token.start() : end]
        group = _Group(len(self._text), source, markup, text, script, bare)
        if len(self._groups) >= MAX_NESTED_GROUPS:
            group.markup, group.script = text, None
        self._groups.append(group)
        self._put("", "")
        return end

    def _read_brace(self, token: re.Match[str]) -> int:
        if token[0] == "{":
            return self._open(token, token.end(), bare=True)
        if self._groups:
            self._close(self._groups.pop(), token)
        else:
            self._write("}")
        return token.end()

    def _close(self, group: _Group, token: re.Match[str]) -> None:
        if group.bare and not self._is_grouping(group, token):
            group.text = group.markup = ("{", "}")
        for place, tag, _ in group.switches:
            self._html[place] = _tags(tag)[0]
        closing = "".join(_tags(tag)[1] for _, tag, _ in reversed(group.switches))
        if group.script:
            content = "".join(self._text[group.place :])
            self._text[group.place :] = [""] * (len(self._text) - group.place)
            self._text[group.place] = group.script(content)
        else:
            self._text[group.place] = group.text[0]
        self._html[group.place] = group.markup[0]
        self._put(group.text[1], closing + group.markup[1])
        self._open_links -= group.markup[1] == "</a>"

    def _is_grouping(self, group: _Group, token: re.Match[str]) -> bool:
        """Tell {a whole title} and the comma of 32{,}000 from a set written {a, b}."""
        outer = len(self._groups)
        whole = group.place == outer and token.end() + outer == len(token.string)
        lone_comma = group.place == len(self._text) - 2 and self._text[-1] == ","
        return whole or lone_comma or not group.has_comma or bool(group.switches)

    def _read_script(self, token: re.Match[str]) -> int:
        if token[0] == "^{":
            return self._open(token, token.end(), markup=_tags("sup"), script=raised)
        return self._open(token, token.end(), markup=_tags("sub"), script=lowered)

    def _read_href(self, token: re.Match[str]) -> int:
        tags = self._link_tags(_unescaped(token["href_url"]))
        if tags[0] and len(self._groups) < MAX_NESTED_GROUPS:
            self._open_links += 1
        return self._open(token, token.end(), markup=tags)

    def _read_url(self, token: re.Match[str]) -> int:
        source = token["braced_url"] or token[0][: tokens.url_length(token[0])]
        url = _unescaped(source)
        before, after = self._link_tags(url)
        self._put(url, f"{before}{html.escape(url, quote=False)}{after}")
        return token.end() if token["braced_url"] else token.start() + len(source)

    def _link_tags(self, url: str) -> tuple[str, str]:
        if self._inline or self._open_links or not tokens.LINKABLE.fullmatch(url):
            return "", ""
        return f'<a href="{html.escape(url)}">', "</a>"

    # By the name of the alternative in the pattern that found the token.
    _readers: ClassVar[dict[str, Callable[["Scanner", re.Match[str]], int]]] = {
        "display": _read_display,
        "inline": _read_inline,
        "environment": _read_environment,
        "accent": _read_accent,
        "href": _read_href,
        "url": _read_url,
        "command": _read_command,
        "script": _read_script,
        "brace": _read_brace,
        "quote": _read_quote,
        "dashes": _read_dashes,
        "tie": _read_tie,
    }


def _tags(name: str) -> tuple[str, str]:
    return (f"<{name}>", f"</{name}>") if name else ("", "")


def _neighbours(token: re.Match[str]) -> tuple[str, str]:
    """Give the characters before and after a token; a blank stands for the edge of the text."""
    before = token.string[token.start() - 1] if token.start() else " "
    return before, token.string[token.end() : token.end() + 1] or " "


def _unescaped(url: str) -> str:
    return re.sub(r"\\(.)", r"\1", url)


def _joined(pieces: list[str]) -> str:
    return tokens.BLANKS.sub(" ", "".join(pieces)).strip(" ")
