"""Each point of a look is made to fail once; what is found says nothing that must stay secret."""

from __future__ import annotations

import base64
import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from cli.doctor import in_words
from cli.doctor_words import POINTS, SAID
from dossier.ids import Sha256
from dossier.text import PageText
from dossier.work import Lane, Pool
from flows.doctor.examination import CHECKS, worst
from flows.doctor.findings import Finding, State
from flows.doctor.surroundings import Heard, of_this_machine
from flows.intake import take_in
from flows.operating.jobs import LONGEST, Job, note
from signing.demo import ensure_demo_pki
from storage.fixity_rows import Check
from storage.inbox import Declaration
from storage.work_rows import Owed
from tests.flows.doctor.conftest import GIB, Examine
from tests.flows.fed import drawn
from tests.signing.test_keys import p12
from tests.web.office import NOW, Clock
from wiring.sealing import seal

WARNING, FAILED = State.WARNING, State.FAILED


def certificate(folder: Path, *, days: int) -> Path:
    """A self-signed certificate that ends so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "motlan.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=100))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    path = folder / "web.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_desk_without_keys_of_its_own_works_and_is_told_what_is_missing(examined: Examine) -> None:
    desk = examined()
    found = desk.find()
    assert {one.code for one in found if one.state is FAILED} == set()
    assert {"settings.not_production", "keys.demo", "timestamps.demo"} <= set(desk.troubles())
    assert worst(found) is WARNING


def test_every_point_has_words_in_both_languages_and_says_what_to_do(examined: Examine) -> None:
    for code, said in SAID.items():
        assert code.partition(".")[0] in POINTS
        assert bool(said.do_vi) is bool(said.do_en), code
    for one in examined().find():
        for lang in ("vi", "en"):
            assert POINTS[one.point][lang == "en"] in in_words(one, lang)
            assert one.state not in {WARNING, FAILED} or "→" in in_words(one, lang)


def test_settings_that_are_weaker_than_they_could_be(examined: Examine) -> None:
    assert examined(MOTLAN_API_BEHIND_PROXY="true").troubles("settings") == {
        "settings.not_production": WARNING,
        "settings.one_address": WARNING,
    }


def test_a_secret_that_others_can_read_is_told_without_being_told(examined: Examine, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("rat bi mat")
    secret.chmod(0o644)
    made = examined(MOTLAN_ANSWER_KEY=f"file:{secret}")
    (found,) = made.find("secrets")
    assert (found.code, found.state) == ("settings.invalid", FAILED)
    assert "rat bi mat" not in in_words(found, "vi") + repr(found)
    secret.chmod(0o600)
    assert made.troubles("secrets") == {}


def test_secrets_of_the_signing_service_and_of_signing_in_are_read_too(
    examined: Examine, tmp_path: Path
) -> None:
    settings = tmp_path / "motlan.toml"
    settings.write_text(
        """
        station_url = "https://motlan.test"
        oidc_issuer = "https://id.test"
        oidc_audience = "motlan"
        oidc_jwks_url = "https://id.test/jwks"
        oidc_client_id = "motlan"
        oidc_client_secret = "credential:oidc.secret"
        oidc_authorize_url = "https://id.test/authorize"
        oidc_token_url = "https://id.test/token"
        [keys.officer]
        source = "pkcs11"
        module = "/usr/lib/p11.so"
        token = "x"
        pin = "ask"
        [keys.organisation]
        source = "csc"
        api = "v2"
        base_url = "https://ky.test"
        client_id = "motlan"
        client_secret = "credential:csc.secret"
        """
    )
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    made = examined(file=settings, CREDENTIALS_DIRECTORY=str(secrets))
    # The PIN of a token is a person's: nobody is asked, and its absence is no finding.
    assert [one.code for one in made.find("secrets")] == ["settings.invalid", "settings.invalid"]
    for name in ("oidc.secret", "csc.secret"):
        (secrets / name).write_text("bí mật")
        (secrets / name).chmod(0o600)
    (found,) = made.find("secrets")
    assert (found.code, found.values["count"]) == ("secrets.ok", 2)


@pytest.mark.parametrize("setting", ["MOTLAN_ANSWER_KEY", "MOTLAN_DATABASE_PASSWORD"])
def test_nobody_is_asked_for_a_secret_that_asks(examined: Examine, setting: str) -> None:
    more = {"MOTLAN_DATABASE": "postgresql://motlan@127.0.0.1/x"} if "DATABASE" in setting else {}
    assert examined(**{setting: "ask"}, **more).troubles("secrets")["secrets.asks"] is WARNING


def test_rights_of_the_data_folder_and_its_key(examined: Examine) -> None:
    made = examined()
    assert made.troubles("rights") == {}
    (made.services.settings.data / "store.key").chmod(0o640)
    made.services.settings.data.chmod(0o755)
    assert made.troubles("rights") == {"rights.folder_open": FAILED, "rights.key_open": FAILED}


def test_a_machine_that_is_too_small(examined: Examine) -> None:
    made = examined(MOTLAN_WORKERS="8")
    assert made.troubles("machine") == {}
    small = {"cores": lambda: 4, "memory": lambda: 2 * GIB, "open_files": lambda: 256}
    assert set(made.troubles("machine", **small)) == {
        "machine.cores",
        "machine.memory",
        "machine.open_files",
    }
    nearly = made.troubles("machine", disk=lambda _path: (100 * GIB, 10 * GIB))
    assert nearly == {"machine.disk": WARNING}
    full = made.troubles("machine", disk=lambda _path: (100 * GIB, 1_000))
    assert full == {"machine.disk_full": FAILED}


def test_an_engine_that_is_not_installed(examined: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert examined().troubles("engine") == {"engine.no_witness": WARNING}
    assert examined(MOTLAN_ENGINE="tesseract").troubles("engine") == {"engine.missing": FAILED}


def test_a_database_of_a_newer_program_and_what_depends_on_it(examined: Examine) -> None:
    made = examined()
    database = made.services.looking.records.upkeep.database
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("INSERT INTO facts VALUES ('schema.oldest', '0001')"))
    assert made.troubles("database") == {"database.newer": WARNING}
    with database.writing() as connection:
        connection.execute(text("DELETE FROM facts WHERE name = 'schema.oldest'"))
    found = made.find()
    assert {one.code: one.state for one in found if one.point == "database"} == {"store.schema_newer": FAILED}
    skipped = {one.point for one in found if one.code.endswith(".needs_store")}
    assert skipped == {"places", "records", "keys", "trust"}


def test_places_that_are_away_or_nearly_full(examined: Examine, tmp_path: Path) -> None:
    place = json.dumps({"kind": "folder", "name": "xa", "path": str(tmp_path / "second")})
    made = examined(MOTLAN_SECOND_PLACE=place)
    assert made.troubles("places") == {"store.unavailable": FAILED}
    room = made.troubles("places", disk=lambda _path: (100 * GIB, 10 * GIB))
    assert room == {"store.unavailable": FAILED, "places.room": WARNING}


def test_what_waits_too_long(examined: Examine, clock: Clock, tmp_path: Path) -> None:
    place = json.dumps({"kind": "folder", "name": "xa", "path": str(tmp_path / "second")})
    made = examined(MOTLAN_SECOND_PLACE=place)
    upkeep = made.services.looking.records.upkeep
    upkeep.copies.add("xa", [Sha256("a" * 64), Sha256("b" * 64)], at=NOW)
    assert "copies.late" not in made.troubles("records")
    clock.tick(25 * 3600)
    assert made.troubles("records")["copies.late"] is FAILED
    upkeep.copies.block("xa", Sha256("a" * 64), code="store.damaged")
    assert made.troubles("records")["copies.blocked"] is FAILED


def test_objects_that_are_bad_or_were_not_checked_for_a_year(examined: Examine, clock: Clock) -> None:
    made = examined()
    fixity = made.services.looking.records.upkeep.fixity
    fixity.save("kho", [Check(sha256=Sha256("a" * 64), at=NOW, outcome="ok")])
    assert not {code for code in made.troubles("records") if code.startswith("objects.")}
    fixity.save("kho", [Check(sha256=Sha256("b" * 64), at=NOW, outcome="missing")])
    clock.tick(366 * 86_400)
    found = made.troubles("records")
    assert {code for code in found if code.startswith("objects.")} == {"objects.bad", "objects.unchecked"}


def test_a_journal_that_is_not_sealed_or_was_cut(examined: Examine, clock: Clock) -> None:
    made = examined()
    assert made.troubles("records")["journal.never_sealed"] is WARNING
    services = made.services
    with services.writing():
        seal(services)
    assert not {code for code in made.troubles("records") if code.startswith("journal.")}
    clock.tick(3 * 86_400)
    assert made.troubles("records")["journal.not_sealed"] is FAILED
    head = services.settings.data / "journal.head"
    head.write_bytes(b"x" * 182)
    assert made.troubles("records")["journal.no_head"] is FAILED


def test_a_job_that_never_ran_is_to_be_mended_once_the_store_is_older_than_it_may_be_away(
    examined: Examine, clock: Clock
) -> None:
    made = examined(MOTLAN_PRODUCTION="true")

    def never() -> dict[str, State]:
        return {str(one.values["job"]): one.state for one in made.find("records") if one.code == "jobs.never"}

    assert never() == dict.fromkeys((job.value for job in Job), WARNING)
    clock.tick(LONGEST[Job.BACKUP].total_seconds() + 3_600)
    assert {job for job, state in never().items() if state is FAILED} == {
        "backup", "canary", "fixity", "locks", "journal_verify"
    }  # fmt: skip


def test_files_that_nobody_works_on_are_told_by_pool(examined: Examine, clock: Clock, tmp_path: Path) -> None:
    made = examined()
    work = made.services.looking.records.work
    with made.services.writing():
        for height in (100, 200):
            file = drawn(tmp_path / f"{height}.tiff", [PageText(page=1, width=100, height=height, dpi=200)])
            take_in(made.services, [file], declared=Declaration(), owed=Owed(lane=Lane.COUNTER))
    work.enter("chết", seconds=0)
    assert work.take(Pool.READ, "chết", rules=made.services.settings.work.rules)
    assert made.troubles("records").get("workers.none") is None
    clock.tick(11 * 60)
    (found,) = [one for one in made.find("records") if one.code == "workers.none"]
    assert (found.state, found.values) == (WARNING, {"pool": "read", "minutes": 11})
    assert "motlan work --pool" in in_words(found, "en")
    # One that lives has one of them in hand: the other one is simply in line.
    work.enter("sống", seconds=3_600)
    assert work.take(Pool.READ, "sống", rules=made.services.settings.work.rules)
    assert made.troubles("records").get("workers.none") is None


def test_jobs_that_never_ran_are_late_or_ended_badly(examined: Examine, clock: Clock) -> None:
    made = examined()
    never = [one.values["job"] for one in made.find("records") if one.code == "jobs.never"]
    assert never == [job.value for job in Job]
    for job in Job:
        note(made.services, job)
    assert not {code for code in made.troubles("records") if code.startswith("jobs.")}
    note(made.services, Job.CANARY, code="canary.failed")
    assert made.troubles("records")["jobs.ended_badly"] is FAILED
    clock.tick(8 * 86_400)
    late = [one.values["job"] for one in made.find("records") if one.code == "jobs.late"]
    assert late == [job.value for job in Job]


def test_trust_without_roots_or_with_old_lists(examined: Examine, clock: Clock) -> None:
    made = examined()
    assert made.troubles("trust") == {}
    clock.tick(400 * 86_400)
    assert made.troubles("trust")["trust.lists_old"] is WARNING
    for path in (made.services.settings.data / "trust").glob("*.pem"):
        path.unlink()
    assert made.troubles("trust") == {"trust.no_root": FAILED}


def test_timestamp_services_that_are_away_or_out_of_time(examined: Examine) -> None:
    made = examined(MOTLAN_TIMESTAMP_URL="https://tsa.test/tsr")
    assert made.troubles("timestamps") == {}

    def away(_url: str, _ca: Path | None) -> Heard:
        raise httpx.ConnectError("no")

    assert made.troubles("timestamps", get=away) == {"timestamps.away": FAILED}
    off = Heard(405, NOW + timedelta(minutes=2), None)
    assert made.troubles("timestamps", get=lambda _url, _ca: off) == {"timestamps.clock": FAILED}


@pytest.mark.parametrize(
    ("days", "expected"), [(90, {}), (10, {"web.ends": WARNING}), (-3, {"web.ended": FAILED})]
)
def test_certificates_of_the_web_address(
    examined: Examine, tmp_path: Path, days: int, expected: dict[str, State]
) -> None:
    file = str(certificate(tmp_path, days=days))
    made = examined(
        MOTLAN_API_LISTEN="127.0.0.1:8443",
        MOTLAN_API_TLS_CERTIFICATE=file,
        MOTLAN_API_TLS_KEY=str(tmp_path / "web.key"),
    )
    assert made.troubles("web") == expected
    address = examined(MOTLAN_STATION_URL="https://motlan.test")
    end = NOW + timedelta(days=days)
    assert address.troubles("web", certificate_end=lambda _host, _port: end) == expected


def test_a_web_address_that_cannot_be_reached(examined: Examine) -> None:
    def away(_host: str, _port: int) -> datetime:
        raise ConnectionRefusedError

    made = examined(MOTLAN_STATION_URL="https://motlan.test")
    assert made.troubles("web", certificate_end=away) == {"web.away": FAILED}


def test_a_prefect_server_that_is_away_or_another_version_or_tells_others(examined: Examine) -> None:
    made = examined(MOTLAN_PREFECT_URL="http://127.0.0.1:4200/api")

    def server(
        *, health: int = 200, status: int = 200, release: str = version("prefect"), analytics: bool = False
    ) -> object:
        bodies = {
            "health": True,
            "version": release,
            "settings": {"server": {"analytics_enabled": analytics}},
        }

        def heard(url: str) -> Heard:
            asked = url.rpartition("/")[2]
            return Heard(health if asked == "health" else status, None, bodies[asked])

        return heard

    def away(_url: str) -> Heard:
        raise httpx.ConnectError("nobody listens")

    assert made.troubles("prefect", ask_prefect=server()) == {}
    # What it knows is advice: papers are worked on without it.
    assert made.troubles("prefect", ask_prefect=away) == {"prefect.away": WARNING}
    assert made.troubles("prefect", ask_prefect=server(health=503)) == {"prefect.away": WARNING}
    assert made.troubles("prefect", ask_prefect=server(status=401)) == {"prefect.refused": WARNING}
    assert made.troubles("prefect", ask_prefect=server(release="3.0.0")) == {"prefect.version": FAILED}
    assert made.troubles("prefect", ask_prefect=server(analytics=True)) == {"prefect.telemetry": FAILED}


def test_a_prefect_server_is_asked_with_the_secret_that_its_client_sends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str | None] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Authorization"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/api/admin/version"
        monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)
        of_this_machine().ask_prefect(url)
        monkeypatch.setenv("PREFECT_API_AUTH_STRING", "motlan:mật khẩu")
        assert of_this_machine().ask_prefect(url).status == 200
        server.shutdown()
        thread.join()
    assert asked == [None, "Basic " + base64.b64encode("motlan:mật khẩu".encode()).decode()]


def test_a_look_that_breaks_hides_nothing_else(examined: Examine) -> None:
    def breaks() -> int:
        raise RuntimeError("012345678901")

    found = examined().find(cores=breaks)
    (broken,) = [one for one in found if one.code == "machine.broken"]
    assert "012345678901" not in in_words(broken, "vi")
    assert {one.point for one in found} >= {"database", "places", "journal"}


def test_keys_whose_certificates_end(examined: Examine, clock: Clock, tmp_path: Path) -> None:
    pki = ensure_demo_pki(tmp_path / "pki", now=NOW)
    file = p12(pki, tmp_path / "a.p12", b"mat khau")
    keys = {
        f"MOTLAN_{role}_{what}": value
        for role in ("OFFICER", "ORGANISATION")
        for what, value in (("KEY", str(file)), ("PASSWORD", "mat khau"))
    }
    made = examined(**keys)
    assert made.troubles("keys") == {}
    end = made.services.key("officer").certificate.not_valid_after_utc
    clock.now = end - timedelta(days=10)
    assert made.troubles("keys") == {"keys.ends": WARNING}
    clock.now = end + timedelta(days=10)
    assert made.troubles("keys") == {"keys.ended": FAILED}
    file.chmod(0o644)
    assert made.troubles("rights") == {"rights.key_file_open": FAILED}


def test_names_of_checks_are_those_of_points() -> None:
    assert set(CHECKS) <= set(POINTS)
    assert worst([]) is State.PASSED
    assert worst([Finding(point="web", state=FAILED, code="x")]) is FAILED
