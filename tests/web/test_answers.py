"""Signed answers: what they prove, what a changed one does not, and the command that checks them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from cli.main import main
from dossier.api_errors import AnswerInvalidError
from dossier.errors import DemoKeyError, SettingsError
from dossier.events import EventKind
from tests.web.conftest import MakeOffice
from tests.web.office import DOSSIER, NOW, PROCEDURE, WIFE, Caller, Office
from tests.web.providers import confused, part
from web.answers import TYPE, AnswerSigner, Given, Proven, in_journal, open_signer, prove, read_keys
from web.client import Client
from web.serve_api import answering

GIVEN = Given(request="r-1", caller="key-1", endpoint="reuse_check", at=NOW)
KEY = ECKey.generate_key("P-256")
OTHER = ECKey.generate_key("P-256")


def signer(key: ECKey = KEY, **changes: Any) -> AnswerSigner:
    return AnswerSigner(key, **{"office": "xa-mau", "demo": False, "old_keys": {}, **changes})


def test_an_answer_proves_who_answered_whom_what_and_when() -> None:
    compact = signer().sign(GIVEN, {"tên": "giấy tờ"})
    proven = prove(compact.encode(), signer().keys, item="a.jws")
    assert proven == Proven(
        given=GIVEN,
        office="xa-mau",
        answer={"tên": "giấy tờ"},
        kid=KEY.thumbprint(),
        demo=False,
        sha256=proven.sha256,
    )


def test_a_demo_key_says_so_everywhere() -> None:
    made = signer(demo=True)
    proven = prove(made.sign(GIVEN, 1).encode(), made.keys, item="a")
    assert proven.demo
    assert made.kid.startswith("demo-")
    assert made.jwks()["keys"][0]["kid"] == made.kid


def test_answers_of_an_earlier_key_are_proven_while_its_public_key_is_published() -> None:
    old = signer(OTHER)
    compact = old.sign(GIVEN, "cũ").encode()
    published = json.dumps(signer(old_keys=old.keys).jwks()).encode()
    assert prove(compact, read_keys(published, item="keys"), item="a").answer == "cũ"
    assert b'"d"' not in published
    with pytest.raises(AnswerInvalidError):
        prove(compact, signer().keys, item="a")


def changed(compact: str, **payload: object) -> str:
    """The same answer saying something else under the old signature."""
    header, _, signature = compact.split(".")
    told = {**json.loads(jws.extract_compact(compact.encode()).payload), **payload}
    return f"{header}.{part(told)}.{signature}"


@pytest.mark.parametrize(
    "forge",
    [
        lambda c: changed(c, answer="khác"),
        lambda c: changed(c, iat=1),
        lambda c: c[:-4] + ("AAAA" if not c.endswith("AAAA") else "BBBB"),
        lambda c: c.rpartition(".")[0] + ".",
        lambda _: "",
        lambda _: "x.y.z",
        lambda _: "{}",
        lambda _: '{"jws": 1}',
        lambda _: "{" * 10_000,
        lambda _: confused({"answer": 1}, KEY.as_pem(private=False), kid=KEY.thumbprint()),
        lambda _: jws.serialize_compact(
            {"alg": "ES256", "kid": KEY.thumbprint(), "typ": "JWT"},
            json.dumps({"iss": "a", "aud": "b", "sub": "c", "jti": "d", "iat": 1, "answer": 1}),
            KEY,
            algorithms=["ES256"],
        ),
        lambda _: jws.serialize_compact(
            {"alg": "ES256", "kid": KEY.thumbprint(), "typ": TYPE}, b"[]", KEY, algorithms=["ES256"]
        ),
        lambda _: jws.serialize_compact(
            {"alg": "ES256", "kid": KEY.thumbprint(), "typ": TYPE},
            json.dumps({"iss": "a", "aud": "b", "sub": "c", "jti": "d", "iat": 1e300, "answer": 1}),
            KEY,
            algorithms=["ES256"],
        ),
    ],
)
def test_a_changed_answer_is_not_proven(forge: Any) -> None:
    with pytest.raises(AnswerInvalidError):
        prove(forge(signer().sign(GIVEN, "đúng")).encode(), signer().keys, item="a")


def test_the_readable_part_must_be_the_signed_one() -> None:
    compact = signer().sign(GIVEN, {"status": "ask"})
    good = {"request": "r-1", "answer": {"status": "ask"}, "jws": compact}
    assert prove(json.dumps(good).encode(), signer().keys, item="a").answer == {"status": "ask"}
    for bad in ({"answer": {"status": "held"}}, {"request": "r-2"}, {"answer": None}):
        with pytest.raises(AnswerInvalidError):
            prove(json.dumps({**good, **bad}).encode(), signer().keys, item="a")


def test_the_key_comes_from_the_place_the_settings_name(make_office: MakeOffice, tmp_path: Path) -> None:
    place = tmp_path / "answer.pem"
    place.write_bytes(KEY.as_pem(private=True))
    place.chmod(0o600)
    made = open_signer(make_office(MOTLAN_ANSWER_KEY=f"file:{place}").services)
    assert (made.kid, made.demo) == (KEY.thumbprint(), False)
    for content in (b"nothing", ECKey.generate_key("P-384").as_pem(private=True), KEY.as_pem(private=False)):
        place.write_bytes(content)
        with pytest.raises(SettingsError, match="MOTLAN_ANSWER_KEY"):
            open_signer(make_office(MOTLAN_ANSWER_KEY=f"file:{place}").services)


def test_the_demo_key_is_made_once_is_private_and_production_refuses_it(make_office: MakeOffice) -> None:
    office = make_office()
    assert open_signer(office.services).kid == open_signer(office.services).kid
    place = office.services.settings.data / "demo-answer-key.pem"
    assert place.stat().st_mode & 0o777 == 0o600
    with pytest.raises(DemoKeyError):
        open_signer(make_office(MOTLAN_PRODUCTION="true").services)


# --- the service and the command


@pytest.fixture
def kept(office: Office, client: Caller, registered: dict[str, str], tmp_path: Path) -> Path:
    """An answer as a caller keeps it."""
    told = client.post("/v1/reuse-checks", headers=registered, json={"dossier": DOSSIER, "owner": WIFE})
    path = tmp_path / "answer.json"
    path.write_bytes(told.content)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "vi", *arguments])
    said, complained = capsys.readouterr()
    return int(ended.value.code or 0), said + complained


def test_a_kept_answer_is_proven_by_the_command_and_found_in_the_journal(
    office: Office, client: Caller, kept: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data = str(office.services.settings.data)
    code, said = run(capsys, "--data", data, "answer", "verify", str(kept), "--json")
    told = json.loads(said)
    assert (code, told["journalled"], told["demo"], told["endpoint"]) == (0, True, True, "reuse_check")
    assert told["answer"]["procedure"] == PROCEDURE
    assert datetime.fromisoformat(told["at"]) == NOW.astimezone(UTC)
    keys = tmp_path / "keys.json"
    keys.write_bytes(client.get("/v1/answer-keys").content)
    code, said = run(capsys, "answer", "verify", str(kept), "--keys", str(keys))
    assert (code, "KHÓA DEMO" in said, "không xét" in said) == (0, True, True)


def test_a_changed_or_never_given_answer_is_refused_by_the_command(
    office: Office, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(office.services.settings.data)
    compact = open_signer(office.services).sign(GIVEN, "chưa bao giờ trả lời")
    for content, words in (
        (kept.read_text("utf-8").replace('"ask"', '"held"'), "khác với phần đã ký"),
        (compact, "nhật ký của kho này không có"),
    ):
        kept.write_text(content, "utf-8")
        code, said = run(capsys, "--data", data, "answer", "verify", str(kept))
        assert code == 1
        assert words in said
    assert run(capsys, "--data", data, "answer", "verify", "khong-co.json")[0] == 10


def test_every_answered_request_is_in_the_journal_with_its_own_answer(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    keys = open_signer(office.services).keys
    for _ in range(5):
        told = client.post("/v1/reuse-checks", headers=registered, json={"dossier": DOSSIER, "owner": WIFE})
        assert in_journal(office.services, prove(told.content, keys, item="a"))
    download = Given(request="r-9", caller="key-1", endpoint="document_file", at=NOW)
    made_up = prove(open_signer(office.services).sign(download, 1).encode(), keys, item="a")
    assert not in_journal(office.services, made_up)


def test_under_load_every_answer_is_in_the_journal_and_the_chain_holds(office: Office) -> None:
    text = office.key()["Authorization"].removeprefix("Bearer ")
    with answering(office.services, ("127.0.0.1", 0)) as (host, port):
        address = f"http://{host}:{port}"
        with Client(address, text) as client:
            client.register_dossier(DOSSIER, PROCEDURE, WIFE)

        def ask(_turn: int) -> list[bytes]:
            with Client(address, text) as asking:
                return [asking.check_reuse(DOSSIER, WIFE).kept for _ in range(4)]

        with ThreadPoolExecutor(8) as pool:
            kept = [answer for each in pool.map(ask, range(8)) for answer in each]
    keys = open_signer(office.services).keys
    proven = [prove(answer, keys, item="a") for answer in kept]
    assert len({each.given.request for each in proven}) == 32
    assert all(in_journal(office.services, each) for each in proven)
    records = office.services.store.records
    answered = [each for each in office.events(EventKind.API_ANSWERED) if "reuse" in str(each.details)]
    assert len(answered) == 32
    assert records.check_journal().entries == len(records.journal())
