"""The service keeps what its description promises; ``make api-fuzz`` asks for twenty minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.web.api_fuzz import TURNS, Fuzzed, fuzzed
from tests.web.office import Caller


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with fuzzed(tmp_path_factory.mktemp("fuzz")) as made:
        yield made


@pytest.mark.slow
def test_a_short_fuzz_in_every_role_finds_nothing_and_gets_behind_every_door(served: Fuzzed) -> None:
    for turn in TURNS:
        done = served.run(turn, ["--phases", "examples,fuzzing", "--max-examples", "2", "--seed", "7"])
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    answers = served.answers()
    assert len(answers) > 20
    assert [address for address, told in answers.items() if address != "none" and "2" not in told] == []


def test_every_address_that_is_described_is_somebodys_turn(client: Caller) -> None:
    described = client.get("/v1/openapi.json").json()["paths"]
    asked = {path for path in described for turn in TURNS if re.search(turn.paths, path)}
    assert asked == set(described)
