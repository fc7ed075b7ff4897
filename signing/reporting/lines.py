"""The smallest parts of a report that people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["", "good", "bad", "open"]
Place = Literal["left", "right", "below"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what, and its value.

    Attributes:
        label: what.
        value: cleaned text.
        mark: whether the value is good news, bad news, or nothing could be found out.
        code: whether it is a digest or another string for machines.
    """

    label: str
    value: str
    mark: Mark = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading.

    Attributes:
        key: which group it is; stable.
        title: the heading.
        rows: the lines.
        place: where it stands below the name of the signer.
    """

    key: str
    title: str
    rows: tuple[Row, ...]
    place: Place
