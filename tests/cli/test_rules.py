"""``motlan rules`` as clerks, archivists and those who keep the tables meet it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dossier.ids import DocumentId
from dossier.labels import LabelNote
from storage.labels import LabelFile
from tests.cli.desk import Desk
from tests.rulebook.tables import LIBRARY_CARD, office


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk without a store."""
    return Desk(tmp_path / "data", capsys)


def test_the_types_are_listed_with_the_offices_own(desk: Desk) -> None:
    office(desk.data / "rulebook", card=LIBRARY_CARD)
    assert desk.run("rules", "list") == 0
    (own,) = [line for line in desk.said.splitlines() if line.startswith("library_card")]
    assert "Thẻ thư viện" in own
    assert "của cơ quan" in own
    assert "birth_certificate" in desk.said
    assert desk.json("rules", "list")["type"] == "library_card"


def test_a_type_is_shown_as_an_archivist_reads_it(desk: Desk) -> None:
    assert desk.run("rules", "show", "criminal_record_certificate") == 0
    for words in (
        "Phiếu lý lịch tư pháp  (criminal_record_certificate)",
        "Ảnh của giấy tờ: NHẠY CẢM",
        "Thời hạn bảo quản: chưa rõ",
        "chưa kiểm chứng",
        "Chủ giấy tờ: người được cấp (Họ và tên, Số định danh cá nhân, Ngày, tháng, năm sinh)",
        "Không được yêu cầu nộp: 01/07/2026 – …, trừ khi luật hoặc nghị định quy định phải nộp",
        "Tình trạng án tích",
    ):
        assert words in desk.said
    assert desk.run("rules", "show", "marital_status_certificate") == 0
    assert "6 tháng kể từ: Ngày cấp — Nghị định 123/2015/NĐ-CP Điều 23\n" in desk.said


def test_days_and_forms_of_labels_and_the_offices_thresholds_are_shown(desk: Desk) -> None:
    card = LIBRARY_CARD.replace(
        'labels = ["Bạn đọc"]',
        'labels = ["Bạn đọc", { text = "Chủ thẻ", since = 2016-01-01, form = "Mẫu 2" }]',
    )
    office(desk.data / "rulebook", card=card, thresholds="[library_card]\ncard_number = 0.93\n")
    assert desk.run("rules", "show", "library_card") == 0
    text = " ".join(desk.said.split())
    assert "THẺ ĐỌC SÁCH [… – 31/12/2019; Quy chế cũ]" in text
    assert "0.93 cơ quan" in text
    told = desk.json("rules", "show", "library_card")
    labels = next(field["labels"] for field in told["fields"] if field["name"] == "reader_full_name")
    assert labels == [
        {"text": "Bạn đọc", "since": None, "until": None, "form": ""},
        {"text": "Chủ thẻ", "since": "2016-01-01", "until": None, "form": "Mẫu 2"},
    ]
    assert told["validity"][0]["verified"] is True


def test_a_type_nobody_knows_is_refused(desk: Desk) -> None:
    assert desk.run("rules", "show", "library_card") == 10
    assert "motlan rules list" in desk.complained


def test_english_is_spoken_when_asked(desk: Desk) -> None:
    assert desk.run("rules", "show", "passport", lang="en") == 0
    assert "National result code" in desk.said
    assert desk.run("rules", "check", lang="en") == 0
    assert "0 wrong" in desk.said


def test_the_tables_in_use_are_checked(desk: Desk) -> None:
    assert desk.run("rules", "check") == 0
    assert ": 0 chỗ sai" in desk.said
    folder = office(desk.data / "rulebook", card=LIBRARY_CARD.replace('kind = "code"', 'kind = "cod"'))
    assert desk.run("rules", "check") == 1
    assert f"{folder / 'papers' / 'card.toml'}:23: SAI: kind:" in desk.said


