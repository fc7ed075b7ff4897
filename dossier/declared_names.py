"""What the name of a sub-folder or a file says about its papers: dossier, procedure, owner.

A pattern is text with placeholders: ``{dossier}``, ``{procedure}``, ``{owner}`` and ``{rest}``. What stands
in square brackets may be left out; ``_`` is any run of underscores and spaces.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError
from dossier.persons import parse_owner
from dossier.watch_errors import WatchNameError

NAME_PATTERN: Final = "{dossier}[_{procedure}][_{owner}][_{rest}]"
"""The pattern where none is set. It begins with a dossier code, so that a scanner's own numbering
(``202611020830.jpg``) is never taken for the number of a person."""

# Wider than the codes themselves: a slip of the pen must be told, not taken for a name that says nothing.
_PARTS: Final = {
    "dossier": r"(?:[A-Z][0-9]{2}|[0-9A-Z]{3}\.)[0-9A-Z.]*-[0-9]{3,8}-[0-9]{1,8}",
    "procedure": r"[0-9]\.[0-9]{5,7}[0-9A-Z.]*",
    "owner": r"[0-9]{9,13}|[0-9]{10}-[0-9]{3}|[A-Z]{1,2}[0-9]{6,8}",
    "rest": r".+",
}
_TOKEN: Final = re.compile(r"\{(?P<part>\w+)\}|(?P<mark>[\[\]_])|(?P<text>[^\[\]{}_]+)|(?P<wrong>.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDeclared:
    """What a name says; empty where it says nothing."""

    dossier: str = ""
    procedure: str = ""
    owner: str = ""


class NamePattern:
    """A pattern, ready to be held against names."""

    def __init__(self, text: str = NAME_PATTERN) -> None:
        """Read a pattern.

        Raises:
            ValueError: it is none; the message names the place, counted from 1.
        """
        self._expression = re.compile(_expression(text), re.IGNORECASE)

    def declared(self, name: str) -> NameDeclared | None:
        """What the name of a sub-folder, or of a file without its ending, says.

        Returns:
            Nothing when the name is not of the pattern.

        Raises:
            WatchNameError: it is, but a code or number in it does not hold. The error names the name.
        """
        found = self._expression.fullmatch(unicodedata.normalize("NFC", name).strip())
        if found is None:
            return None
        told = {part: text or "" for part, text in found.groupdict().items()}
        dossier, procedure, owner = (told.get(part, "") for part in ("dossier", "procedure", "owner"))
        try:
            return NameDeclared(
                dossier=str(parse_dossier_code(dossier)) if dossier else "",
                procedure=parse_procedure_code(procedure) if procedure else "",
                owner=parse_owner(owner) if owner else "",
            )
        except ArgumentError as error:
            raise WatchNameError(name) from error


def _expression(text: str) -> str:
    expression, depth, used = [], 0, set[str]()
    for token in _TOKEN.finditer(text):
        part, mark, literal = token["part"], token["mark"], token["text"]
        if token["wrong"] or (part and (part not in _PARTS or part in used)) or (mark == "]" and not depth):
            raise ValueError(f"{token.start() + 1}")
        if part:
            used.add(part)
            expression.append(f"(?P<{part}>{_PARTS[part]})")
        elif literal:
            expression.append(re.escape(literal))
        else:
            depth += {"[": 1, "]": -1}.get(mark, 0)
            expression.append({"[": "(?:", "]": ")?", "_": "[_ ]+"}[mark])
    if depth or not used:
        raise ValueError(f"{len(text)}")
    return "".join(expression)
