"""``motlan trust`` and the options of ``motlan verify`` that ask for another day, policy or no cache."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.events import EventKind
from signing import demo_certificates as made
from signing.trust import RootKind
from signing.trust_entries import fingerprint_of, parse_certificate
from tests.cli.test_commands import SIGNED, Desk, desk, ready
from tests.project.test_layout import ROOT
from tests.signing.policy_files import BASE, office
from wiring.services import Services
from wiring.settings import read_settings

__all__ = ["desk", "ready"]

SAMPLE_ROOT = ROOT / "samples" / "trust" / "co-quan-mau.pem"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def pair() -> made.Pair:
    entity = made.Entity(name="Gốc quốc gia MẪU", organisation="MẪU", purpose="authority", path_length=1)
    return made.make_pair(entity, issuer=None, now=NOW)


@pytest.fixture
def root(pair: made.Pair, tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(made.certificate_pem(pair[1]))
    return path


def fingerprint(root: Path) -> str:
    return fingerprint_of(parse_certificate(root.read_bytes()))


def changes(desk: Desk) -> list[dict[str, object]]:
    with Services(read_settings({"MOTLAN_DATA": str(desk.data)})) as services:
        told = [entry.event for entry in services.store.records.journal()]
    return [dict(event.details) for event in told if event.kind is EventKind.TRUST_CHANGED]


def test_a_root_is_added_with_its_terms_shown_and_removed_and_the_journal_tells_it(
    ready: Desk, root: Path
) -> None:
    digits = fingerprint(root)
    arguments = (
        "--kind",
        "public",
        "--service",
        "signing",
        "--service",
        "timestamp",
        "--until",
        "2030-12-31",
    )
    words = ("--source", "trang công bố MẪU", "--checked-by", "văn thư MẪU, qua điện thoại")
    assert ready.run("trust", "add", root, *arguments, *words, "--fingerprint", digits.upper()) == 0
    assert "công cộng (NEAC)" in ready.said
    assert ready.run("trust", "show", digits, "--json") == 0
    (shown,) = ready.lines
    assert (shown["kind"], shown["services"], shown["until"]) == (
        "public",
        ["signing", "timestamp"],
        "2030-12-31",
    )
    assert shown["checked_by"] == "văn thư MẪU, qua điện thoại"
    assert ready.run("trust", "remove", digits) == 0
    assert ready.run("trust", "remove", digits) == 12
    prefix = digits[:16]
    assert changes(ready)[1:] == [
        {"change": "add", "sha256": prefix, "kind": RootKind.PUBLIC},
        {"change": "remove", "sha256": prefix, "kind": RootKind.PUBLIC},
    ]


def test_a_root_needs_its_kind_and_a_compared_fingerprint(ready: Desk, root: Path) -> None:
    before = changes(ready)
    assert ready.run("trust", "add", root, "--yes") == 10
    assert "--kind" in ready.complained
    assert ready.run("trust", "add", root, "--kind", "own", "--fingerprint", "00" * 32) == 13
    assert "[signing.trust_refused]" in ready.complained
    for wrong in (
        ("--kind", "national"),
        ("--kind", "own", "--service", "x"),
        ("--kind", "own", "--from", "1/2"),
    ):
        assert ready.run("trust", "add", root, "--yes", *wrong) == 10
    assert ready.run("trust", "show", fingerprint(root)) == 12
    assert changes(ready) == before


@pytest.mark.parametrize(("typed", "code"), [("last", 0), ("00000000", 13), ("", 13)])
def test_the_last_digits_are_typed_by_whoever_compared_them(
    typed: str, code: int, ready: Desk, root: Path
) -> None:
    digits = fingerprint(root)
    answer = digits[-8:].upper() if typed == "last" else typed
    command = [sys.executable, "-m", "cli", "--lang", "vi", "--data", str(ready.data)]
    ended = subprocess.run(
        [*command, "trust", "add", str(root), "--kind", "official"],
        input=f"{answer}\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ended.returncode == code, ended.stderr
    assert digits[-2:].upper() in ended.stdout


def test_lists_and_authorities_are_kept_when_they_belong_to_a_trusted_root(
    ready: Desk, root: Path, pair: made.Pair, tmp_path: Path
) -> None:
    issuing = made.make_pair(
        made.Entity(name="Cấp MẪU", organisation="MẪU", purpose="authority", path_length=0),
        issuer=pair,
        now=NOW,
    )
    authority, crl = tmp_path / "issuing.pem", tmp_path / "issuing.crl"
    authority.write_bytes(made.certificate_pem(issuing[1]))
    crl.write_bytes(made.make_crl(*issuing, now=NOW - timedelta(days=1), days=30))
    assert ready.run("trust", "authority", "add", authority) == 13
    assert ready.run("trust", "crl", "add", crl) == 13
    assert ready.run("trust", "add", root, "--kind", "own", "--yes") == 0
    assert ready.run("trust", "authority", "add", authority) == 0
    assert ready.run("trust", "crl", "add", crl, "--json") == 0
    assert [line["kept"] for line in ready.lines] == [True]
    older = tmp_path / "older.crl"
    older.write_bytes(made.make_crl(*issuing, now=NOW - timedelta(days=2), days=30))
    assert ready.run("trust", "crl", "add", older, "--json") == 0
    assert [line["kept"] for line in ready.lines] == [False]
    assert ready.run("trust", "show", "--json") == 0
    assert ready.lines[0]["authorities"] == 1


def test_trust_is_not_changed_where_it_cannot_be_told(desk: Desk, root: Path) -> None:
    assert desk.run("trust", "crl", "add", root) == 2
    assert desk.run("trust", "remove", "00" * 32) == 12
    assert not desk.data.exists()


def test_policies_are_listed_and_a_file_is_judged_under_the_one_asked_for(ready: Desk) -> None:
    assert ready.run("trust", "add", SAMPLE_ROOT, "--yes") == 0
    assert ready.run("trust", "policies", "--json") == 0
    assert [line["id"] for line in ready.lines] == ["vn-2025", "vn-2015"]
    assert ready.run("verify", SIGNED, "--policy", "vn-2015") == 0
    assert ready.run("verify", SIGNED, "--policy", "vn-1900") == 14
    assert "[rulebook.policy_unknown]" in ready.complained
    assert ready.run("verify", SIGNED, "--on", "2010-01-01") == 4
    office(ready.data / "rulebook", BASE.replace('"sha256", "sha512"', '"sha512"'))
    assert ready.run("verify", SIGNED) == 2
    assert ready.run("verify", SIGNED, "--policy", "vn-2025") == 0


def test_a_wrong_policy_of_the_office_stops_with_file_and_line(ready: Desk) -> None:
    office(ready.data / "rulebook", BASE.replace("bits = 2048", "bits = 2"))
    assert ready.run("verify", SIGNED) == 4
    assert "so-mau.toml sai ở dòng 15" in ready.complained


def test_the_cache_is_used_within_a_day_and_left_out_when_asked(ready: Desk) -> None:
    assert ready.run("trust", "add", SAMPLE_ROOT, "--yes") == 0
    assert ready.run("verify", SIGNED, "--no-cache", "--json") == 0
    fresh = ready.lines
    cache = ready.data / "cache" / "verdicts" / "demonstration"
    assert not cache.exists()
    assert ready.run("verify", SIGNED, "--json") == 0
    assert ready.lines == fresh
    assert len(list(cache.glob("??/*.json"))) == 1
    assert ready.run("verify", SIGNED, "--json") == 0
    assert ready.lines == fresh


def test_without_a_data_folder_nothing_is_cached(desk: Desk) -> None:
    assert desk.run("verify", SIGNED) == 2
    assert not desk.data.exists()
