from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import PdfUnreadableError
from signing.levels import Level
from signing.notes import Note, NoteCode
from signing.policies import SignaturePolicy, load_policies
from signing.records import from_plain, to_plain
from signing.report import ExpectedSignature, Report, SignatureReport, report_of
from signing.trust import TrustStore
from signing.verdict_cache import UNDECIDED_FOR, VerdictCache, VerdictKey, file_digest
from signing.verify import verify_file
from tests.signing.conftest import NOW, Files
from tests.signing.policy_files import policy

moments = st.datetimes(timezones=st.just(UTC))
notes = st.builds(Note, code=st.sampled_from(NoteCode), subject=st.text(), day=st.text(), limit=st.integers())
signatures = st.builds(
    SignatureReport,
    field=st.text(),
    signer=st.text(),
    conclusion=st.sampled_from(["passed", "failed", "indeterminate"]),
    sub_indication=st.none() | st.text(),
    level=st.sampled_from(Level),
    signing_time=st.none() | moments,
    proven_time=st.none() | moments,
    covers_whole_document=st.booleans(),
    reasons=st.lists(st.text()).map(tuple),
    notes=st.lists(notes).map(tuple),
)


@given(signatures=st.lists(signatures, max_size=3), judged=moments)
def test_every_report_is_read_back_as_it_was_written(
    signatures: Sequence[SignatureReport], judged: datetime
) -> None:
    report = replace(report_of("giấy.pdf", signatures), judged_at=judged, policy="vn-2025")
    assert from_plain(Report, to_plain(report)) == report


@pytest.mark.parametrize(
    "change",
    [
        {"conclusion": "perhaps"},
        {"file": 3},
        {"signatures": None},
        {"judged_at": "yesterday"},
        {"more": 1},
        {"signatures": [{}]},
    ],
)
def test_what_is_no_report_is_not_read_as_one(change: dict[str, object]) -> None:
    plain = to_plain(report_of("a.pdf", []))
    assert isinstance(plain, dict)
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the readers of the parts say
        from_plain(Report, {**plain, **change})


def test_a_record_with_something_unknown_cannot_be_kept() -> None:
    with pytest.raises(TypeError):
        to_plain(object())


@pytest.fixture
def cache(tmp_path: Path) -> VerdictCache:
    return VerdictCache(folder=tmp_path / "verdicts", program="1")


def entries(cache: VerdictCache) -> list[Path]:
    return sorted(cache.folder.glob("??/*.json"))


def marked(cache: VerdictCache, key: VerdictKey, report: Report) -> Report:
    """Put another report under the key, so that it shows where an answer came from."""
    other = replace(report, policy="from-the-cache")
    cache.keep(key, other)
    return other


def key_of(
    cache: VerdictCache,
    path: Path,
    trust: TrustStore,
    *,
    at: datetime = NOW,
    policy: SignaturePolicy | None = None,
    expected: Sequence[ExpectedSignature] | None = None,
    asked_day: bool = False,
) -> VerdictKey:
    chosen = policy or load_policies().on(at.date())
    return cache.key(path, policy=chosen, trust=trust, at=at, expected=expected, asked_day=asked_day)


def test_a_verdict_of_the_day_is_given_again_under_the_name_asked_for(
    files: Files, trust: TrustStore, cache: VerdictCache, tmp_path: Path
) -> None:
    first = verify_file(files.sealed, trust=trust, at=NOW, cache=cache)
    assert first.conclusion == "passed"
    assert len(entries(cache)) == 1
    marked(cache, key_of(cache, files.sealed, trust), first)
    copy = tmp_path / "khác.pdf"
    copy.write_bytes(files.sealed.read_bytes())
    again = verify_file(copy, trust=trust, at=NOW + timedelta(hours=3), cache=cache)
    assert again == replace(first, policy="from-the-cache", file=str(copy))
    assert verify_file(files.sealed, trust=trust, at=NOW) == first


def test_the_name_of_the_file_is_not_kept(files: Files, trust: TrustStore, cache: VerdictCache) -> None:
    verify_file(files.sealed, trust=trust, at=NOW, cache=cache)
    (entry,) = entries(cache)
    assert files.sealed.name not in entry.read_text(encoding="utf-8")
    assert entry.stat().st_mode & 0o077 == 0


def test_everything_that_a_verdict_depends_on_is_part_of_its_key(
    files: Files, trust: TrustStore, cache: VerdictCache, tmp_path: Path
) -> None:
    path = files.sealed
    production = TrustStore(trust.folder, production=True)
    expected = [ExpectedSignature(field="ChuKyCanBo")]
    edited = policy(tmp_path / "b", ('source = "Quyết định MẪU"', 'source = "Quyết định MẪU khác"'))
    keys = [
        key_of(cache, path, trust),
        key_of(cache, files.signed, trust),
        key_of(cache, path, production),
        key_of(cache, path, TrustStore(tmp_path / "none")),
        key_of(cache, path, trust, at=NOW + timedelta(days=1)),
        key_of(cache, path, trust, asked_day=True),
        key_of(cache, path, trust, expected=[]),
        key_of(cache, path, trust, expected=expected),
        key_of(cache, path, trust, policy=policy(tmp_path / "a")),
        key_of(cache, path, trust, policy=edited),
        key_of(replace(cache, program="2"), path, trust),
    ]
    assert len({key.digest for key in keys}) == len(keys)


