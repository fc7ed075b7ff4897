"""Two desks without the network for a week: merged in either order, the centre knows the same."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bundles.desks import (
    MONDAY,
    SHARED,
    Place,
    correct,
    facts,
    hand_in,
    introduce,
    place,
    receive,
    register,
    send,
    work,
)

DOSSIERS = 6


def shared_papers(desk: Place, scans: Path, *, value: str = "") -> None:
    """The same files for the same dossier at both desks, read alike or with another value."""
    chance = random.Random(1)  # noqa: S311
    files = []
    for order in range(3):
        path = scans / f"chung-{order}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff\xd8\xff" + f"chung/{order}".encode() * 50)
        files.append(path)
    hand_in(desk, files[:1], code=SHARED, person=7, chance=chance, waiting=False)
    hand_in(desk, files[1:2], code=SHARED, person=7, chance=chance, waiting=False, value=value)
    (third,) = hand_in(desk, files[2:], code=SHARED, person=7, chance=chance, waiting=True)
    if desk.name == "ban-b":
        correct(desk, third.id, "Hoàng Đức Thử")
    register(desk, SHARED, 7)


@pytest.fixture
def week(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A centre that knows two desks, as a folder to copy, and a bundle of each desk."""
    with place(tmp_path / "stores", "trung-tam", start=MONDAY) as centre:
        bundles = []
        for name, seed in (("ban-a", 2), ("ban-b", 3)):
            with place(tmp_path / "stores", name, start=MONDAY + timedelta(hours=seed)) as desk:
                introduce(desk, centre)
                work(desk, tmp_path / "scans", dossiers=DOSSIERS, seed=seed)
                shared_papers(desk, tmp_path / "scans", value="Hoàng Thị Khác" if seed == 3 else "")
                bundles.append(send(desk, tmp_path / "usb" / name))
    return tmp_path / "stores" / "trung-tam", bundles[0], bundles[1]


def merged(centre: Path, into: Path, *bundles: Path) -> dict[str, list[str]]:
    """The facts of a copy of the centre after these bundles, in this order."""
    shutil.copytree(centre, into / "trung-tam")
    with place(into, "trung-tam", start=MONDAY + timedelta(days=7)) as copy:
        for bundle in bundles:
            receive(copy, bundle)
        copy.services.store.records.check_journal()
        return facts(copy)


def test_both_orders_give_the_same_store(week: tuple[Path, Path, Path], tmp_path: Path) -> None:
    centre, first, second = week
    one = merged(centre, tmp_path / "ab", first, second)
    other = merged(centre, tmp_path / "ba", second, first)
    assert {kind: len(texts) for kind, texts in one.items()} == {
        kind: len(texts) for kind, texts in other.items()
    }
    for kind, texts in one.items():
        assert texts == other[kind], kind
    assert len(one["paper"]) == 2 * 2 * DOSSIERS + 3
