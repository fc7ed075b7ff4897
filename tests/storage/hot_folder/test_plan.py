"""What a watch must not forget: sealed, whole or not at all, and forgotten when the files are gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.declared_names import NameDeclared
from dossier.errors import RecordDamagedError
from storage.hot_folder.look import Seen
from storage.hot_folder.plan import Left, Plan, Told, WatchMemory
from storage.key_ring import ring_of_store
from storage.vault import Vault
from tests.storage.builders import KEY

NAMES = st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=20)
SEEN = st.builds(Seen, NAMES, st.integers(0, 2**40), st.integers(-(2**62), 2**62))


def memory(home: Path) -> WatchMemory:
    found = WatchMemory(home, vault=Vault(secret=KEY, ring=ring_of_store(KEY)))
    home.parent.mkdir(exist_ok=True)
    found.prepare()
    found.load()
    return found


@given(files=st.lists(SEEN, max_size=4), group=NAMES)
def test_work_in_hand_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, files: list[Seen], group: str
) -> None:
    home = tmp_path_factory.mktemp("plan") / "watch" / "id"
    told = tuple(Told(name=seen.name, papers=1) for seen in files)
    plan = Plan(group=group, files=tuple(files), told=NameDeclared(dossier="x"), outcomes=told or None)
    first = memory(home)
    first.take_up(plan)
    first.leave([Left(seen=seen, outcome=Told(name=seen.name, code="input.empty")) for seen in files])
    assert memory(home).work == first.work
    first.take_up(None)
    assert memory(home).work.plan is None


def test_a_plan_that_was_changed_or_moved_is_told(tmp_path: Path) -> None:
    home = tmp_path / "watch" / "id"
    memory(home).take_up(Plan(group="g", files=(), told=NameDeclared()))
    raw = (home / "plan").read_text()
    (home / "plan").write_text(raw[:-8] + ("A" * 8))
    with pytest.raises(RecordDamagedError):
        memory(home)
    other = tmp_path / "watch" / "other"
    other.mkdir()
    (other / "plan").write_text(raw)
    with pytest.raises(RecordDamagedError):
        memory(other)


@given(files=st.lists(SEEN, unique=True, max_size=5), other=SEEN)
def test_only_the_very_file_is_remembered_and_also_by_the_next_process(
    tmp_path_factory: pytest.TempPathFactory, files: list[Seen], other: Seen
) -> None:
    home = tmp_path_factory.mktemp("plan") / "watch" / "id"
    memory(home).remember(files)
    found = memory(home)
    assert all(found.holds(seen) for seen in files)
    assert found.holds(other) == (other in files)


def test_a_torn_line_costs_that_file_alone(tmp_path: Path) -> None:
    home = tmp_path / "watch" / "id"
    one, two, three = (Seen(name, 1, 1) for name in "abc")
    memory(home).remember([one, two])
    path = home / "remembered"
    path.write_bytes(path.read_bytes()[:-5])
    found = memory(home)
    found.remember([three])
    again = memory(home)
    assert [again.holds(seen) for seen in (one, two, three)] == [True, False, True]


def test_what_is_gone_from_the_folder_is_forgotten(tmp_path: Path) -> None:
    home = tmp_path / "watch" / "id"
    one, two = Seen("a", 1, 1), Seen("b", 1, 1)
    memory(home).remember([one, two])
    found = memory(home)
    found.keep_only([two])
    assert (found.holds(one), found.holds(two)) == (False, True)
    assert (memory(home).holds(one), memory(home).holds(two)) == (False, True)
