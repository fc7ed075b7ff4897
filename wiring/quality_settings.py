"""How far the promise about errors may move the thresholds by itself."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


class QualityShape(BaseModel):
    """What the outside may set; part of the one shape of all settings."""

    model_config = ConfigDict(extra="forbid")

    quality_tightest: int = Field(default=4, ge=0, le=12)
    quality_loosest: int = Field(default=-2, ge=-6, le=0)
    quality_floor: float = Field(default=0.75, ge=0.5, lt=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualitySettings:
    """Limits of the operator.

    Attributes:
        tightest, loosest: steps up and down; a step changes the accepted doubt by a factor of 1.5.
        floor: confidence, 0 to 1, below which no threshold is brought.
    """

    tightest: int
    loosest: int
    floor: float


def quality_settings(shape: QualityShape) -> QualitySettings:
    """The settings as the program uses them."""
    return QualitySettings(
        tightest=shape.quality_tightest, loosest=shape.quality_loosest, floor=shape.quality_floor
    )
