"""Build the MotLan Serif fonts from Liberation Serif 2.1.5 (Debian package ``fonts-liberation2``).

    python -m signing.fonts.build /usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf
    python -m signing.fonts.build /usr/share/fonts/truetype/liberation2/LiberationSerif-Bold.ttf

The regular one is the typeface of the marks; the bold one serves reports.

Liberation Serif has the widths of Times New Roman, which Decree 30/2020/NĐ-CP asks for, and from version 2
on it has all 146 Vietnamese vowel forms and đ. The result differs from it in four ways: it keeps only
Latin, Vietnamese and punctuation; it has the letters of Ê Đê, Ba Na and Gia Rai that Unicode writes with a
combining breve, each as one glyph; it counts 1000 units to the em, the unit that PDF measures widths in, so
that no rounding stands between font and page; and it bears another name, because the SIL Open Font License
1.1 reserves the name "Liberation" for unmodified copies.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

from signing.typeface import BREVE, COMPOSED

TARGET = Path(__file__).with_name("MotLanSerif-Regular.ttf")
BOLD = Path(__file__).with_name("MotLanSerif-Bold.ttf")
UNITS_PER_EM = 1000

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
# Ƀ of Ê Đê and Gia Rai, Ɓ of Ba Na; their other letters (Č, Ĕ, Ĭ, Ñ, Ŏ, Ŭ) are of Latin Extended-A.
_HIGHLANDS = "ƀɃɓƁ"
# Between the two accents of a letter, in thousandths of an em.
_GAP = 40
_PUNCTUATION = "–—‘’“”„…•·«»€₫°№§©®±×÷‰′″\u00a0"
_LICENCE = {
    13: "Licensed under the SIL Open Font License, Version 1.1",
    14: "https://openfontlicense.org",
}


def _names(style: str) -> dict[int, str]:
    """The records of the name table, by number (OpenType, ``name``)."""
    return {
        1: "MotLan Serif",
        2: style,
        3: f"MotLan Serif {style} 1.1",
        4: f"MotLan Serif {style}",
        5: "Version 1.1; modified from Liberation Serif 2.1.5",
        6: f"MotLanSerif-{style}",
        **_LICENCE,
    }


def vietnamese_letters() -> frozenset[str]:
    """The 146 letters: twelve vowels with and without the five tone marks, and đ, in both cases."""
    lower = {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES} | {"đ"}
    return frozenset(lower | {letter.upper() for letter in lower})


def characters() -> frozenset[str]:
    """Every character the built font holds."""
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))}
    return (
        frozenset(latin)
        | vietnamese_letters()
        | frozenset(_PUNCTUATION + _HIGHLANDS)
        | frozenset(COMPOSED.values())
    )


def build(source: Path, target: Path = TARGET) -> None:
    """Write the subset, rescaled and renamed font; the same source gives the same bytes.

    Args:
        source: ``LiberationSerif-Regular.ttf`` of version 2.1.5, or its bold companion.
        target: ``MotLanSerif-Regular.ttf`` or ``MotLanSerif-Bold.ttf``.
    """
    names = _names("Bold" if "Bold" in source.stem else "Regular")
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, *names]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "FFTM", "LTSH", "VDMX", "hdmx", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(characters() - set(COMPOSED.values()))) + BREVE)
    cutter.subset(font)
    scale_upem(font, UNITS_PER_EM)
    for letter, character in COMPOSED.items():
        _compose(font, letter, character)
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["name"].names = [record for record in font["name"].names if record.platformID == 3]
    font.save(target)


def _compose(font: TTFont, letter: str, character: str) -> None:
    """One glyph for a letter and the breve above it, under a character of the private use area."""
    cmap, outlines, metrics = font.getBestCmap(), font["glyf"], font["hmtx"]
    base, breve = cmap[ord(letter[0])], cmap[ord(BREVE)]
    # The letter without its circumflex or horn, and that letter with a breve.
    plain = unicodedata.normalize("NFD", letter)[0]
    below, like = outlines[cmap[ord(plain)]], outlines[cmap[ord(unicodedata.normalize("NFC", plain + BREVE))]]
    is_stacked = "\u0302" in unicodedata.normalize("NFD", letter)
    up = outlines[base].yMax + _GAP - outlines[breve].yMin if is_stacked else like.yMax - outlines[breve].yMax
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent(base, (1, 0, 0, 1, 0, 0))
    pen.addComponent(breve, (1, 0, 0, 1, (below.xMin + below.xMax) // 2, up))
    name = f"{base}_breve"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    outlines[name] = pen.glyph()
    outlines[name].recalcBounds(outlines)
    metrics[name] = (metrics[base][0], outlines[name].xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(character)] = name


if __name__ == "__main__":
    given = Path(sys.argv[1])
    build(given, BOLD if "Bold" in given.stem else TARGET)