def test_the_day_is_the_one_in_vietnam(files: Files, trust: TrustStore, cache: VerdictCache) -> None:
    evening = datetime(2026, 11, 21, 16, 59, tzinfo=UTC)
    night = datetime(2026, 11, 21, 17, 1, tzinfo=UTC)
    there = evening.astimezone(timezone(timedelta(hours=9)))
    told = [key_of(cache, files.sealed, trust, at=at).day.isoformat() for at in (evening, there, night)]
    assert told == ["2026-11-21", "2026-11-21", "2026-11-22"]


def test_a_new_list_in_the_trust_store_makes_old_verdicts_useless(
    files: Files, pki_lists: tuple[bytes, ...], trust: TrustStore, cache: VerdictCache, tmp_path: Path
) -> None:
    store = TrustStore(tmp_path / "trust")
    for root in trust.roots():
        store.keep(root)
    report = verify_file(files.signed, trust=store, at=NOW, cache=cache)
    assert report.conclusion == "indeterminate"
    for data in pki_lists:
        store.add_crl(data)
    assert verify_file(files.signed, trust=store, at=NOW, cache=cache).conclusion == "passed"


@pytest.fixture
def pki_lists(trust: TrustStore) -> tuple[bytes, ...]:
    return tuple(crl.der for crl in trust.crls())


def test_an_undecided_verdict_is_asked_again_after_an_hour(
    files: Files, cache: VerdictCache, tmp_path: Path
) -> None:
    nobody = TrustStore(tmp_path / "nobody")
    report = verify_file(files.signed, trust=nobody, at=NOW, cache=cache)
    assert report.conclusion == "indeterminate"
    key = key_of(cache, files.signed, nobody)
    assert cache.find(key, file="x", at=NOW + UNDECIDED_FOR) == replace(report, file="x")
    assert cache.find(key, file="x", at=NOW + UNDECIDED_FOR + timedelta(seconds=1)) is None


@given(position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_damaged_entry_is_ever_believed(
    position: float, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = VerdictCache(folder=tmp_path_factory.mktemp("cache"), program="1")
    key = KEY
    cache.keep(key, REPORT)
    (entry,) = entries(cache)
    data = bytearray(entry.read_bytes())
    data[int(position * len(data))] ^= 1 << bit
    entry.write_bytes(data)
    assert cache.find(key, file="", at=NOW) in {None, REPORT}
    entry.write_bytes(bytes(data[: int(position * len(data))]))
    assert cache.find(key, file="", at=NOW) is None


REPORT = replace(report_of("", [SignatureReport(conclusion="passed", signer="MẪU")]), judged_at=NOW)
KEY = VerdictKey(
    file="00", policy="p", trust="t", lists="l", expected=None, day=NOW.date(), asked_day=False, program="1"
)


def test_an_entry_moved_to_another_key_is_none(cache: VerdictCache) -> None:
    other = replace(KEY, file="11")
    cache.keep(KEY, REPORT)
    cache.keep(other, replace(REPORT, conclusion="failed"))
    first, second = (cache.folder / key.digest[:2] / f"{key.digest}.json" for key in (KEY, other))
    first.write_bytes(second.read_bytes())
    assert cache.find(KEY, file="", at=NOW) is None


def test_a_cache_that_cannot_be_written_changes_no_verdict(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"a file where a folder should be")
    cache = VerdictCache(folder=blocked, program="1")
    assert verify_file(files.signed, trust=trust, at=NOW, cache=cache).conclusion == "passed"


def test_the_oldest_entries_leave_when_there_are_too_many(tmp_path: Path) -> None:
    cache = VerdictCache(folder=tmp_path, program="1", most_entries=512)
    for number in range(1500):
        cache.keep(replace(KEY, file=str(number)), REPORT)
    assert len(entries(cache)) <= 512
    assert cache.find(replace(KEY, file="1499"), file="", at=NOW) == REPORT
    kept = len(entries(cache))
    assert cache.clear() == kept
    assert entries(cache) == []


def test_what_cannot_be_read_is_told_and_not_kept(
    trust: TrustStore, cache: VerdictCache, tmp_path: Path
) -> None:
    broken = tmp_path / "x.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing\n%%EOF\n")
    for path in (broken, tmp_path / "none.pdf", tmp_path):
        with pytest.raises(PdfUnreadableError):
            verify_file(path, trust=trust, at=NOW, cache=cache)
    assert entries(cache) == []


@given(data=st.binary(max_size=3_000_000))
def test_the_digest_of_a_file_is_that_of_its_bytes(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("digest") / "x"
    path.write_bytes(data)
    assert file_digest(path) == hashlib.sha256(data).hexdigest()
