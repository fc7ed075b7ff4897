"""What is not there yet: a dossier of tomorrow, a procedure that begins tomorrow."""

from __future__ import annotations

from tests.web.conftest import MakeOffice
from tests.web.office import WIFE

CODE = "1.999999"
TABLE = f"""
code = "{CODE}"
name_vi = "Thủ tục mẫu của ngày mai"

[[version]]
valid_from = 2026-11-21
source = "Quyết định mẫu, không có thật"

[[version.component]]
code = "MAU-01"
name_vi = "Giấy khai sinh"
source = "Quyết định mẫu, không có thật"
types = ["birth_certificate"]
"""
DAY = 24 * 60 * 60


def test_a_procedure_of_tomorrow_takes_no_dossier_today(make_office: MakeOffice) -> None:
    office = make_office()
    folder = office.services.settings.data / "rulebook" / "procedures"
    folder.mkdir(parents=True)
    (folder / f"{CODE}.toml").write_text(TABLE, encoding="utf-8")
    client, key = office.serve(), office.key()

    def register(day: str) -> tuple[int, str]:
        body = {"code": f"H26.5.12-{day}-0001", "procedure": CODE, "owner": WIFE}
        told = client.post("/v1/dossiers", headers=key, json=body)
        return told.status_code, told.json().get("code", "")

    assert register("261120") == (404, "rulebook.procedure_unknown")
    assert register("261121") == (409, "request.future_dossier")
    office.clock.tick(DAY)
    assert register("261121") == (201, "")
    # The day of reception decides, not the day of asking.
    assert register("261120") == (404, "rulebook.procedure_unknown")
    client.close()
