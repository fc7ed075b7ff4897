"""Renewal of a whole archive: what is due becomes a new version, the rest is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from dossier.documents import Document, SignatureStatus
from dossier.errors import TimestampUnavailableError
from dossier.events import EventKind
from dossier.evidence import EndReason
from dossier.ids import Sha256
from flows.copies import renewed_key
from flows.renewal import Action, Expected, Outcome, RenewalRun, renew
from signing.report import ExpectedSignature, Report
from tests.flows.archive import Office, archive, file, travel
from tests.signing.decades import day
from wiring.services import Services


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with archive(tmp_path) as made:
        yield made


def run(
    services: Services, *, until: date | None = None, limit: int | None = None, dry_run: bool = False
) -> tuple[RenewalRun, list[Outcome]]:
    told: list[Outcome] = []

    def listen(one: Expected | Outcome | None) -> None:
        if isinstance(one, Outcome):
            told.append(one)

    done = renew(services, until=until or services.today(), limit=limit, dry_run=dry_run, listen=listen)
    return done, told


def newest(services: Services, document: Document) -> Document:
    return services.store.records.document(document.id)


def test_what_is_not_due_is_looked_at_once_and_left_alone(desk: Office, tmp_path: Path) -> None:
    sealed = file(desk, "sealed", tmp_path)
    first, told = run(desk)
    assert (first.looked_at, told) == (1, [])
    second, _ = run(desk)
    assert second.looked_at == 0
    assert newest(desk, sealed) == sealed
    row = desk.store.records.evidence.of(sealed.id)
    assert row is not None
    assert (row.life.level, row.reason, row.life.digests) == ("B-LTA", EndReason.STAMP_ENDS, ("sha256",))
    # The demo authority's five years, less twice 90 days of its lists and 90 days more.
    assert row.ends is not None
    assert row.due is not None
    assert (row.ends.date() - row.due).days == 270


def test_what_is_due_becomes_the_next_version_and_the_old_file_stays(desk: Office, tmp_path: Path) -> None:
    sealed = file(desk, "sealed", tmp_path)
    travel(desk, day("1.6.2011"))
    done, (told,) = run(desk)
    assert (done.counts[Action.RENEWED], told.because) == (1, EndReason.STAMP_ENDS)
    after = newest(desk, sealed)
    assert (after.version, after.signature, after.signature_checked_at) == (
        2,
        SignatureStatus.PASSED,
        day("1.6.2011"),
    )
    assert after.object_sha256 != sealed.object_sha256
    with desk.store.blobs.path(Sha256(str(after.object_sha256))) as new:
        assert desk.verify(new, at=desk.clock()).conclusion == "passed"
    assert desk.store.blobs.contains(Sha256(str(sealed.object_sha256)))
    (event,) = [
        entry.event
        for entry in desk.store.records.journal()
        if entry.event.kind is EventKind.DOCUMENT_RENEWED
    ]
    assert (event.subject, dict(event.details)) == (
        sealed.id,
        {"version": 2, "because": "stamp.ends", "level": "B-LTA", "digests": "sha256,sha512"},
    )
    assert list(desk.store.work.iterdir()) == []


def test_a_new_timestamp_that_lasts_no_longer_is_refused(desk: Office, tmp_path: Path) -> None:
    sealed = file(desk, "sealed", tmp_path)
    desk.stamps.clock.now = day("1.6.2011")
    desk.create()
    _, (told,) = run(desk)
    assert told.error is not None
    assert (told.action, told.error.code) == (Action.FAILED, "signing.renewal_refused")
    assert "không kéo dài thời hạn" in told.error.sentence("vi")
    assert newest(desk, sealed) == sealed
    assert set(desk.store.blobs) == {sealed.object_sha256}


def test_a_file_below_the_archive_level_is_brought_up_to_it_at_once(desk: Office, tmp_path: Path) -> None:
    captured = file(desk, "captured", tmp_path, level="captured")
    _, (told,) = run(desk)
    assert (told.action, told.because) == (Action.RENEWED, EndReason.NO_EVIDENCE)
    row = desk.store.records.evidence.of(captured.id)
    assert row is not None
    assert (row.version, row.life.level, row.reason) == (2, "B-LTA", EndReason.STAMP_ENDS)
    assert run(desk)[1] == []


def test_a_rehearsal_tells_what_is_due_and_changes_no_document(desk: Office, tmp_path: Path) -> None:
    captured = file(desk, "captured", tmp_path, level="captured")
    done, (told,) = run(desk, dry_run=True)
    assert (told.action, done.counts[Action.RENEWED]) == (Action.PLANNED, 0)
    assert newest(desk, captured) == captured
    assert all(e.event.kind is not EventKind.DOCUMENT_RENEWED for e in desk.store.records.journal())


def test_a_limit_renews_the_longest_due_first_and_the_next_run_goes_on(desk: Office, tmp_path: Path) -> None:
    documents = [file(desk, name, tmp_path, level="captured") for name in ("a", "bb", "ccc")]
    assert [told.document for told in run(desk, limit=2)[1]] == [one.id for one in documents[:2]]
    assert [told.document for told in run(desk)[1]] == [documents[2].id]


def test_unsigned_papers_and_failed_signatures_are_counted_and_never_stamped(
    desk: Office, tmp_path: Path
) -> None:
    plain = file(desk, "plain", tmp_path, level="plain")
    assert run(desk)[1] == []
    row = desk.store.records.evidence.of(plain.id)
    assert row is not None
    assert (row.reason, row.ends, row.due) == (EndReason.UNSIGNED, None, None)


def test_a_document_that_fails_is_told_and_does_not_stop_the_others(desk: Office, tmp_path: Path) -> None:
    first = file(desk, "a", tmp_path, level="captured")
    second = file(desk, "bb", tmp_path, level="captured")
    run(desk, dry_run=True)
    place = desk.store.folder / "objects" / str(first.object_sha256)[:2] / str(first.object_sha256)[2:4]
    damaged = place / str(first.object_sha256)
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes()[:-100])
    done, told = run(desk)
    assert [(one.document, one.action) for one in told] == [
        (first.id, Action.FAILED),
        (second.id, Action.RENEWED),
    ]
    assert told[0].error is not None
    assert told[0].error.code == "store.object_damaged"
    assert done.counts[Action.FAILED] == 1
    assert newest(desk, first) == first


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Dying(Office):
    """An installation that is killed when the new file is kept and its record is not yet saved."""

    def verify(
        self, path: Path, *, at: datetime, expected: Sequence[ExpectedSignature] | None = None
    ) -> Report:
        raise Killed(path, at, expected)


def test_a_run_killed_between_file_and_record_uses_the_file_that_is_there(
    desk: Office, tmp_path: Path
) -> None:
    captured = file(desk, "captured", tmp_path, level="captured")
    run(desk, dry_run=True)
    with Dying(desk.settings, clock=desk.clock) as dying, pytest.raises(Killed):
        run(dying)
    step = desk.store.records.step_result(renewed_key(captured.id, version=1))
    assert step is not None
    assert newest(desk, captured) == captured
    _, (told,) = run(desk)
    assert told.action is Action.RENEWED
    assert newest(desk, captured).object_sha256 == step


def test_a_timestamp_service_that_is_down_ends_the_run_and_loses_nothing(
    tmp_path: Path, desk: Office
) -> None:
    captured = file(desk, "captured", tmp_path, level="captured")
    url = "http://127.0.0.1:9/"
    with (
        archive(tmp_path, at=desk.clock(), MOTLAN_TIMESTAMP_URL=url, MOTLAN_TIMESTAMP_SECONDS="5") as cut_off,
        pytest.raises(TimestampUnavailableError),
    ):
        run(cut_off)
    assert newest(desk, captured) == captured
    assert run(desk)[0].counts[Action.RENEWED] == 1


def test_a_newer_version_is_looked_at_again(desk: Office, tmp_path: Path) -> None:
    sealed = file(desk, "sealed", tmp_path)
    run(desk)
    with desk.writing():
        desk.store.records.save_document(sealed.next_version(dossier="H26.5.12-261102-0001"))
    assert run(desk)[0].looked_at == 1
    row = desk.store.records.evidence.of(sealed.id)
    assert row is not None
    assert row.version == 2


class NewLaw(Office):
    """An installation on the day after a digest got an end."""

    def digest_ends(self, digest: str) -> date | None:
        return date(2008, 1, 1) if digest == "sha256" else None


def test_a_digest_with_an_end_moves_the_plan_without_reading_a_file(desk: Office, tmp_path: Path) -> None:
    sealed = file(desk, "sealed", tmp_path)
    run(desk)
    with NewLaw(desk.settings, clock=desk.clock) as later:
        assert run(later)[0].looked_at == 0
        row = later.store.records.evidence.of(sealed.id)
    assert row is not None
    assert (row.reason, row.ends) == (EndReason.DIGEST_ENDS, day("1.1.2008").replace(hour=0))
    # Too short for 270 days: the first half of what is left is taken, and noted.
    assert (row.due, row.notes) == (date(2007, 6, 12), ("lead.shortened",))
