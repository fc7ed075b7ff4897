"""``motlan sign`` as an office runs it: a process of its own, real tokens and services, killed in between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from signing.demo import DemoPki
from tests.project.test_layout import ROOT
from tests.signing import tokens
from tests.signing.issued import Issued, issue, rsa_key
from tests.signing.pdfs import make_pdfa
from tests.signing.servers import hash_api
from tests.signing.servers.https import Served, serving
from wiring.services import Services
from wiring.settings import read_settings

VARIABLE = "MOT_BIEN_CHO_KIEM_THU"


@dataclass
class Office:
    """A data folder with its settings file, and papers to sign."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTLAN_")}
        return {
            **kept,
            "MOTLAN_DATA": str(self.folder / "data"),
            "MOTLAN_CONFIG": str(self.folder / "motlan.toml"),
            "SOFTHSM2_CONF": str(self.folder / "softhsm2.conf"),
            "PYTHONPATH": str(ROOT),
            VARIABLE: hash_api.PASSWORD,
        }

    @property
    def papers(self) -> list[Path]:
        return [self.folder / f"giay-{number}.pdf" for number in range(3)]

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *map(str, arguments)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        process = self.start(*arguments)
        said, complained = process.communicate(timeout=120)
        return process.returncode, said, complained

    def sign(self, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        code, said, complained = self.run(
            "sign", *self.papers, "-o", self.folder / "out", "--json", *arguments
        )
        return code, [json.loads(line) for line in said.splitlines()], complained

    def settings(self, text: str) -> None:
        (self.folder / "motlan.toml").write_text(text, encoding="utf-8")

    def secret(self, name: str, value: str, *, mode: int = 0o600) -> Path:
        path = self.folder / name
        path.write_text(value + "\n", encoding="utf-8")
        path.chmod(mode)
        return path

    def issue(self, key: Any) -> Issued:
        return issue(DemoPki(self.folder / "data" / "demo-pki"), key, now=datetime.now(UTC))

    def verdicts(self) -> list[str]:
        with self.services() as services:
            return [
                services.verify(path, at=services.clock()).conclusion
                for path in sorted((self.folder / "out").glob("*.pdf"))
            ]

    def services(self) -> Services:
        return Services(read_settings(self.environment))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.settings("")
    with made.services() as services:
        services.create()
    for paper in made.papers:
        make_pdfa(paper)
    return made


def phone_settings(served: Served, *, every: float = 0.05) -> str:
    return f"""
[keys.officer]
source = "hash-api"
base_url = "{served.url}"
ca_file = "{served.ca_file}"
client_id = "{hash_api.SP}"
client_secret = "env:{VARIABLE}"
user_id = "{hash_api.USER}"
every_seconds = {every}
"""


def test_demo_keys_sign_and_a_second_run_leaves_the_files_alone(office: Office) -> None:
    code, lines, _ = office.sign()
    assert (code, [line["earlier"] for line in lines]) == (0, [False] * 3)
    assert lines[0] == {
        "file": str(office.papers[0]),
        "signed": str(office.folder / "out" / "giay-0.pdf"),
        "earlier": False,
        "scheme": "ecdsa",
        "demo": True,
    }
    before = [path.read_bytes() for path in sorted((office.folder / "out").glob("*.pdf"))]
    code, lines, _ = office.sign()
    assert (code, [line["earlier"] for line in lines]) == (0, [True] * 3)
    assert [path.read_bytes() for path in sorted((office.folder / "out").glob("*.pdf"))] == before
    assert office.verdicts() == ["passed"] * 3


def test_the_table_says_what_was_signed_and_what_was_refused_and_why(office: Office) -> None:
    make_pdfa(office.papers[1], pdfa=False)
    code, said, complained = office.run(
        "sign",
        *office.papers,
        office.folder / "khong-co.pdf",
        "-o",
        office.folder / "out",
        "--as",
        "organisation",
    )
    assert code == 13
    assert "2 tệp đã ký, 0 tệp đã ký từ trước, 2 tệp chưa ký." in said
    assert "signing.refused" in said
    assert "tệp chưa phải PDF/A" in complained
    assert "input.not_found" in complained


@pytest.mark.slow
def test_a_killed_process_loses_nothing_and_the_phone_rings_once(office: Office, tmp_path: Path) -> None:
    person = office.issue(rsa_key(number=1))
    how = hash_api.Behaviour(looks=1_000_000)
    with serving(hash_api.make_app(person, how), tmp_path) as served:
        office.settings(phone_settings(served))
        process = office.start("sign", *office.papers, "-o", office.folder / "out")
        while "status" not in how.calls:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.kill()
        process.communicate()
        assert list((office.folder / "out").glob("*.pdf")) == []
        how.looks = 0
        code, lines, complained = office.sign()
    assert (code, len(lines)) == (0, 3)
    assert "điện thoại" in complained
    assert how.calls.count("sign") == 1
    assert {line["scheme"] for line in lines} == {"rsa-pkcs1"}
    assert office.verdicts() == ["passed"] * 3


def test_who_declines_is_asked_no_more_and_told_with_its_code(office: Office, tmp_path: Path) -> None:
    person = office.issue(rsa_key(number=1))
    how = hash_api.Behaviour(end="REJECTED")
    with serving(hash_api.make_app(person, how), tmp_path) as served:
        office.settings(phone_settings(served) + "at_once = 1\n")
        code, lines, _ = office.sign()
    assert (code, [line["error"]["code"] for line in lines]) == (13, ["signing.declined"] * 3)
    assert how.calls.count("sign") == 1


@dataclass(frozen=True)
class TokenDesk:
    """An office whose officer's key lies on a token."""

    office: Office
    person: Issued

    def with_pin(self, reference: str) -> None:
        pki = self.office.folder / "data" / "demo-pki"
        self.office.settings(
            f"""
[keys.officer]
source = "pkcs11"
module = "{tokens.MODULE}"
token = "can-bo"
pin = "{reference}"
chain = ["{pki / "issuing.pem"}", "{pki / "root.pem"}"]
"""
        )


@pytest.fixture
def token_desk(office: Office) -> TokenDesk:
    if not tokens.MODULE.exists():
        pytest.skip("SoftHSM2 is not installed (softhsm2)")
    person = office.issue(ec.generate_private_key(ec.SECP256R1()))
    with tokens.softhsm(office.folder):
        tokens.make_token(office.folder, "can-bo", ("ky", person))
    return TokenDesk(office, person)


def test_a_token_with_its_pin_in_a_file_signs_all(token_desk: TokenDesk) -> None:
    office = token_desk.office
    token_desk.with_pin(f"file:{office.secret('pin', tokens.PIN)}")
    code, lines, complained = office.sign()
    assert (code, len(lines), complained) == (0, 3, "")
    assert office.verdicts() == ["passed"] * 3


def test_a_wrong_pin_is_told_and_signs_nothing(token_desk: TokenDesk) -> None:
    office = token_desk.office
    token_desk.with_pin(f"file:{office.secret('pin', '19001900')}")
    code, lines, complained = office.sign()
    assert (code, lines) == (13, [])
    assert "signing.pin_refused" in complained
    assert "19001900" not in complained
    assert list((office.folder / "out").glob("*.pdf")) == []


@pytest.mark.parametrize(
    ("reference", "reason"),
    [("ask", "cửa sổ dòng lệnh"), ("file:pin-cho-moi-nguoi", "người khác đọc được"), ("70417041", "env:TÊN")],
)
def test_a_secret_that_cannot_be_had_is_told_without_showing_it(
    reference: str, reason: str, token_desk: TokenDesk
) -> None:
    token_desk.office.secret("pin-cho-moi-nguoi", tokens.PIN, mode=0o644)
    token_desk.with_pin(reference)
    code, _, complained = token_desk.office.sign()
    assert code == 2
    assert reason in complained
    assert tokens.PIN not in complained
