"""How far the sealing of an older store has come, kept in the database itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

STATE: Final = "sealing"
"""Name of the fact that is there while rows wait."""

NAMESPACE: Final = "namespace"
"""Name of the fact that holds the name space of ids."""

NAMESPACE_PLACE: Final = "facts/namespace/value"
"""What the sealed name space is bound to."""

STAGES: Final = (
    *("namespace", "counters", "batches", "items", "numbers", "documents", "owners"),
    *("acts", "destroyed", "files"),
)
"""What is sealed, in this order; papers destroyed before lose their key; the last writes the files anew."""

ACTS: Final = "acts"
"""The first stage of a store whose personal data was sealed before, all but the words of acts."""


@dataclass(frozen=True, slots=True)
class SealingState:
    """The stage that is at work, and the key of the last row it sealed (empty: none yet)."""

    stage: str = STAGES[0]
    after: str = ""

    def is_past(self, stage: str) -> bool:
        """Whether that stage is done."""
        return STAGES.index(self.stage) > STAGES.index(stage)

    def as_text(self) -> str:
        """As kept."""
        return json.dumps({"stage": self.stage, "after": self.after})


def state_from_text(text: str) -> SealingState:
    """As ``as_text`` wrote it."""
    return SealingState(**json.loads(text))


START: Final = SealingState().as_text()
"""What the migration leaves: nothing is sealed yet."""
