"""A centre whose records are on PostgreSQL takes the same bundle as one on a file, and knows the same."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from flows.bundle_check import Turn
from tests.bundles.desks import MONDAY, facts, introduce, place, receive, send, work
from tests.storage.pg_server import missing, pg_server

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")


def test_a_centre_on_a_server_and_one_on_a_file_know_the_same(tmp_path: Path) -> None:
    with (
        pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server,
        place(tmp_path / "file", "trung-tam", start=MONDAY) as small,
        place(tmp_path / "server", "trung-tam", start=MONDAY, database=server.new_database()) as large,
        place(tmp_path, "ban-a", start=MONDAY + timedelta(hours=1)) as desk,
        place(tmp_path, "tinh", start=MONDAY) as province,
    ):
        introduce(desk, small)
        introduce(desk, large)
        work(desk, tmp_path / "scans", dossiers=3, seed=2)
        bundle = send(desk, tmp_path / "usb")
        receive(small, bundle)
        assert receive(large, bundle).documents == 6
        assert facts(large) == facts(small)
        assert receive(large, bundle).turn is Turn.IMPORTED
        # A centre may be the desk of another one.
        introduce(large, province)
        assert receive(province, send(large, tmp_path / "usb-2")).documents == 6
