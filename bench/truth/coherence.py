"""Do the made papers contradict themselves? ``python -m bench.truth.coherence``.

The truth of every layout goes through the checks of the product. A paper no office would make (a birth
registered before it happened) is a mistake of the generator, or a check that is too strict.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from functools import cache

from bench.truth.fonts import HALVES, shares
from bench.truth.make import print_in_some
from bench.truth.plan import LAYOUTS, Entry
from dossier.fields import Field
from dossier.geometry import Box
from extraction.checks import CONFLICT, check
from rulebook.paper_spec import Papers
from rulebook.papers import load_papers
from rulebook.places import Places, load_places
from samples.truth import Paper


def contradictions(paper: Paper) -> Mapping[str, tuple[str, ...]]:
    """What the checks hold against the truth of a paper, by field."""
    fields = {
        name: Field(
            name=name,
            value=entry.value,
            printed=entry.printed,
            confidence=0.9,
            page=1,
            box=Box(0, 0, 9, 9),
        )
        for name, entry in paper.fields.entries.items()
    }
    papers, places = _tables()
    checked = check(fields, papers.spec(paper.kind), places)
    found = {
        name: tuple(reason for reason in field.reasons if reason.endswith(CONFLICT))
        for name, field in checked.items()
    }
    return {name: reasons for name, reasons in found.items() if reasons}


@cache
def _tables() -> tuple[Papers, Places]:
    """Of papers and places, read once for all papers."""
    return load_papers(), load_places()


def all_contradictions(seeds: int, *, index: int = 0) -> Iterator[tuple[Entry, int, str, str]]:
    """Over all layouts of both halves: entry, seed, field, reason."""
    for layout in LAYOUTS:
        for half in HALVES:
            entry = Entry(index=index, layout=layout, half=half, grade="clean")
            for seed in range(seeds):
                _, paper, _ = print_in_some(shares(half)[:3], entry, seed=seed)
                for name, reasons in contradictions(paper).items():
                    yield from ((entry, seed, name, reason) for reason in reasons)


def main() -> int:
    """Print what contradicts; 0 when nothing does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    found = list(all_contradictions(parser.parse_args().seeds))
    for entry, seed, name, reason in found:
        print(f"{entry.layout} {entry.half} {seed}: {name} {reason}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
