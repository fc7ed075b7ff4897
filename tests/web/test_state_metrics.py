"""What Prometheus is told of the installation as a whole: ages, counts, sums of all machines; of nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, text

from dossier.admission import Role
from dossier.documents import DocumentState
from dossier.errors import StoreFullError
from dossier.ids import Sha256
from flows.admission import keys, revoke_key
from flows.operating.jobs import LONGEST, Job, note
from flows.operating.work_done import Tally, counting
from flows.progress import Progress, Stage
from storage.bodies import moment_to_text
from storage.fixity_rows import Check
from storage.schema import fixity
from tests.web.office import NOW, WIFE, Caller, Office, paper
from web.auth.known import WATCHING_SECONDS

Samples = Mapping[str, float]


def samples(text: str) -> Samples:
    """Each line by its name and labels, as ``name{label=value}``."""
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


def told(office: Office, client: Caller) -> Samples:
    key = office.key(Role.OBSERVER, offices="*")
    text = client.get("/metrics", headers=key).text
    # The figures of the year are counted beside, and must not go on when the store is closed.
    client.app.state.context.metrics.settle()
    return samples(text)


def test_a_new_installation_has_nothing_to_tell_but_that_it_is_well(office: Office, client: Caller) -> None:
    found = told(office, client)
    assert found["motlan_ready"] == 1
    assert found["motlan_records_up"] == 1
    assert found["motlan_stamps_pending"] == 0
    assert found["motlan_papers_waiting"] == 0
    assert found["motlan_store_frozen"] == 0
    assert found["motlan_pages_read_total"] == 0
    assert found["process_open_fds"] > 0
    assert [name for name in found if name.startswith("motlan_build_info{version=")]


def test_whoever_watches_one_office_is_not_told_what_waits_everywhere(office: Office, client: Caller) -> None:
    text = client.get("/metrics", headers=office.key(Role.OBSERVER, offices="H26")).text
    client.app.state.context.metrics.settle()
    assert "motlan_report_age_seconds" in text
    assert "motlan_papers_waiting" not in text


def test_ages_grow_with_the_clock_and_a_look_stands_for_a_moment(office: Office, client: Caller) -> None:
    upkeep = office.services.looking.records.upkeep
    upkeep.fixity.save("kho", [Check(sha256=Sha256("a" * 64), at=NOW, outcome="missing")])
    note(office.services, Job.CANARY, code="canary.failed")
    note(office.services, Job.FIXITY)
    office.clock.tick(60)
    found = told(office, client)
    assert found["motlan_fixity_oldest_age_seconds{place=kho}"] == 60
    assert found["motlan_objects_bad{place=kho}"] == 1
    assert found["motlan_job_last_run_timestamp_seconds{task=canary}"] == NOW.timestamp()
    assert (found["motlan_job_failed{task=canary}"], found["motlan_job_failed{task=fixity}"]) == (1, 0)
    office.clock.tick(5)
    assert told(office, client)["motlan_fixity_oldest_age_seconds{place=kho}"] == 60
    office.clock.tick(5)
    assert told(office, client)["motlan_fixity_oldest_age_seconds{place=kho}"] == 70


def test_a_job_is_late_by_its_own_term_and_one_that_never_ran_from_the_first_day(
    office: Office, client: Caller
) -> None:
    def late() -> set[str]:
        found = told(office, client)
        return {job.value for job in Job if found[f"motlan_job_late{{task={job.value}}}"]}

    assert late() == set()
    office.clock.tick(LONGEST[Job.LOCKS].total_seconds() + 3600)
    assert late() == {"locks"}
    note(office.services, Job.LOCKS)
    office.clock.tick(LONGEST[Job.BACKUP].total_seconds() - 7200)
    note(office.services, Job.BACKUP)
    office.clock.tick(1800)
    assert late() == {"canary", "fixity", "journal_verify", "locks"}
    assert set(LONGEST) == set(Job)


def test_what_never_happened_ages_as_well(office: Office, client: Caller) -> None:
    upkeep = office.services.looking.records.upkeep
    begun = upkeep.operating.begun()
    assert begun is not None
    upkeep.fixity.save("kho", [Check(sha256=Sha256("a" * 64), at=NOW, outcome="ok")])
    unchecked = {"place": "kho", "sha256": "b" * 64, "checked_at": "", "outcome": ""}
    with upkeep.database.writing() as connection:
        connection.execute(insert(fixity).values(since=moment_to_text(NOW - timedelta(days=1)), **unchecked))
    office.clock.tick(86_400)
    found = told(office, client)
    assert found["motlan_objects_unchecked{place=kho}"] == 1
    assert found["motlan_fixity_oldest_age_seconds{place=kho}"] == 2 * 86_400
    assert found["motlan_journal_sealed_age_seconds"] == (office.clock.now - begun).total_seconds()


def test_with_the_records_away_a_watcher_of_before_is_told_so_and_nobody_else_anything(
    office: Office, client: Caller
) -> None:
    watcher, other = office.key(Role.OBSERVER, offices="*"), office.key(Role.OBSERVER, offices="*")
    asking = office.key(Role.ONE_STOP)
    assert client.get("/metrics", headers=watcher).status_code == 200
    assert client.get("/metrics", headers=asking).status_code == 403
    client.app.state.context.metrics.settle()

    def tables(*statements: str) -> None:
        with office.services.looking.records.upkeep.database.writing() as connection:
            for one in statements:
                connection.execute(text(one))

    tables("ALTER TABLE api_keys RENAME TO away", "UPDATE alembic_version SET version_num = '9999'")
    office.clock.tick(60)
    found = samples(client.get("/metrics", headers=watcher).text)
    assert (found["motlan_ready"], found["motlan_records_up"]) == (0, 0)
    assert "motlan_stamps_pending" not in found
    # Who was not known before, and who is no watcher, has to be asked about.
    assert client.get("/metrics", headers=other).status_code >= 500
    assert client.get("/metrics", headers=asking).status_code >= 500
    office.clock.tick(WATCHING_SECONDS)
    assert client.get("/metrics", headers=watcher).status_code >= 500


def test_a_watcher_whose_key_was_revoked_is_not_known_for_an_hour(office: Office, client: Caller) -> None:
    watcher = office.key(Role.OBSERVER, offices="*")
    assert client.get("/metrics", headers=watcher).status_code == 200
    client.app.state.context.metrics.settle()
    (made,) = [key for key in keys(office.services) if key.scopes.role is Role.OBSERVER]
    revoke_key(office.services, made.id)
    office.clock.tick(60)
    assert client.get("/metrics", headers=watcher).status_code == 401
    with office.services.looking.records.upkeep.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    office.clock.tick(60)
    assert client.get("/metrics", headers=watcher).status_code == 401


def test_papers_that_wait_count_with_their_age_and_their_share(office: Office, client: Caller) -> None:
    office.save(paper("a", WIFE), paper("b", WIFE), paper("c", WIFE))
    (waits,) = office.save(paper("d", WIFE, state=DocumentState.WAITING, filed_at=None))
    received = office.services.looking.records.upkeep.operating.waiting().oldest
    assert received is not None
    found = told(office, client)
    assert waits
    assert found["motlan_papers_waiting"] == 1
    assert found["motlan_questions_ratio"] == 0.25
    age = (office.clock.now - received).total_seconds()
    assert found["motlan_papers_waiting_oldest_age_seconds"] == max(0, age)


def test_work_of_every_run_is_summed_also_of_one_that_failed(office: Office, client: Caller) -> None:
    heard: list[Progress] = []

    def run(*told: Progress) -> None:
        with office.services.writing(), counting(office.services, heard.append) as listen:
            for one in told:
                listen(one)

    read = Progress(stage=Stage.READ, item="x", seconds=1.5)
    run(
        Progress(stage=Stage.PAGE, item="x", done=1, total=2),
        Progress(stage=Stage.PAGE, item="x", done=2, total=2),
        read,
        Progress(stage=Stage.FILED, item="x", document="d", seconds=0.25),
    )

    def stop(_progress: Progress) -> None:
        raise StoreFullError("kho")

    with office.services.writing(), pytest.raises(StoreFullError), counting(office.services, stop) as listen:
        listen(read)
    run(Progress(stage=Stage.REFUSED, item="y", code="input.empty"))
    found = told(office, client)
    assert found["motlan_pages_read_total"] == 2
    assert found["motlan_stage_cpu_seconds_total{stage=read}"] == 3
    assert found["motlan_stage_cpu_seconds_total{stage=file}"] == 0.25
    assert found["motlan_papers_total{outcome=filed}"] == 1
    assert found["motlan_files_refused_total"] == 1
    assert len(heard) == 5


def test_work_is_told_while_its_run_goes_on_and_once(office: Office, client: Caller) -> None:
    done = office.services.looking.records.upkeep.operating.done
    page = Progress(stage=Stage.PAGE, item="x", done=1, total=2)
    with counting(office.services, lambda _: None, keep_seconds=0.01) as listen:
        listen(page)
        while done().get("pages") != 1:
            pass
        listen(page)
        while done().get("pages") != 2:
            pass
    assert told(office, client)["motlan_pages_read_total"] == 2


def test_what_could_not_be_kept_is_kept_the_next_time(office: Office) -> None:
    tally = Tally(lambda _: None)
    tally.hear(Progress(stage=Stage.PAGE, item="x", done=1, total=2))
    tally.hear(Progress(stage=Stage.READ, item="x", seconds=1.5))
    taken = tally.take()
    assert tally.take() == {}
    tally.hear(Progress(stage=Stage.PAGE, item="x", done=2, total=2))
    tally.give_back(taken)
    tally.hear(Progress(stage=Stage.PAGE, item="x", done=3, total=3))
    assert tally.take() == {"pages": 3, "cpu_seconds.read": 1.5}


def test_records_that_do_not_answer_are_told_and_the_rest_is(office: Office, client: Caller) -> None:
    (office.services.settings.data / "heads").mkdir(exist_ok=True)
    (office.services.settings.data / "heads" / "000000000001.json").write_text("{}")
    found = told(office, client)
    assert found["motlan_records_up"] == 0
    assert "motlan_stamps_pending" not in found
    assert found["motlan_ready"] == 1
