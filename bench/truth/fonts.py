"""The families the truth set is printed in, each in one half only, and how a layout is dressed in one.

Layouts name faces (``serif-bold``); ``dressed`` lends those names to the files of a family for a while. Files
are absolute paths of Debian packages; a family is used only when it has every Vietnamese letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from samples import fonts

Half = Literal["tune", "test"]
HALVES: tuple[Half, ...] = ("tune", "test")
_TRUE = "/usr/share/fonts/truetype/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family as the papers use it.

    Attributes:
        name: as people call it.
        half: the half it belongs to.
        share: how many of ten pages of its half are printed in it.
        package: Debian package that brings it.
        files: regular, bold, italic, bold italic.
        mono: for machine-readable lines.
    """

    name: str
    half: Half
    share: int
    package: str
    files: tuple[str, str, str, str]
    mono: str

    @property
    def installed(self) -> bool:
        """Whether all its files are there."""
        return all(Path(file).is_file() for file in (*self.files, self.mono))


_COUSINE = f"{_TRUE}croscore/Cousine-Bold.ttf"
_FREE_MONO = f"{_TRUE}freefont/FreeMonoBold.ttf"


def _four(stem: str, endings: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    regular, bold, italic, both = (f"{stem}{ending}" for ending in endings)
    return regular, bold, italic, both


_DASHED = ("-Regular.ttf", "-Bold.ttf", "-Italic.ttf", "-BoldItalic.ttf")
_PLAIN = (".ttf", "Bold.ttf", "Italic.ttf", "BoldItalic.ttf")
_OBLIQUE = (".ttf", "Bold.ttf", "Oblique.ttf", "BoldOblique.ttf")

FAMILIES: tuple[Family, ...] = (
    Family(
        name="Tinos",
        half="tune",
        share=4,
        package="fonts-croscore",
        files=_four(f"{_TRUE}croscore/Tinos", _DASHED),
        mono=_COUSINE,
    ),
    Family(
        name="Arimo",
        half="tune",
        share=2,
        package="fonts-croscore",
        files=_four(f"{_TRUE}croscore/Arimo", _DASHED),
        mono=_COUSINE,
    ),
    Family(
        name="DejaVu Serif",
        half="tune",
        share=1,
        package="fonts-dejavu",
        files=_four(
            f"{_TRUE}dejavu/DejaVuSerifCondensed", (".ttf", "-Bold.ttf", "-Italic.ttf", "-BoldItalic.ttf")
        ),
        mono=_COUSINE,
    ),
    Family(
        name="Noto Sans",
        half="tune",
        share=1,
        package="fonts-noto-core",
        files=_four(f"{_TRUE}noto/NotoSans", _DASHED),
        mono=_COUSINE,
    ),
    Family(
        name="Charis SIL",
        half="tune",
        share=2,
        package="fonts-sil-charis",
        files=_four(f"{_TRUE}charis/CharisSIL", _DASHED),
        mono=_COUSINE,
    ),
    Family(
        name="FreeSerif",
        half="test",
        share=6,
        package="fonts-freefont-ttf",
        files=_four(f"{_TRUE}freefont/FreeSerif", _PLAIN),
        mono=_FREE_MONO,
    ),
    Family(
        name="Noto Serif",
        half="test",
        share=1,
        package="fonts-noto-core",
        files=_four(f"{_TRUE}noto/NotoSerif", _DASHED),
        mono=_FREE_MONO,
    ),
    Family(
        name="Carlito",
        half="test",
        share=1,
        package="fonts-crosextra-carlito",
        files=_four(f"{_TRUE}crosextra/Carlito", _DASHED),
        mono=_FREE_MONO,
    ),
    Family(
        name="FreeSans",
        half="test",
        share=1,
        package="fonts-freefont-ttf",
        files=_four(f"{_TRUE}freefont/FreeSans", _OBLIQUE),
        mono=_FREE_MONO,
    ),
    Family(
        name="Roboto",
        half="test",
        share=1,
        package="fonts-roboto-unhinted",
        files=_four(f"{_TRUE}roboto/unhinted/RobotoTTF/Roboto", _DASHED),
        mono=_FREE_MONO,
    ),
)
_FACES = ("", "-bold", "-italic", "-bold-italic")
_ROLES = ("serif", "sans", "free", "noto", "dejavu")


def shares(half: Half) -> list[Family]:
    """Families of a half, each as often as its share.

    Raises:
        FontMissingError: with the Debian packages to install.
    """
    wanted = [family for family in FAMILIES if family.half == half]
    absent = sorted({family.package for family in wanted if not family.installed})
    if absent:
        names = " ".join(absent)
        raise fonts.FontMissingError(f"Thiếu phông chữ. Hãy cài gói Debian: apt-get install {names}")
    return [family for family in wanted for _ in range(family.share)]


@contextmanager
def dressed(family: Family) -> Iterator[None]:
    """Let every face that layouts name be one of the family, until the block ends. Not for threads."""
    before = dict(fonts.FACES)
    for role in _ROLES:
        for face, file in zip(_FACES, family.files, strict=True):
            fonts.FACES[role + face] = (file, family.package)
    fonts.FACES["mono"] = (family.mono, family.package)
    _forget()
    try:
        yield
    finally:
        fonts.FACES.clear()
        fonts.FACES.update(before)
        _forget()


def _forget() -> None:
    """Fonts and widths are remembered by the name of the face, which now means another file."""
    fonts.load.cache_clear()
    fonts.width_mm.cache_clear()
