"""Schemathesis against a service of ours on a real socket: seconds in a test, as long as one likes by hand.

``python -m tests.web.api_fuzz --seconds 1200`` is the long version (``make api-fuzz``).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dossier.admission import DossierPerson, FieldScope, Role, Scopes
from flows.admission import new_key, register_dossier
from tests.web.office import DOSSIER, HUSBAND, PROCEDURE, WIFE, Clock, Office, made_store, paper
from web.serve_api import answering

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")


class PresentClock(Clock):
    """The real time: what is fuzzed has a real server's clock."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


def fuzz(folder: Path, options: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Serve an office of invented people and let schemathesis loose on it."""
    office = Office(
        made_store(folder / "data"),
        PresentClock(),
        MOTLAN_API_RATE_PER_MINUTE="1000000",
        MOTLAN_API_ALARM_REFUSALS="1000000",
        MOTLAN_API_BODY_SECONDS="5",
    )
    try:
        (own,) = office.save(paper("own", WIFE))
        scopes = Scopes(role=Role.ONE_STOP, offices=("*",), fields=FieldScope.SENSITIVE)
        key = new_key(office.services, "mau", scopes).text
        persons = [DossierPerson("applicant", WIFE), DossierPerson("partner", HUSBAND)]
        register_dossier(office.services, DOSSIER, procedure=PROCEDURE, persons=persons, caller="mau")
        with answering(office.services, ("127.0.0.1", 0)) as (host, port):
            program = str(Path(sys.executable).with_name("schemathesis"))
            command = [program, "--config-file", str(CONFIG), "run", f"http://{host}:{port}/v1/openapi.json"]
            told = ["--header", f"Authorization: Bearer {key}", *options]
            return subprocess.run(
                [*command, *told],
                check=False,
                capture_output=True,
                text=True,
                cwd=folder,
                env={
                    **os.environ,
                    "COLUMNS": "110",
                    "PYTHONPATH": str(CONFIG.parents[2]),
                    "SCHEMATHESIS_HOOKS": "tests.web.api_fuzz_hooks",
                    "MOTLAN_FUZZ_DOCUMENT": own,
                },
            )
    finally:
        office.close()


def main() -> None:
    """Run for as long as is asked for; exits as schemathesis does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motlan-fuzz-") as folder:
        seed = ["--seed", str(asked.seed)] if asked.seed else []
        done = fuzz(Path(folder), ["--max-time", str(asked.seconds), "--continue-on-failure", *seed])
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
