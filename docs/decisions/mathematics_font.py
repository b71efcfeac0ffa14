"""Make papers/static/papers/math.woff2: STIX Two Math, cut down to what abstracts need.

    python mathematics_font.py SOURCE TARGET

0003-mathematics-font.md beside this file says why, and where the source comes from.
"""

import sys

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont

FAMILY = "Offprint Math"
SOURCE_VERSION = "Version 2.12 b168a"

CHARACTERS = {
    "ASCII": "0020,0021,0025,0027-0029,002B-003F,0041-005D,005F,0061-007D",
    "Latin-1": "00A0,00A8,00AC,00AF,00B0,00B1,00B4,00B7,00D7",
    "accents": "02C6,02C7,02D8-02DA,02DC,0302,0332,20D7,23DE,23DF",
    "Greek capitals unlike Latin ones": "0393,0394,0398,039B,039E,03A0,03A3,03A5,03A6,03A8,03A9",
    "punctuation": "2013,2016,2019,201C,201D,2020,2026,2032,2033",
    "letters with a meaning": "2102,210B,210D,210F-2113,2115,2119-211D,2124,212C,2130,2131,2133,2135",
    "arrows": "2190-2194,21A6,21AA,21D0,21D2,21D4,27F5-27FA",
    "operators": "2200,2202,2203,2205,2207,220F,2211-2213,2216-221A,221E,2229-222B,222E,2295,2297,"
    "2299,22A4,22A5,22C0-22C6,22CA,25A1,2A01,2A02",
    "relations": "2208,2209,220B,221D,2223-2228,223C,2243,2245,2248,2254,2260,2261,2264,2265,226A,"
    "226B,2272,2273,227A,227B,2282,2283,2286,2287,22A2,22A8,2A7D,2A7E,2AAF,2AB0",
    "dots": "22EE,22EF,22F1",
    "brackets": "2308-230B,27E8,27E9",
    "italic": "1D434-1D467,210E,1D6A4,1D6A5",
    "italic Greek": "1D6FC-1D71B",
    "bold": "1D400-1D433,1D7CE,1D7CF",
    "script capitals": "1D49C-1D4B5",
    "double-struck capitals": "1D538-1D551,1D7D9",
    "sans-serif": "1D5A0-1D5D3",
}

# The source has up to thirteen sizes of a growing glyph; two steps of 1.1 look like one of 1.2.
SMALLEST_STEP = 1.25

CONSTANTS = {
    # One pixel in the text of an abstract. At 1.2 pixels some bars are drawn twice as thick as others.
    "FractionRuleThickness": 57,
    "RadicalRuleThickness": 57,
    "OverbarRuleThickness": 57,
    "UnderbarRuleThickness": 57,
    # 585 each in the source, which parts the lines of a paragraph.
    "FractionNumeratorShiftUp": 440,
    "FractionDenominatorShiftDown": 380,
}

PRIMES = (0x2032, 0x2033)
COMBINING_ARROW = 0x20D7


def main(source: str, target: str) -> None:
    """Read one font file, write another."""
    font = TTFont(source, recalcTimestamp=False)  # the same input makes the same file
    version = font["name"].getDebugName(5)
    if version != SOURCE_VERSION:
        sys.exit(f"{source} is {version}; the changes were made for {SOURCE_VERSION}")
    drop_close_sizes(font)
    fit_running_text(font)
    lower_primes(font)
    give_arrow_a_width(font)
    subset(font)
    rename(font)
    font.flavor = "woff2"
    font.save(target)


def drop_close_sizes(font: TTFont) -> None:
    """Keep those sizes of each growing glyph that are visibly larger than the one before."""
    variants = font["MATH"].table.MathVariants
    for construction in (*variants.VertGlyphConstruction, *variants.HorizGlyphConstruction):
        kept = []
        for record in construction.MathGlyphVariantRecord:
            if not kept or record.AdvanceMeasurement >= SMALLEST_STEP * kept[-1].AdvanceMeasurement:
                kept.append(record)
        construction.MathGlyphVariantRecord = kept
        construction.VariantCount = len(kept)


def fit_running_text(font: TTFont) -> None:
    """Draw bars thinner, and fractions in a line of text closer to their bar."""
    constants = font["MATH"].table.MathConstants
    for name, value in CONSTANTS.items():
        getattr(constants, name).Value = value


def lower_primes(font: TTFont) -> None:
    """Draw primes so that, raised and shrunk as a superscript, they look as they do beside a word.

    TeX writes f' as a superscript. The source expects the `ssty` feature to put another glyph
    there; browsers do not ask for it and would raise twice.
    """
    constants = font["MATH"].table.MathConstants
    enlarged = 100 / constants.ScriptPercentScaleDown
    raised = constants.SuperscriptShiftUp.Value
    for character in PRIMES:
        name = font.getBestCmap()[character]
        redraw(font, name, Transform().scale(enlarged).translate(0, -raised))


def give_arrow_a_width(font: TTFont) -> None:
    """Move the arrow of a vector, drawn left of its origin, to the right of it.

    Browsers lay out an accent by its width, and this one has none: it would stand beside its
    letter.
    """
    name = font.getBestCmap()[COMBINING_ARROW]
    left, _, right, _ = bounds(font, name)
    redraw(font, name, Identity.translate(-left, 0))
    font["hmtx"][name] = (round(right - left), 0)
    accents = font["MATH"].table.MathGlyphInfo.MathTopAccentAttachment
    place = accents.TopAccentCoverage.glyphs.index(name)
    accents.TopAccentAttachment[place].Value -= round(left)


def redraw(font: TTFont, name: str, transform: Transform) -> None:
    """Replace an outline by its transformed self; the advance width grows with it."""
    glyphs = font.getGlyphSet()
    pen = TTGlyphPen(None)
    glyphs[name].draw(TransformPen(pen, transform))
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (round(font["hmtx"][name][0] * transform[0]), glyph.xMin)


def bounds(font: TTFont, name: str) -> tuple[float, float, float, float]:
    """Give (left, bottom, right, top) of an outline, in font units."""
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    if pen.bounds is None:
        raise ValueError(f"{name} has no outline")
    return pen.bounds


def subset(font: TTFont) -> None:
    """Drop every other character, and the tables that formulas do not use."""
    options = Options()
    options.layout_features = []
    options.name_IDs = ["*"]
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["GPOS", "GSUB", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for part in CHARACTERS.values() for c in parse_unicodes(part)])
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """Give the modified font a name of its own; copyright and licence stay."""
    kept = {0, 13, 14}
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in kept]
    for number, text in {
        1: FAMILY,
        2: "Regular",
        3: f"{FAMILY}, from STIX Two Math {SOURCE_VERSION}",
        4: FAMILY,
        5: SOURCE_VERSION,
        6: FAMILY.replace(" ", ""),
    }.items():
        names.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    main(*sys.argv[1:])
