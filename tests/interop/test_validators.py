"""A handful of our files before every validator that can run here; ``make interop`` shows them many."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bench.interop.canaries import NO_PDFA, STRANGER, canaries
from bench.interop.compare import (
    AFTER,
    BEFORE,
    DSS_LATER,
    DSS_LTA,
    DSS_T,
    OPENSSL,
    OURS,
    PDFSIG,
    QPDF,
    Court,
    Tally,
)
from bench.interop.java import JavaValidators
from bench.interop.makings import BORN, BOTH, KINDS, OFFICER, ORGANISATION, RENEWED, SignedFile
from bench.interop.tokens import cut_out
from signing.verify import verify_file

pytestmark = [pytest.mark.slow]

SIGNATURE, INSIDE, DOCUMENT = "signature", "signature timestamp", "document timestamp"
TOKENS = {
    OFFICER: [SIGNATURE, INSIDE],
    ORGANISATION: [SIGNATURE, INSIDE, DOCUMENT],
    BOTH: [SIGNATURE, INSIDE, SIGNATURE, INSIDE, DOCUMENT],
    RENEWED: [SIGNATURE, INSIDE, SIGNATURE, INSIDE, DOCUMENT, DOCUMENT],
    BORN: [SIGNATURE, INSIDE, DOCUMENT],
}


def agreed(rows: dict[str, Tally]) -> dict[str, int]:
    disagreements = [one for row in rows.values() for one in row.disagreements]
    assert disagreements == []
    return {name: row.checked for name, row in rows.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_pdfsig_openssl_and_qpdf_agree_with_our_verdict(
    kind: str, signed_files: dict[str, SignedFile], court: Court
) -> None:
    rows: dict[str, Tally] = {}
    court.examine(signed_files[kind], rows)
    there = {"pdfsig": PDFSIG, "openssl": OPENSSL, "qpdf": QPDF}
    wanted = {OURS, *(row for tool, row in there.items() if tool not in court.absent)}
    assert agreed(rows) == dict.fromkeys(wanted, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_tokens_cut_out_of_a_file_are_those_its_making_left(
    kind: str, signed_files: dict[str, SignedFile]
) -> None:
    tokens = cut_out(signed_files[kind].file.read_bytes())
    assert [token.kind for token in tokens] == TOKENS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_vera_and_dss_agree_with_our_verdict(
    kind: str, signed_files: dict[str, SignedFile], court: Court, java: JavaValidators
) -> None:
    rows: dict[str, Tally] = {}
    replace(court, java=java, absent=frozenset({"pdfsig", "openssl", "qpdf"})).examine(
        signed_files[kind], rows
    )
    by_dss = {DSS_T} if kind == OFFICER else {DSS_LTA, DSS_LATER}
    assert agreed(rows) == dict.fromkeys({OURS, BEFORE, AFTER, *by_dss}, 1)


def test_every_program_and_we_refuse_what_was_tampered_with(
    signed_files: dict[str, SignedFile], court: Court, tmp_path: Path
) -> None:
    found = list(
        canaries(signed_files[BOTH].file, court=court, stranger=STRANGER, no_pdfa=NO_PDFA, folder=tmp_path)
    )
    assert {bird.tool for bird in found} == {"motlan verify", "pdfsig", "openssl", "qpdf"} - court.absent
    assert [bird for bird in found if not bird.refused] == []


def test_vera_and_dss_refuse_what_was_tampered_with(
    signed_files: dict[str, SignedFile], court: Court, java: JavaValidators, tmp_path: Path
) -> None:
    found = list(
        canaries(
            signed_files[BOTH].file,
            court=replace(court, java=java),
            stranger=STRANGER,
            no_pdfa=NO_PDFA,
            folder=tmp_path,
        )
    )
    assert sum(bird.tool == "veraPDF" for bird in found) == 2
    assert sum(bird.tool == "EU DSS" for bird in found) == 4
    assert [bird for bird in found if not bird.refused] == []


def test_dss_and_we_see_the_same_end_when_the_timestamp_service_has_expired(
    signed_files: dict[str, SignedFile], court: Court, java: JavaValidators
) -> None:
    file = signed_files[BOTH].file
    at = datetime(court.at.year + 6, 1, 1, tzinfo=court.at.tzinfo)
    judgement = java.judgement(file, roots=court.roots, at=at)
    assert {one.conclusion for one in judgement.signatures} == {"INDETERMINATE"}
    assert verify_file(file, trust=court.trust, at=at).conclusion == "indeterminate"


def test_a_file_that_we_do_not_call_passed_counts_as_a_disagreement(
    signed_files: dict[str, SignedFile], court: Court, tmp_path: Path
) -> None:
    whole = signed_files[BOTH]
    longer = tmp_path / "longer.pdf"
    longer.write_bytes(whole.file.read_bytes() + b"\n% more")
    rows: dict[str, Tally] = {}
    court.examine(replace(whole, file=longer), rows)
    assert [(name, row.checked, row.agreed) for name, row in rows.items()] == [(OURS, 1, 0)]
