"""Addresses that hold what a server of databases does not take are answered like any that is not known."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from dossier.staff import StaffRole
from tests.storage.pg_server import missing, pg_server
from tests.web.office import DOSSIER, Clock, Office
from tests.web.station.browser import Browser
from tests.web.station.conftest import CHEAP, site_of
from tests.web.station.people import Staff

STRANGE = [f"{DOSSIER}\0", "\0", "H" * 5000, "Ｈ26.5.12-261120-0001", "H26.5.12-٢٦١١٢٠-0001", "<script>"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Somebody of the counter and the archive; the records lie on a server."""
    if reason := missing():
        pytest.skip(reason)
    folder = Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}"
    with pg_server(folder) as server:
        data = tmp_path_factory.mktemp("strange") / "data"
        with closing(Office(data, Clock(), MOTLAN_DATABASE=server.new_database())) as office:
            office.services.create()
            with closing(Browser(site_of(office))) as made:
                Staff(office, CHEAP).inside(made, StaffRole.ONE_STOP, StaffRole.ARCHIVIST)
                yield made


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_what_is_no_code_is_no_dossier(browser: Browser, text: str) -> None:
    paper = f"/papers/{uuid.UUID(int=0)}?dossier={quote(text)}"
    for path in (f"/counter/{quote(text)}", f"/counter/{quote(text)}/slip", paper):
        told = browser.open(path)
        assert told.status_code in ((400,) if "\0" in text else (403, 404)), path[:40]
        assert "<script>" not in told.text.partition("<main")[2]


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_what_is_no_id_is_no_paper_and_what_is_no_ground_is_none(browser: Browser, text: str) -> None:
    refused = "\0" in text
    assert browser.open(f"/papers/{quote(text)}?ground=luu_tru").status_code == (400 if refused else 404)
    told = browser.open(f"/papers/{uuid.UUID(int=0)}?ground={quote(text)}")
    assert told.status_code == (400 if refused else 403)


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_what_is_searched_for_may_be_anything(browser: Browser, text: str) -> None:
    browser.open("/citizen")
    told = browser.send("/citizen", {"ground": "luu_tru", "who": text})
    assert told.status_code == (400 if "\0" in text else 200)
    browser.open("/counter")
    told = browser.send("/counter", {"dossier": text, "procedure": text, "owner": text})
    assert told.status_code == (400 if "\0" in text else 422)
