"""A sample paper that was filed under a misread number: corrected, reuse goes by the new version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.access import Access, Purpose
from dossier.corrections import CorrectionGround
from dossier.documents import DocumentState
from flows.corrections import correct
from flows.review import Said
from tests.flows.test_review import NEAR, NOW, PRINTED, digitised, held_for
from wiring.services import Services
from wiring.settings import read_settings


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A fresh desk with demo keys."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        yield made


def test_reuse_goes_by_what_was_corrected_and_the_sealed_file_still_verifies(services: Services) -> None:
    filed = digitised(services)
    assert filed.state is DocumentState.FILED
    assert held_for(services, PRINTED) == ("held", filed.id)
    made = correct(
        services,
        filed.id,
        Said(values={"personal_id": NEAR}),
        ground=CorrectionGround.MISREAD,
        words="Số định danh trên giấy in rõ, máy đọc sai một chữ số",
        access=Access("quay-1", Purpose.OPERATION),
    )
    assert made.version == filed.version + 1
    assert held_for(services, NEAR) == ("held", filed.id)
    assert held_for(services, PRINTED)[0] != "held"
    after = services.store.records.document(filed.id)
    assert after.object_sha256 == filed.object_sha256
    assert after.object_sha256 is not None
    with services.store.blobs.path(after.object_sha256) as path:
        assert services.verify(path, at=NOW).conclusion == "passed"
    field = after.field("personal_id")
    assert field is not None
    assert (field.value, field.printed) == (NEAR, PRINTED)
