"""Schemathesis against a service of ours on a real socket: seconds in a test, as long as one likes by hand.

``python -m tests.web.api_fuzz --seconds 1200`` is the long version (``make api-fuzz``). Every role asks in
its turn, since most addresses are behind the door of one. At the end the service itself tells how often each
address answered well; one that never did was not reached, and that fails too.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import DossierPerson, EmergencyReason, FieldScope, Role, Scopes
from dossier.corrections import CorrectionGround
from dossier.documents import DocumentState
from dossier.ids import DocumentId
from flows.admission import new_key, open_emergency, register_dossier
from flows.corrections import correct
from flows.review import Said
from tests.web.api_fuzz_hooks import CLOSING, CORRECTED, FIELD, PROPOSED, RESULT
from tests.web.office import DOSSIER, HUSBAND, PROCEDURE, WIFE, Clock, Office, made_store, paper
from tests.web.providers import PROVIDED, Provider, jwks_server
from web.serve_api import answering

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")
_DAY: Final = 86_400
_COUNTED: Final = re.compile(
    r'^motlan_api_requests_total\{address="(\w+)",status="(\d)xx"\} (\S+)$', re.MULTILINE
)


class PresentClock(Clock):
    """The real time: what is fuzzed has a real server's clock."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Turn:
    """A role, what it asks, and its part of the time."""

    role: Role
    paths: str
    part: float
    headers: tuple[str, ...] = ()


TURNS: Final = (
    Turn(Role.ONE_STOP, "^/v1/(?!me/)", 0.6),
    Turn(Role.CITIZEN, "^/v1/(me/|documents|verifications)", 0.25),
    Turn(Role.ARCHIVIST, "^/v1/(documents|corrections|dossiers|changes)", 0.1, ("Motlan-Ground: luu_tru",)),
    Turn(Role.OBSERVER, "^/v1/indicators", 0.05),
)


class Fuzzed:
    """An office of invented people that is being served."""

    def __init__(
        self, office: Office, provider: Provider, address: str, folder: Path, known: Mapping[str, str]
    ) -> None:
        self._office = office
        self._provider = provider
        self._address = address
        self._folder = folder
        self._known = known
        self._keys = {role: self._key(role) for role in Role if role is not Role.CITIZEN}
        self._grant = open_emergency(
            office.services,
            DocumentId(known["MOTLAN_FUZZ_DOCUMENT"]),
            reason=EmergencyReason.LIFE,
            words="Người bệnh mẫu",
            caller=f"key-{self._keys[Role.ONE_STOP].split('_')[1]}",
        ).id

    def run(self, turn: Turn, options: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Let schemathesis loose on it in one role."""
        program = str(Path(sys.executable).with_name("schemathesis"))
        told = ["--header", f"Authorization: Bearer {self._token(turn.role)}"]
        for header in turn.headers:
            told += ["--header", header]
        return subprocess.run(
            [
                *(program, "--config-file", str(CONFIG), "run", f"{self._address}/v1/openapi.json"),
                # The first verification starts a process of its own, which takes long where much else runs.
                *("--request-timeout", "60"),
                *("--include-path-regex", turn.paths, *told, *options),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._folder,
            env={
                **os.environ,
                "COLUMNS": "110",
                "PYTHONPATH": str(CONFIG.parents[2]),
                "SCHEMATHESIS_HOOKS": "tests.web.api_fuzz_hooks",
                **self._known,
                "MOTLAN_FUZZ_GRANT": self._grant,
            },
        )

    def answers(self) -> Mapping[str, Mapping[str, int]]:
        """Answered requests by address and class of status, as the service counts them itself."""
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self._address}/metrics", headers={"Authorization": f"Bearer {self._keys[Role.OBSERVER]}"}
        )
        with urllib.request.urlopen(request, timeout=60) as told:  # noqa: S310
            text = told.read().decode()
        found: dict[str, dict[str, int]] = {}
        for address, status, count in _COUNTED.findall(text):
            found.setdefault(address, {})[status] = int(float(count))
        return found

    def _key(self, role: Role) -> str:
        scopes = Scopes(role=role, offices=("*",), fields=FieldScope.SENSITIVE)
        return new_key(self._office.services, "mau", scopes).text

    def _token(self, role: Role) -> str:
        if role is not Role.CITIZEN:
            return self._keys[role]
        now = datetime.now(UTC)
        rights = {"role": "citizen", "number": WIFE}
        until = int(now.timestamp()) + _DAY
        return self._provider.token(now, sub="mau-01", exp=until, motlan=rights)


def proposed_in(data: Path) -> str:
    """A correction that waits for a second person, made while the settings wanted one; its id."""
    office = Office(data, PresentClock(), MOTLAN_CORRECTION_SECOND_PERSON="true")
    try:
        (paper_of,) = office.save(paper(PROPOSED, WIFE))
        return correct(
            office.services,
            paper_of,
            Said(values={FIELD: "Kinh"}),
            ground=CorrectionGround.MISREAD,
            words="Giấy tờ mẫu in khác với hồ sơ",
            access=Access("mau", Purpose.OWNER),
        ).id
    finally:
        office.close()


@contextmanager
def fuzzed(folder: Path) -> Iterator[Fuzzed]:
    """Serve an office of invented people."""
    provider = Provider()
    case = proposed_in(made_store(folder / "data"))
    with jwks_server(provider) as keys:
        office = Office(
            folder / "data",
            PresentClock(),
            MOTLAN_API_RATE_PER_MINUTE="1000000",
            MOTLAN_API_ALARM_REFUSALS="1000000",
            MOTLAN_API_BODY_SECONDS="5",
            **{**PROVIDED, "MOTLAN_OIDC_JWKS_URL": f"{keys}/jwks"},
        )
        try:
            own, *_ = office.save(
                paper("own", WIFE),
                paper(RESULT, WIFE, dossier=DOSSIER, state=DocumentState.FILED),
                paper(CORRECTED, WIFE),
            )
            persons = [DossierPerson("applicant", WIFE), DossierPerson("partner", HUSBAND)]
            for code in (DOSSIER, CLOSING):
                register_dossier(office.services, code, procedure=PROCEDURE, persons=persons, caller="mau")
            with answering(office.services, ("127.0.0.1", 0)) as (host, port):
                known = {"MOTLAN_FUZZ_DOCUMENT": own, "MOTLAN_FUZZ_CASE": case}
                yield Fuzzed(office, provider, f"http://{host}:{port}", folder, known)
        finally:
            office.close()


def main() -> None:
    """Run for as long as is asked for; exits as schemathesis does, and by 1 for an address not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    seed = ["--seed", str(asked.seed)] if asked.seed else []
    code = 0
    with tempfile.TemporaryDirectory(prefix="motlan-fuzz-") as folder, fuzzed(Path(folder)) as served:
        for turn in TURNS:
            seconds = max(1, round(asked.seconds * turn.part))
            done = served.run(turn, ["--max-time", str(seconds), "--continue-on-failure", *seed])
            sys.stdout.write(f"── {turn.role.value}, {seconds} s\n{done.stdout}")
            sys.stderr.write(done.stderr)
            code = code or done.returncode
        answers = served.answers()
        for address, statuses in sorted(answers.items()):
            told = "  ".join(f"{status}xx {count:,}" for status, count in sorted(statuses.items()))
            sys.stdout.write(f"{address:24}{told}\n")
        missed = [address for address, told in answers.items() if address != "none" and "2" not in told]
        if missed:
            sys.stdout.write(f"never answered well: {', '.join(sorted(missed))}\n")
    sys.exit(code or bool(missed))


if __name__ == "__main__":
    main()
