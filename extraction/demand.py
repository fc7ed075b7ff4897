"""How much more, or less, is asked about fields than the tables say, as the promise about errors wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rulebook.paper_spec import FieldSpec, ThresholdFrom

_FACTOR: Final = 1.5
"""By so much the accepted doubt (one less the confidence) shrinks with each step up."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A shift of all thresholds.

    Attributes:
        step: above 0 the accepted doubt is divided by 1.5 for each step; below 0 it is multiplied, where
            neither a table nor the office says how much confidence it wants.
        floor: confidence, 0 to 1; no threshold is brought below it. It is calibrated: of a hundred fields
            with this confidence so many are right.
    """

    step: int = 0
    floor: float = 0.75

    def threshold(self, wanted: FieldSpec, measured: float) -> float:
        """From which confidence on nobody is asked about a field.

        Args:
            wanted: the field.
            measured: the threshold without any demand, 0 to 1.
        """
        if self.step == 0:
            return measured
        if self.step > 0:
            return 1 - (1 - measured) / _FACTOR**self.step
        if wanted.threshold_from is not ThresholdFrom.PROGRAM:
            return measured
        return max(min(self.floor, measured), 1 - (1 - measured) * _FACTOR**-self.step)


AS_MEASURED: Final = Demand()
"""Thresholds as the tables have them."""
