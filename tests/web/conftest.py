from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.web.arranging import waiting_pile
from tests.web.checking import waiting_papers
from tests.web.office import (
    CLOSED,
    DOSSIER,
    HUSBAND,
    PROCEDURE,
    WIFE,
    Caller,
    Clock,
    Office,
    copy_of,
    made_store,
)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: the demo keys cost more than all the rest."""
    return made_store(tmp_path_factory.mktemp("web") / "data")


@pytest.fixture(scope="session")
def waiting_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: four papers that wait for a checker, three of one office and one of another."""
    folder = tmp_path_factory.mktemp("waiting")
    office = Office(copy_of(empty_store, folder / "data"), Clock())
    waiting_papers(office, folder, 3)
    waiting_papers(office, folder, 1, dossier="H27.1.1-261120-0001")
    office.close()
    return folder / "data"


@pytest.fixture(scope="session")
def pile_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: a file of five pages whose four papers wait for a checker."""
    folder = tmp_path_factory.mktemp("pile")
    office = Office(copy_of(empty_store, folder / "data"), Clock())
    waiting_pile(office, folder)
    office.close()
    return folder / "data"


@pytest.fixture
def clock() -> Clock:
    return Clock()


MakeOffice = Callable[..., Office]


@pytest.fixture
def make_office(empty_store: Path, tmp_path: Path, clock: Clock) -> Iterator[MakeOffice]:
    """Offices with settings of their own; closed at the end."""
    made: list[Office] = []

    def make(**settings: str) -> Office:
        office = Office(copy_of(empty_store, tmp_path / f"data-{len(made)}"), clock, **settings)
        made.append(office)
        return office

    yield make
    for office in made:
        office.close()


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    return make_office()


@pytest.fixture
def client(office: Office) -> Iterator[Caller]:
    made = office.serve()
    yield made
    made.close()


@pytest.fixture
def registered(office: Office, client: Caller) -> dict[str, str]:
    """A caller whose office has one open and one closed dossier of the wife and the husband."""
    key = dict(office.key())
    for code in (DOSSIER, CLOSED):
        told = client.post(
            "/v1/dossiers",
            headers=key,
            json={
                "code": code,
                "procedure": PROCEDURE,
                "owner": WIFE,
                "persons": [{"whose": "partner", "number": HUSBAND}],
            },
        )
        assert told.status_code == 201, told.text
    assert client.post(f"/v1/dossiers/{CLOSED}/close", headers=key).status_code == 200
    return key
