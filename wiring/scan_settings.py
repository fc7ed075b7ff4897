"""The tables ``[scanners.NAME]``: the scanners of a desk, and how each is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from dossier.errors import SettingsError
from dossier.feeding import ScanWish

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
# Passed on to a program as they are; a shell never sees them.
_Option = Annotated[str, StringConstraints(pattern=r"^--?[A-Za-z][\w-]*(=.{0,200})?$")]


class ScannerShape(BaseModel):
    """One ``[scanners.NAME]`` table as it is written."""

    model_config = ConfigDict(extra="forbid")

    device: str = Field(default="", max_length=400, pattern=r"^[^-].*$|^$")
    source: str = Field(default="", max_length=200)
    duplex: bool = False
    resolution: int = Field(default=300, ge=100, le=600)
    mode: Literal["color", "gray"] = "color"
    quality: int = Field(default=90, ge=50, le=100)
    width_mm: float = Field(default=210.0, ge=50, le=320)
    height_mm: float = Field(default=297.0, ge=50, le=1200)
    options: tuple[_Option, ...] = ()
    stall_seconds: float = Field(default=60.0, ge=1, le=600)
    program: str = Field(default="scanimage", min_length=1, max_length=400, pattern=r"^[^-].*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerSettings:
    """One scanner.

    Attributes:
        device: SANE's name, or ``folder:PATH``; the first scanner found when empty.
        wish: how it scans.
        quality: of the JPEG that is kept; 100 keeps all without loss.
        program: ``scanimage``, or what stands in for it.
    """

    device: str = ""
    wish: ScanWish = field(default_factory=ScanWish)
    quality: int = 90
    program: str = "scanimage"


@dataclass(frozen=True, slots=True)
class Scanners:
    """All scanners of a desk by name, and the one that is used when nobody says."""

    profiles: Mapping[str, ScannerSettings]
    default: str = ""

    def profile(self, name: str = "") -> ScannerSettings:
        """The scanner of that name, or the usual one.

        Raises:
            SettingsError: nobody told of a scanner of that name.
        """
        wanted = name or self.default or (next(iter(self.profiles)) if len(self.profiles) == 1 else "")
        if not wanted:
            return ScannerSettings()
        if wanted not in self.profiles:
            raise SettingsError("MOTLAN_SCANNERS", reason=f"không có máy quét '{wanted}'")
        return self.profiles[wanted]


def read_scanners(shapes: Mapping[str, ScannerShape], *, default: str) -> Scanners:
    """The checked tables.

    Raises:
        SettingsError: a name that cannot be one, or a default that is not among them.
    """
    for name in shapes:
        if not _NAME.fullmatch(name):
            raise SettingsError(
                "MOTLAN_SCANNERS", reason=f"tên máy quét '{name}': chỉ dùng a–z, 0–9, '-', '_'"
            )
    scanners = Scanners({name: _settings(shape) for name, shape in shapes.items()}, default)
    if default:
        scanners.profile(default)
    return scanners


def scanner_setting_names() -> tuple[str, ...]:
    """Fields of a table, in the order of the documentation."""
    return tuple(ScannerShape.model_fields)


def _settings(shape: ScannerShape) -> ScannerSettings:
    wish = ScanWish(
        source=shape.source,
        resolution=shape.resolution,
        mode=shape.mode,
        duplex=shape.duplex,
        width_mm=shape.width_mm,
        height_mm=shape.height_mm,
        options=shape.options,
        stall_s=shape.stall_seconds,
    )
    return ScannerSettings(device=shape.device, wish=wish, quality=shape.quality, program=shape.program)
