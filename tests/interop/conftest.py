from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bench.interop.compare import Court
from bench.interop.jars import JarsMissingError, find_jars
from bench.interop.java import JavaValidators
from bench.interop.makings import KINDS, SignedFile, Workshop
from bench.interop.programs import TOOLS

# Other people's programs judge certificates by the clock of this machine, so these files are made now.
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with Workshop(tmp_path_factory.mktemp("interop"), now=NOW) as made:
        yield made


@pytest.fixture(scope="session")
def signed_files(workshop: Workshop) -> dict[str, SignedFile]:
    """One file of each kind."""
    return {signed.kind: signed for signed in workshop.make(len(KINDS))}


@pytest.fixture(scope="session")
def court(workshop: Workshop) -> Court:
    """The validators that are no Java."""
    return Court(
        trust=workshop.trust,
        roots=(workshop.root,),
        crls=workshop.crls,
        at=NOW + timedelta(minutes=5),
        java=None,
        absent=frozenset(tool for tool in TOOLS if shutil.which(tool) is None),
    )


@pytest.fixture(scope="session")
def java() -> Iterator[JavaValidators]:
    try:
        jars = find_jars()
    except JarsMissingError as error:
        pytest.skip(f"!! veraPDF and EU DSS cannot run here: {error}")
    with JavaValidators(jars) as running:
        yield running
