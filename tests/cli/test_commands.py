"""Commands as a clerk meets them: words, exit codes, JSON shapes. Nothing here starts Prefect."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.context import language
from cli.main import main
from cli.words import masked, printable
from tests.project.test_layout import ROOT
from wiring.services import Services
from wiring.settings import read_settings

SAMPLES = ROOT / "samples" / "dossiers"
SIGNED = SAMPLES / "4-ho-kinh-doanh" / "quyet-dinh-ho-tro-lai-suat.pdf"
SCAN = SAMPLES / "2-dang-ky-ket-hon" / "xac-nhan-tinh-trang-hon-nhan-nam.pdf"
BORN_DIGITAL = SAMPLES / "2-dang-ky-ket-hon" / "giay-khai-sinh-nu.pdf"
OWNER = "004300999201"


def only(entries: Any) -> dict[str, Any]:  # JSON has no better type
    """The only entry of a list."""
    (entry,) = entries
    return dict(entry)


class Desk:
    """Runs commands on a data folder and keeps what they said."""

    def __init__(self, data: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capture = capture
        self.said = ""
        self.complained = ""

    def run(self, *arguments: str | Path) -> int:
        """Exit code of ``motlan`` with these arguments."""
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "vi", "--data", str(self.data), *(str(argument) for argument in arguments)])
        self.said, self.complained = self._capture.readouterr()
        return int(ended.value.code or 0)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What was said, as JSON lines."""
        return [json.loads(line) for line in self.said.splitlines()]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk without a store."""
    return Desk(tmp_path / "data", capsys)


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """A desk with a store and demo keys."""
    assert desk.run("init") == 0
    return desk


def test_init_makes_the_store_once_and_says_that_the_keys_are_demo(desk: Desk) -> None:
    assert desk.run("init", "--json") == 0
    assert desk.lines == [{"data": str(desk.data), "made": True, "demo_keys": True}]
    assert desk.run("init") == 0
    assert "đã có sẵn" in desk.said
    assert "DEMO" in desk.said


def test_the_data_folder_is_closed_to_other_accounts(ready: Desk) -> None:
    assert ready.data.stat().st_mode & 0o077 == 0
    keys = list((ready.data / "demo-pki").rglob("*.key"))
    assert keys
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)


def test_asking_before_init_says_what_to_do(desk: Desk) -> None:
    assert desk.run("find", "--owner", OWNER) == 12
    assert "motlan init" in desk.complained
    assert "[store.missing]" in desk.complained


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("find", "--owner", "12345"), "--owner"),
        (("reuse", "--procedure", "một", "--owner", OWNER), "--procedure"),
        (("reuse", "--procedure", "1.000894", "--owner", OWNER, "--on", "31/12/2026"), "--on"),
        (("ingest", ".", "--dossier", "H26"), "--dossier"),
        (("find",), "find"),
        (("find", "--owner", OWNER, "--waiting"), "find"),
        (("find", "--type", "no_such_type"), "--type"),
        (("find", "--of-dossier", "H26"), "--dossier"),
    ],
)
def test_a_malformed_argument_is_named_and_exits_with_ten(
    ready: Desk, arguments: tuple[str, ...], option: str
) -> None:
    assert ready.run(*arguments) == 10
    assert option in ready.complained
    assert "[input.argument]" in ready.complained


def test_a_procedure_nobody_knows_exits_with_fourteen(ready: Desk) -> None:
    assert ready.run("reuse", "--procedure", "9.999999", "--owner", OWNER) == 14
    assert "[rulebook.procedure_unknown]" in ready.complained


def test_the_list_of_procedures_has_the_high_volume_ones(ready: Desk) -> None:
    assert ready.run("reuse", "--list", "--on", "2026-11-21", "--json") == 0
    assert len(ready.lines) == 29


def test_verify_of_a_signed_file_is_undecided_until_its_root_is_trusted(ready: Desk) -> None:
    assert ready.run("verify", SIGNED, "--json") == 2
    assert ready.lines[0]["conclusion"] == "indeterminate"
    assert ready.run("trust", "add", SAMPLES.parent / "trust" / "co-quan-mau.pem", "--yes") == 0
    assert ready.run("verify", SIGNED, "--json") == 0
    (told,) = ready.lines
    assert told["file"] == str(SIGNED)
    assert told["conclusion"] == "passed"
    signature = only(told["signatures"])
    assert set(signature) == {
        "field", "signer", "organisation", "conclusion", "sub_indication", "level", "signing_time",
        "proven_time", "covers_whole_document", "modifications", "root", "reasons",
    }  # fmt: skip
    assert ready.run("verify", SIGNED) == 0
    assert "HỢP LỆ" in ready.said


def test_verify_of_an_unsigned_file_exits_with_three(ready: Desk) -> None:
    assert ready.run("verify", BORN_DIGITAL) == 3


def test_verify_of_something_else_exits_with_four_and_goes_on(ready: Desk, tmp_path: Path) -> None:
    junk = tmp_path / "rác.pdf"
    junk.write_bytes(b"khong phai pdf")
    assert ready.run("verify", junk, BORN_DIGITAL, "--json") == 4
    first, second = ready.lines
    assert first["error"]["code"] == "signing.not_readable"
    assert second["conclusion"] == "unsigned"


def test_ocr_prints_the_fields_of_the_vocabulary(desk: Desk) -> None:
    assert desk.run("ocr", BORN_DIGITAL, "--json") == 0
    (told,) = desk.lines
    assert set(told) == {"file", "pages"}
    page = only(told["pages"])
    assert set(page) == {
        "page", "width", "height", "dpi", "rotation", "skew_degrees", "text", "words", "engine", "seconds",
        "codes",
    }  # fmt: skip
    assert set(page["words"][0]) == {"text", "box", "confidence"}


def test_extract_prints_the_fields_of_the_vocabulary_and_keeps_nothing(desk: Desk) -> None:
    assert desk.run("extract", BORN_DIGITAL, "--json") == 0
    (told,) = desk.lines
    assert set(told) == {
        "file", "sha256", "pages", "documents", "separators", "blank_pages", "separator_backs", "differences",
        "findings",
    }  # fmt: skip
    document = only(told["documents"])
    assert set(document) == {"type", "type_confidence", "pages", "fields", "questions"}
    assert document["type"] == "birth_certificate"
    assert set(document["fields"]["full_name"]) == {"value", "printed", "confidence", "page", "box"}
    assert not desk.data.exists()


def test_a_file_that_cannot_be_read_does_not_stop_the_next(desk: Desk, tmp_path: Path) -> None:
    junk = tmp_path / "rỗng.pdf"
    junk.touch()
    assert desk.run("extract", junk, BORN_DIGITAL, "--json") == 10
    first, second = desk.lines
    assert first["error"]["code"] == "input.empty"
    assert second["documents"]


def test_separator_sheets_are_printed_and_told_in_a_file_that_holds_them(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "to-ngan.pdf"
    dossier = ("--dossier", "H26.5.12-261102-0001", "--procedure", "1.001193", "--component", "KS-02:1:2")
    assert desk.run("separators", "print", *dossier, "-o", target, "--json") == 0
    (told,) = desk.lines
    assert [sheet["kind"] for sheet in told["sheets"]] == ["dossier", "paper", "end"]
    assert desk.run("extract", target, "--json") == 0
    (read,) = desk.lines
    assert read["documents"] == []
    assert [(sheet["page"], sheet["component"], sheet["pages"]) for sheet in read["separators"]] == [
        (1, "", 2),
        (2, "KS-02", 2),
        (3, "", 2),
    ]
    assert {difference["code"] for difference in read["differences"]} == {
        "batch.papers_differ", "batch.pages_differ",
    }  # fmt: skip


@pytest.mark.parametrize("component", ["KS-02", "KS-02:0", "KS-02:x", ":1", "KS-02:1:2:3", "KS-02:99999"])
def test_a_component_without_a_count_is_asked_for_again(desk: Desk, tmp_path: Path, component: str) -> None:
    assert desk.run("separators", "print", "--component", component, "-o", tmp_path / "a.pdf") == 10
    assert "--component" in desk.complained
    assert not (tmp_path / "a.pdf").exists()


def test_of_many_components_the_one_that_cannot_be_printed_is_told(desk: Desk, tmp_path: Path) -> None:
    parts = ("--component", "KS-01:1", "--component", "Lò Thị Mẫu:1", "--component", "KS-03:0")
    assert desk.run("separators", "print", *parts, "-o", tmp_path / "a.pdf") == 10
    assert "--component (3)" in desk.complained
    assert desk.run("separators", "print", *parts[:4], "-o", tmp_path / "a.pdf") == 10
    assert "--component (2)" in desk.complained
    assert "Mẫu" not in desk.complained
    assert not (tmp_path / "a.pdf").exists()


def test_a_missing_file_is_named(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("ocr", tmp_path / "không có.pdf") == 10
    assert "không có.pdf" in desk.complained
    assert "[input.not_found]" in desk.complained


def test_looking_up_a_person_without_papers_is_journalled_without_the_number(ready: Desk) -> None:
    assert ready.run("find", "--owner", OWNER) == 0
    assert "Không có giấy tờ nào" in ready.said
    assert ready.run("journal", "list", "--json") == 0
    assert [line["kind"] for line in ready.lines] == ["store.made", "trust.changed", "owner.looked_up"]
    assert OWNER not in ready.said
    assert ready.run("journal", "verify", "--json") == 0
    assert ready.lines[0]["entries"] == 3


def test_a_purpose_nobody_knows_is_refused_before_anything_is_read(ready: Desk) -> None:
    assert ready.run("find", "--owner", OWNER, "--purpose", "to_mo") == 15
    assert "[access.refused]" in ready.complained


def test_production_refuses_to_start_with_demo_keys(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTLAN_PRODUCTION", "true")
    assert desk.run("init") == 13
    assert "[signing.demo_key]" in desk.complained
    assert not (desk.data / "demo-pki").exists()


@pytest.mark.parametrize(
    ("asked", "environment", "spoken"),
    [
        (None, {}, "vi"),
        (None, {"LANG": "C.UTF-8"}, "vi"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "en_GB.UTF-8", "MOTLAN_LANG": "vi"}, "vi"),
        ("en", {"MOTLAN_LANG": "vi"}, "en"),
    ],
)
def test_the_language_is_vietnamese_unless_somebody_says_english(
    asked: str | None, environment: dict[str, str], spoken: str
) -> None:
    assert language(asked, environment) == spoken


def test_numbers_in_lists_show_four_digits() -> None:
    assert masked("004300999201") == "••••••••9201"
    assert masked("") == ""


def test_control_characters_of_a_file_name_never_reach_the_terminal() -> None:
    assert printable("a\x1b[31mb\x07") == "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}"
    assert printable("Giấy tờ") == "Giấy tờ"


def test_a_wrong_usage_is_said_in_vietnamese_and_exits_with_two(desk: Desk) -> None:
    assert desk.run("verify") == 2
    assert "Lệnh chưa đúng" in desk.complained


def test_verify_of_a_missing_file_says_that_it_was_not_found(ready: Desk, tmp_path: Path) -> None:
    assert ready.run("verify", tmp_path / "không có.pdf") == 4
    assert "[input.not_found]" in ready.complained


def test_an_unexpected_error_gives_a_sentence_and_no_traceback(ready: Desk) -> None:
    (ready.data / "store.sqlite3").write_bytes(b"this is no database")
    assert ready.run("find", "--owner", OWNER) != 0
    assert "Traceback" not in ready.complained
    assert "→" in ready.complained


def test_a_dossier_that_is_no_code_never_reaches_the_journal(ready: Desk) -> None:
    assert ready.run("find", "--owner", OWNER, "--dossier", "Nguyễn Thị Hoa 010091999101") == 10
    assert ready.run("journal", "list", "--json") == 0
    assert "Hoa" not in ready.said


CATALOGUE = "code,name,kind,parent,since,until\n02671,Tả Củ Tỷ,xã,15,2025-07-01,\n"


def test_a_catalogue_of_places_is_loaded_once_and_used(ready: Desk, tmp_path: Path) -> None:
    file = tmp_path / "danh-muc.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    assert ready.run("places", "import", file, "--json") == 0
    assert ready.lines == [{"units": 1, "kinds": {"xa": 1}, "changed": True}]
    assert ready.run("places", "import", file) == 0
    assert ready.said == "Không đổi: 1 đơn vị hành chính.\n"
    with Services(read_settings({"MOTLAN_DATA": str(ready.data)})) as services:
        assert services.places.units.communes("Lào Cai").known("Tả Củ Tỷ")[0].code == "02671"
    assert (ready.data / "rulebook" / "units.csv").stat().st_mode & 0o077 == 0


def test_a_wrong_catalogue_is_refused_whole(ready: Desk, tmp_path: Path) -> None:
    file = tmp_path / "danh-muc.csv"
    file.write_text(CATALOGUE + "1,A,xa,15,,\n", encoding="utf-8")
    assert ready.run("places", "import", file) == 10
    assert "Dòng 3 của danh-muc.csv" in ready.complained
    assert not (ready.data / "rulebook").exists()
    file.write_bytes("code,Đ".encode("utf-16"))
    assert ready.run("places", "import", file) == 10
    assert ready.run("places", "import", tmp_path / "không có.csv") == 10
    assert "[input.not_found]" in ready.complained


def test_what_is_no_catalogue_at_all_is_told_and_not_waited_for(ready: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ống.csv")
    for name in (tmp_path / "ống.csv", tmp_path, Path("/dev/zero")):
        assert ready.run("places", "import", name) == 10
        assert "[input.not_a_file]" in ready.complained
    (tmp_path / "to.csv").write_bytes(b"x" * 20_000_001)
    assert ready.run("places", "import", tmp_path / "to.csv") == 10
    assert "lớn hơn 20 MB" in ready.complained
    (tmp_path / "cu.csv").write_bytes(CATALOGUE.encode() + "02672,A,xã,15,,\n".encode("utf-16"))
    assert ready.run("places", "import", tmp_path / "cu.csv") == 10
    assert "Dòng 3 của cu.csv không dùng được: không phải UTF-8" in ready.complained


def test_init_and_trust_do_not_wait_for_a_writer(ready: Desk) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(ready.data)})) as services, services.writing():
        assert ready.run("init") == 0
        assert ready.run("trust", "list", "--json") == 0


def test_a_data_folder_too_deep_for_a_socket_is_said(desk: Desk) -> None:
    desk.data = desk.data.with_name("d" * 120)
    assert desk.run("serve") == 2
    assert "[settings.invalid]" in desk.complained
