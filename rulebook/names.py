"""Names that papers print: the 54 peoples, nations, and how frequent surnames are.

All of it is weak evidence. A name that no table has says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from rulebook.load import sourced_table
from rulebook.spelling import Lexicon, key, letters

_FREQUENT = 0.05
"""Per cent of the people from which on a name is more likely than a misprint of a rarer one."""

_BY_FAR = 5.0


@dataclass(frozen=True)
class Shares:
    """Names and how many of a hundred people bear each, roughly."""

    shares: Mapping[str, float]

    def accents_doubtful(self, name: str) -> bool:
        """Whether a frequent name has these letters but other accents, and the name itself is not known."""
        known = self._by_letters.get(letters(name), ())
        own = key(name)
        return all(key(other) != own for other in known) and any(
            self.shares[other] >= _FREQUENT for other in known
        )

    def known(self, name: str) -> bool:
        """Whether the name is in the table, however its tone mark is placed."""
        own = key(name)
        return any(key(other) == own for other in self._by_letters.get(letters(name), ()))

    def likely(self, name: str) -> tuple[str, float]:
        """(name, per cent of the people) of the by far most frequent name with these letters; "" when none.

        Nothing when the name itself is known, or when two names with these letters are about as frequent.
        """
        found = sorted(self._by_letters.get(letters(name), ()), key=lambda other: -self.shares[other])
        if not found or self.known(name) or self.shares[found[0]] < _FREQUENT:
            return "", 0.0
        if len(found) > 1 and self.shares[found[0]] < _BY_FAR * self.shares[found[1]]:
            return "", 0.0
        return found[0], self.shares[found[0]]

    @cached_property
    def _by_letters(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name in self.shares:
            found.setdefault(letters(name), []).append(name)
        return {plain: tuple(names) for plain, names in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the tables know.

    Attributes:
        peoples: names and spellings of the 54 peoples; each stands for its usual name.
        nations: the same for nationalities.
        surnames, middles: first and second words of names.
        givens: syllables frequent in what follows the surname.
    """

    peoples: Lexicon[str]
    nations: Lexicon[str]
    surnames: Shares
    middles: Shares
    givens: Shares


@cache
def load_names() -> Names:
    """The project's own tables, read once.

    Raises:
        RulebookError: a table is wrong.
    """
    folder = files("rulebook") / "tables" / "names"
    people = sourced_table(folder / "people.toml")
    names = Names(
        peoples=_lexicon(folder / "peoples.toml", "people"),
        nations=_lexicon(folder / "nations.toml", "nation"),
        surnames=Shares(people.numbers("surnames")),
        middles=Shares(people.numbers("middles")),
        givens=Shares(people.numbers("givens")),
    )
    people.done()
    return names


def _lexicon(source: Traversable, section: str) -> Lexicon[str]:
    reader = sourced_table(source)
    entries: list[tuple[str, str]] = []
    for name, spellings in reader.lists(section).items():
        entries += [(name, name), *((spelling, name) for spelling in spellings)]
    reader.done()
    return Lexicon.of(entries)
