"""The fonts that lines and pages are drawn in; those of the bench's test half are kept out."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

# Weights: Vietnamese office papers are set in Times (Decree 30/2020/ND-CP, Annex I), some in Arial.
_FAMILIES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (30, ("Tinos",)),
    (16, ("texgyretermes",)),
    (8, ("DoulosSIL", "CharisSIL", "Gentium-", "GentiumAlt")),
    (10, ("Arimo",)),
    (4, ("Cousine", "NotoSansMono")),
    (5, ("cmunrm", "cmunbx", "cmunti", "cmunbi", "cmunsl")),
    (5, ("LinLibertine_R", "LinBiolinum_R", "Vollkorn-Regular", "Vollkorn-Bold.")),
    (6, ("DejaVuSerif", "DejaVuSans.", "DejaVuSans-Bold.", "DejaVuSansCondensed")),
    (6, ("NotoSans-", "OpenSans-Regular", "OpenSans-Bold.", "OpenSans-Italic", "OpenSans-Semibold.")),
    (4, ("Inter-Regular", "Inter-Bold.", "Inter-Italic", "ClearSans", "Andika")),
    (3, ("RobotoSlab-Regular", "RobotoSlab-Bold", "JunicodeTwoBeta-Regular", "JunicodeTwoBeta-Bold.")),
)
# No file of these is drawn, so that the bench measures reading of other fonts. They are not all new to the
# networks: FreeSerif and TeX Gyre Termes both go back to Nimbus Roman (see README.md).
_HELD_OUT = ("Free", "NotoSerif", "EBGaramond", "Carlito")
_HAND = ("Breip", "dkg", "Rufscript", "Kristi", "Humor-Sans", "breipfont")


class Faces:
    """Picks font files by weight.

    Args:
        folder: searched for ``*.ttf`` and ``*.otf``.
    """

    def __init__(self, folder: Path) -> None:
        files = sorted(
            path
            for path in folder.rglob("*.[to]tf")
            if not path.name.startswith(_HELD_OUT) and "Thin" not in path.name and "Hairline" not in path.name
        )
        self._families = [
            (weight, [path for path in files if path.name.startswith(names)]) for weight, names in _FAMILIES
        ]
        self._families = [(weight, paths) for weight, paths in self._families if paths]
        self._hand = [path for path in files if path.name.startswith(_HAND)]

    def printed(self, rng: random.Random) -> Path:
        """A face of print."""
        weights = [weight for weight, _ in self._families]
        paths = rng.choices([paths for _, paths in self._families], weights)[0]
        return rng.choices(paths, [_style_weight(path) for path in paths])[0]

    def written(self, rng: random.Random) -> Path:
        """A face that looks written by hand; digits and plain letters only."""
        return rng.choice(self._hand)


def _style_weight(path: Path) -> float:
    """Body text is upright and regular, headings are bold, quotations italic."""
    name = path.stem.lower()
    slanted = any(part in name for part in ("italic", "oblique", "_ri", "-i", "cmunti", "cmunbi", "cmunsl"))
    bold = any(part in name for part in ("bold", "cmunb", "_rb"))
    return (1.0 if slanted else 5.0) * (0.5 if bold else 1.0)


@lru_cache(maxsize=1500)
def load(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A face with ``size`` pixels to the em, laid out without shaping."""
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1500)
def x_height(path: Path, size: int) -> float:
    """Height of a small x in pixels."""
    box = load(path, size * 4).getbbox("x", anchor="ls")
    return float(-box[1]) / 4
