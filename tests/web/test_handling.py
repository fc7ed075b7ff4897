"""The one-stop software tells how dossiers went, and gets flags and figures back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dossier.admission import Role
from dossier.documents import DocumentState
from dossier.events import EventKind
from tests.web.office import CLOSED, DOSSIER, STRANGER, WIFE, Caller, Office, paper

TOLD = {
    "channel": 2,
    "received_at": "2026-11-20T08:05:00+07:00",
    "promised_at": "2026-11-24T17:00:00+07:00",
    "waited_seconds": 240.0,
    "statuses": [
        {"status": 9, "at": "2026-11-20T09:58:00+07:00"},
        {"status": 4, "at": "2026-11-20T09:00:00+07:00"},
    ],
    "officer": "can-bo-mau",
    "files": [{"component": "KS-01", "paper": "birth_certificate", "digitised": True}],
    "results": [
        {"name": "Giấy xác nhận mẫu", "link": "https://motcua.example/kq/1", "code": f"{WIFE}.KQ_1.01"},
    ],
    "synchronised": True,
    "verified_account": True,
    "paid_online": True,
    "databases": ["population"],
}
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}


def test_flags_have_the_names_and_values_of_the_national_model(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    (held,) = office.save(paper("own", WIFE))
    read = client.get(f"/v1/documents/{held}", headers={**registered, "Motlan-Dossier": DOSSIER})
    assert read.status_code == 200
    told = client.post(f"/v1/dossiers/{DOSSIER}/handling", headers=registered, json=TOLD)
    assert told.json()["answer"] == {"dossier": DOSSIER, "version": 1}
    flags = client.get(f"/v1/dossiers/{DOSSIER}/flags", headers=registered).json()["answer"]
    first, second = flags.pop("TaiLieuNop")
    assert flags == {
        "MaHoSo": DOSSIER,
        "GiayToKetQua": [
            {
                "TenGiayTo": "Giấy xác nhận mẫu",
                "MaThanhPhanHoSo": "",
                "GiayToId": "",
                "DuongDanTepTinKetQua": "https://motcua.example/kq/1",
                "MaGiayToKetQua": f"{WIFE}.KQ_1.01",
            }
        ],
        "HoSoCoThanhPhanSoHoa": 1,
        "TaiKhoanDuocXacThucVoiVNeID": 1,
        "DuocThanhToanTrucTuyen": 1,
        "DinhDanhCHS": [{"LoaiDinhDanh": 1, "SoDinhDanh": WIFE}],
        "DSKetNoiCSDL": ["population"],
    }
    assert (first["MaThanhPhanHoSo"], first["DuocSoHoa"], first["DuocTaiSuDung"]) == ("KS-01", 1, 0)
    # What was read for the dossier and is not named among the files was reused.
    assert second == {
        "TepDinhKemId": held,
        "TenTepDinhKem": "birth_certificate.pdf",
        "IsDeleted": 0,
        "MaThanhPhanHoSo": "",
        "DuongDanTaiTepTin": f"/v1/documents/{held}/file",
        "DuocSoHoa": 1,
        "DuocTaiSuDung": 1,
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": "",
    }


def test_a_paper_that_replaces_gives_its_code_only_to_those_it_belongs_to(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    own, other = office.save(paper("own", WIFE), paper("other", STRANGER))
    for document, expected in ((own, True), (other, False)):
        file = {"component": "KS-01", "document": document, "reused": 2, "digitised": True}
        client.post(f"/v1/dossiers/{DOSSIER}/handling", headers=registered, json={"files": [file]})
        flags = client.get(f"/v1/dossiers/{DOSSIER}/flags", headers=registered)
        (told,) = flags.json()["answer"]["TaiLieuNop"]
        assert told["MaKetQuaThayThe"].startswith(WIFE) is expected
        assert STRANGER not in flags.text


def test_a_closed_dossier_takes_what_is_told_and_the_same_again_is_no_new_version(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    for expected in (1, 1):
        told = client.post(f"/v1/dossiers/{CLOSED}/handling", headers=registered, json=TOLD)
        assert told.json()["answer"]["version"] == expected
    (event,) = office.events(EventKind.DOSSIER_TOLD)
    assert (event.dossier, event.details) == (CLOSED, {"files": 1, "results": 1, "status": 9})


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"received_at": "2026-11-19T08:00:00+07:00"}, 409, "request.handling_time"),
        ({"statuses": [{"status": 9, "at": "2026-11-21T08:00:00+07:00"}]}, 409, "request.handling_time"),
        ({"received_at": "2026-11-20T08:00:00"}, 422, "request.invalid"),
        ({"promised_at": "2026-02-30T08:00:00Z"}, 422, "request.invalid"),
        ({"statuses": [{"status": 11, "at": "2026-11-20T08:00:00Z"}]}, 422, "request.invalid"),
        ({"files": [{"component": "KS-01", "reused": 3}]}, 422, "request.invalid"),
        ({"files": [{"component": "KS-01"}] * 201}, 422, "request.invalid"),
        ({"officer": "Mẫu Thị Thử"}, 422, "request.invalid"),
        ({"channel": True}, 422, "request.invalid"),
        ({"channel": 2.5}, 422, "request.invalid"),
        ({"surprise": 1}, 422, "request.invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_not_repeated(
    client: Caller, registered: dict[str, str], changes: dict[str, object], status: int, code: str
) -> None:
    told = client.post(f"/v1/dossiers/{DOSSIER}/handling", headers=registered, json={**TOLD, **changes})
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert "Mẫu Thị Thử" not in told.text


def test_figures_are_those_of_the_callers_offices(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    for code in (DOSSIER, CLOSED):
        client.post(f"/v1/dossiers/{code}/handling", headers=registered, json=TOLD)
    office.save(paper("waits", WIFE, dossier=DOSSIER, state=DocumentState.WAITING))
    observer = office.key(Role.OBSERVER, offices="H26.5")
    found = client.get("/v1/indicators", headers=observer, params=PERIOD).json()["answer"]
    assert found["whole"]["dossiers"] == {"counted": 2, "of": None, "value": None, "full_at": None}
    assert found["whole"]["3.3"] == {"counted": 2, "of": 2, "value": 100.0, "full_at": 50.0}
    # The second dossier brought the same kind of paper as the first.
    assert found["whole"]["nothing_twice"]["counted"] == 0
    assert found["levels"].keys() == {"commune"}
    elsewhere = office.key(Role.OBSERVER, offices="H27")
    nothing = client.get("/v1/indicators", headers=elsewhere, params=PERIOD).json()["answer"]
    assert (nothing["whole"]["dossiers"]["counted"], nothing["offices"]) == (0, {})
    named = client.get("/v1/indicators", headers=elsewhere, params={**PERIOD, "office": "H26.5.12"})
    assert (named.status_code, named.json()["code"]) == (403, "access.role")


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ({"from": "2026-11-30", "to": "2026-11-01"}, 409),
        ({"from": "2020-01-01", "to": "2020-11-01"}, 409),
        ({"from": "2026-11-31", "to": "2026-12-01"}, 422),
        ({"from": "2026-11-01"}, 422),
        ({**PERIOD, "level": "huyen"}, 422),
    ],
)
def test_a_period_that_cannot_be_counted_is_refused(
    office: Office, client: Caller, period: dict[str, str], status: int
) -> None:
    observer = office.key(Role.OBSERVER)
    assert client.get("/v1/indicators", headers=observer, params=period).status_code == status


def test_only_one_period_is_counted_at_a_time(office: Office, client: Caller) -> None:
    observer = office.key(Role.OBSERVER)
    counting = client.app.state.context.counting
    with counting:
        told = client.get("/v1/indicators", headers=observer, params=PERIOD)
    assert (told.status_code, told.headers["retry-after"]) == (503, "10")
    assert client.get("/v1/indicators", headers=observer, params=PERIOD).status_code == 200


def test_metrics_tell_requests_and_figures_of_the_year_without_people_or_offices(
    registered: dict[str, str], office: Office, client: Caller
) -> None:
    client.post(f"/v1/dossiers/{DOSSIER}/handling", headers=registered, json=TOLD)
    observer = office.key(Role.OBSERVER)
    before = client.get("/metrics", headers=observer)
    assert before.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "motlan_report_age_seconds -1.0" in before.text
    client.app.state.context.metrics.settle()
    office.clock.tick(60)
    told = client.get("/metrics", headers=observer).text
    # One of two was sent online, and one of two is synchronised.
    assert 'motlan_api_requests_total{address="tell",status="2xx"} 1.0' in told
    assert 'motlan_figure{figure="3.3",level="all"} 25.0' in told
    assert 'motlan_figure_counted{figure="dossiers",level="commune"} 2.0' in told
    assert "motlan_report_age_seconds 60.0" in told
    assert not [word for word in (WIFE, DOSSIER, "H26", "can-bo-mau", "key-") if word in told]
    assert not [
        event for event in office.events(EventKind.API_ANSWERED) if event.details["endpoint"] == "metrics"
    ]


def test_figures_of_metrics_are_counted_again_when_they_are_old(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    observer, metrics = office.key(Role.OBSERVER), client.app.state.context.metrics
    client.get("/metrics", headers=observer)
    metrics.settle()
    client.post(f"/v1/dossiers/{DOSSIER}/handling", headers=registered, json=TOLD)
    office.clock.tick(timedelta(minutes=20).total_seconds())
    old = client.get("/metrics", headers=observer).text
    metrics.settle()
    new = client.get("/metrics", headers=observer).text
    assert 'motlan_figure{figure="paid_online",level="all"} 0.0' in old
    assert 'motlan_figure{figure="paid_online",level="all"} 50.0' in new


def test_the_portals_own_count_stands_beside_ours(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    client.post(f"/v1/dossiers/{DOSSIER}/handling", headers=registered, json=TOLD)
    one = {"office": "H26.5.12", "first": "2026-11-01", "last": "2026-11-19", "received": 8}
    for same, kept in ((8, 1), (8, 0), (8.0, 0)):
        counts = [{**one, "received": same}]
        told = client.post("/v1/portal-counts", headers=registered, json={"counts": counts})
        assert told.json()["answer"] == {"counts": 1, "kept": kept}
    for wrong, status in (
        ({"office": "H27.1"}, 403),
        ({"last": "2026-11-21"}, 409),
        ({"first": "2025-01-01"}, 409),
        ({"received": -1}, 422),
        ({"received": False}, 422),
        ({"received": 8.5}, 422),
        ({"first": 20_500}, 422),
        ({"first": "2026-11-01T00:00:00"}, 422),
    ):
        told = client.post("/v1/portal-counts", headers=registered, json={"counts": [{**one, **wrong}]})
        assert told.status_code == status, told.text
    figures = client.get("/v1/indicators", headers=registered, params=PERIOD).json()["answer"]
    found = figures["whole"]["1.4"]
    assert (found["counted"], found["of"]) == (1, 8)