def test_a_folder_is_checked_before_it_is_put_in_use(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    table = tmp_path / "new" / "card.toml"
    table.write_text(LIBRARY_CARD.replace("label_vi", "lable_vi", 2), encoding="utf-8")
    told = desk.json("rules", "check", tmp_path / "new")
    wrong = [(p["line"], p["severity"]) for p in told["problems"] if p["file"] == str(table)]
    assert wrong == [(1, "error"), (3, "error"), (20, "error"), (22, "error")]
    assert told["errors"] == 4
    assert desk.run("rules", "check", tmp_path / "nowhere") == 10


def test_a_wrong_table_of_the_office_stops_other_commands_with_file_and_line(desk: Desk) -> None:
    office(desk.data / "rulebook", card=LIBRARY_CARD.replace('kind = "code"', 'kind = "cod"'))
    assert desk.run("rules", "list") == 14
    assert "card.toml sai ở dòng 23" in desk.complained


def test_the_office_may_put_its_tables_down_before_the_store_is_made(desk: Desk) -> None:
    office(desk.data / "rulebook", card=LIBRARY_CARD)
    assert desk.run("init") == 0
    assert desk.run("rules", "show", "library_card") == 0


def taught(desk: Desk) -> None:
    """Notes of three papers in the data folder."""
    LabelFile(desk.data / "learning").add(
        LabelNote(
            type="health_certificate",
            field="full_name",
            key="nguoiduockham",
            printed="Người được khám",
            document=DocumentId(f"3f1c0a4e-0000-5000-8000-{number:012}"),
            actor="ban-so-hoa",
            day=date(2026, 11, number),
        )
        for number in (1, 2, 3)
    )


def test_a_proposal_is_listed_as_an_entry_and_taken_over(desk: Desk) -> None:
    assert desk.run("init") == 0
    assert desk.run("rules", "proposals") == 0
    assert desk.said == "Chưa có đề xuất nào.\n"
    taught(desk)
    (proposal,) = desk.json("rules", "proposals")["proposals"]
    assert (proposal["label"], proposal["documents"], proposal["first"], proposal["last"]) == (
        "Người được khám",
        3,
        "2026-11-01",
        "2026-11-03",
    )
    assert desk.run("rules", "proposals") == 0
    assert "[[field]]" in desk.said
    assert f"motlan rules adopt {proposal['id']}" in desk.said
    assert desk.run("rules", "adopt", proposal["id"]) == 0
    assert "“Người được khám”" in desk.said
    assert desk.run("rules", "check") == 0
    assert desk.run("rules", "show", "health_certificate") == 0
    assert "có sẵn + health_certificate.learned.toml" in desk.said
    assert "Người được khám" in " ".join(desk.said.split())
    assert desk.run("rules", "adopt", proposal["id"]) == 14
    assert "motlan rules proposals" in desk.complained


def test_a_rejected_proposal_is_gone(desk: Desk) -> None:
    assert desk.run("init") == 0
    taught(desk)
    (proposal,) = desk.json("rules", "proposals")["proposals"]
    assert desk.run("rules", "reject", proposal["id"]) == 0
    assert "sẽ không đề xuất lại" in desk.said
    assert desk.json("rules", "proposals") == {"proposals": []}


def test_a_problem_is_one_line_whatever_its_file_is_called(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a\n\x1b[31m.toml").write_text("a =", encoding="utf-8")
    assert desk.run("rules", "check", tmp_path) == 1
    problem, total = desk.said.splitlines()
    assert problem.startswith(f"{tmp_path}/a��[31m.toml:1: SAI: sai cú pháp TOML")
    assert "1 chỗ sai" in total


def test_decisions_speak_english_when_asked(desk: Desk) -> None:
    assert desk.run("init") == 0
    taught(desk)
    (proposal,) = desk.json("rules", "proposals")["proposals"]
    assert desk.run("rules", "adopt", proposal["id"], lang="en") == 0
    assert desk.said.startswith("Label “Người được khám” was added to ")


def test_a_procedure_of_a_day_tells_its_components_and_what_nobody_verified(desk: Desk) -> None:
    assert desk.run("rules", "procedure", "2.001263", "--on", "2026-11-20") == 0
    assert "không còn được yêu cầu, trừ khi luật hoặc nghị định quy định phải nộp" in desk.said
    assert "Giấy khám sức khỏe; mức tin cậy từ T4" in desk.said
    assert "[chưa kiểm chứng]" in desk.said
    told = desk.json("rules", "procedure", "1.001266")
    assert (told["limit"]["unit"], told["limit"]["amount"]) == ("working_days", 3)
    assert [entry["code"] for entry in told["components"]] == ["CDH-01", "CDH-02", "CDH-03", "CDH-04"]
    assert desk.run("rules", "procedure", "9.999999") == 14
    assert desk.run("rules", "procedure", "--on", "hôm nay") == 10


def test_a_procedure_table_of_the_office_is_checked_with_file_and_line(desk: Desk) -> None:
    folder = desk.data / "rulebook" / "procedures"
    folder.mkdir(parents=True)
    (folder / "1.999999.toml").write_text('code = "1.999999"\nname_vi = "X"\n', encoding="utf-8")
    assert desk.run("rules", "check") == 1
    assert f"{folder / '1.999999.toml'}:1: SAI: version: thiếu" in desk.said


CATALOGUE = """Mã thủ tục;Tên thủ tục;Lĩnh vực;Mã thành phần;Tên thành phần
1.999001;Cấp thẻ thử nghiệm;Thử;A1;Giấy khai sinh
1.999001;Cấp thẻ thử nghiệm;Thử;owner;Ảnh chân dung
1.001193;Đăng ký khai sinh;Hộ tịch;KS1;Giấy chứng sinh
"""


def test_the_national_catalogue_is_imported_once_and_differences_are_told(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "danh-muc.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    tried = desk.json("rules", "import", file, "--dry-run", "--edition", "thu-1")
    assert (tried["kept"], [found["change"] for found in tried["differences"]]) == (False, ["added", "added"])
    assert desk.run("rules", "procedure", "1.999001") == 14
    assert desk.run("rules", "import", file, "--edition", "thu-1") == 0
    assert "thêm 1.999001  Cấp thẻ thử nghiệm" in desk.said
    assert "Theo bảng riêng, hãy xem có phải sửa bảng (1):\n  1.001193" in desk.said
    assert "Chưa rõ loại giấy tờ, cán bộ phải xem (1):\n  1.999001: Ảnh chân dung" in desk.said
    again = desk.json("rules", "import", file)
    assert (again["kept"], again["differences"]) == (False, [])
    told = desk.json("rules", "procedure", "1.999001")
    assert (told["catalogue"], [entry["unmapped"] for entry in told["components"]]) == (
        "thu-1",
        [False, True],
    )
    answer = desk.json("reuse", "--procedure", "1.999001", "--owner", "011190000001")
    assert [entry["status"] for entry in answer["components"]] == ["ask", "unsure"]
    assert answer["components"][1]["reason_codes"] == ["component.not_mapped"]
    assert desk.run("journal", "verify") == 0


def test_an_edition_neither_counts_from_a_day_that_passed_nor_half_comes_in(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "danh-muc.csv"
    file.write_text(CATALOGUE.replace("1.001193", "khai sinh"), encoding="utf-8")
    assert desk.run("rules", "import", file) == 10
    assert "Dòng 4 của danh-muc.csv" in desk.complained
    assert desk.run("rules", "import", file, "--from", "2020-01-01") == 10
    assert desk.run("rules", "import", tmp_path / "khong-co.csv") == 10
    assert not (desk.data / "rulebook" / "catalogue").exists()


def test_a_damaged_catalogue_is_told_by_the_check(desk: Desk) -> None:
    folder = desk.data / "rulebook" / "catalogue"
    folder.mkdir(parents=True)
    (folder / "national.json").write_text("{", encoding="utf-8")
    assert desk.run("rules", "check") == 1
    assert f"{folder / 'national.json'}:1: SAI: tệp danh mục quốc gia bị hỏng" in desk.said


def test_the_days_of_a_year_and_a_day_so_many_working_days_later(desk: Desk) -> None:
    assert desk.run("rules", "days", "2026") == 0
    assert "2026-11-24  Ngày Văn hóa Việt Nam (chủ trương, vẫn làm việc)" in desk.said
    assert "2026-01-10  làm việc" in desk.said
    assert desk.run("rules", "days", "--after", "2026-02-13", "--count", "2") == 0
    assert desk.said == "2026-02-24\n"
    assert desk.json("rules", "days", "--after", "2027-02-04", "--count", "1") == {
        "after": "2027-02-04",
        "count": 1,
        "day": "2027-02-12",
        "decided": False,
    }
    assert desk.run("rules", "days", "2031") == 14
    assert desk.run("rules", "days", "--after", "2026-01-05", "--count", "0") == 10


def test_a_file_that_is_no_workbook_is_told_as_a_file_and_not_as_a_line(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "danh-muc.xlsx"
    file.write_bytes(b"PK\x03\x04")
    assert desk.run("rules", "import", file, "--dry-run") == 10
    assert "Tệp danh-muc.xlsx không dùng được: không phải tệp XLSX." in desk.complained
