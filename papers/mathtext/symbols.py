"""Tables of text-mode TeX: what stands for one character, and what a command does to its text."""

# The combining character of each accent command: \'e, \v{c}.
ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "k": "\u0328",
    "r": "\u030a",
    "b": "\u0331",
    "d": "\u0323",
}

# Commands that are a letter or sign of running text; they swallow the space after them.
LETTERS = {
    "ss": "ß",
    "SS": "ẞ",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "aa": "å",
    "AA": "Å",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "i": "\N{LATIN SMALL LETTER DOTLESS I}",
    "j": "\N{LATIN SMALL LETTER DOTLESS J}",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "S": "§",
    "P": "¶",
    "pounds": "£",
    "copyright": "©",
    "dag": "†",
    "ddag": "‡",
    "textdagger": "†",
    "ldots": "…",
    "dots": "…",
    "textellipsis": "…",
    "textendash": "\N{EN DASH}",
    "textemdash": "—",
    "textquoteleft": "\N{LEFT SINGLE QUOTATION MARK}",
    "textquoteright": "\N{RIGHT SINGLE QUOTATION MARK}",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "guillemotleft": "«",
    "guillemotright": "»",
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textunderscore": "_",
    "textbar": "|",
    "textgreater": ">",
    "textless": "<",
    "textbullet": "•",
    "textdegree": "°",
    "degree": "°",
    "deg": "°",
    "textmu": "µ",
    "texteuro": "€",
    "euro": "€",
    "textregistered": "®",
    "texttrademark": "™",
    "textsection": "§",
    "slash": "/",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "BibTeX": "BibTeX",
}

# A backslash and one sign: \% is a per cent sign, a thin space a space, a hyphenation point nothing.
SIGNS = (
    {sign: sign for sign in "%&$#_{}~^'\"`.="}
    | dict.fromkeys(" ,;:>\\\n\t", " ")
    | dict.fromkeys("/-@!", "")
)

# Commands whose argument is emphasised, and the tag; "" is for those that only name a font.
STYLES = {
    "emph": "em",
    "textit": "em",
    "textsl": "em",
    "underline": "em",
    "textbf": "strong",
    "texttt": "code",
    "textsuperscript": "sup",
    "textsubscript": "sub",
} | dict.fromkeys(
    "textsc textrm text textup textmd textsf textnormal textipa mbox hbox uline".split(), ""
)

# Declarations that hold until their group ends: {\em so}.
SWITCHES = {
    "em": "em",
    "it": "em",
    "itshape": "em",
    "sl": "em",
    "slshape": "em",
    "bf": "strong",
    "bfseries": "strong",
    "tt": "code",
    "ttfamily": "code",
} | dict.fromkeys("rm sf sc scshape sffamily rmfamily normalfont small large".split(), "")

# Commands around whose argument signs stand: a citation shows its label, a footnote its text.
WRAPPED = dict.fromkeys(
    "cite citep citet citealp citeyear citeauthor newcite ref eqref autoref cref".split(),
    ("[", "]"),
) | {"footnote": (" (", ")"), "footnotetext": (" (", ")"), "enquote": ("“", "”")}

# Commands that go, with their argument if they have one, and what is left of them.
DROPPED = (
    dict.fromkeys(
        """
        label nocite color textcolor texorpdfstring vspace hspace index noindent centering
        displaystyle textstyle scriptstyle protect xspace relax footnotemark thanks
        """.split(),
        "",
    )
    | dict.fromkeys("par newline linebreak begin end".split(), " ")
    | {"item": " • "}
)
