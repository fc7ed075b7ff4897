"""Odd papers, from pixels to what a clerk reads: nothing is invented, and what is asked is explained."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import typer
from PIL import Image

from cli.context import Command
from cli.main import app, main
from cli.read import extract as read_command
from dossier.documents import ItemState
from dossier.errors import InputSecretError
from extraction.document import understand
from extraction.split import split_pages
from flows.capture import read_item
from flows.intake import take_in
from flows.progress import silent
from flows.quarantine import set_aside
from ocr.reader import Reader
from ocr.records import FileReading
from rulebook.papers import load_papers
from samples import odd
from samples.containers import Scan, write_pdf
from samples.digital import make_pdf
from samples.people import BLO, HAN, LIEU, PHA
from samples.raster import Pixels
from storage.inbox import Declaration
from tests.end_to_end.line import installation
from tests.extraction.stacks import stack
from wiring.services import Services
from wiring.settings import read_settings

pytestmark = [pytest.mark.slow]

PAPERS: dict[str, tuple[Callable[[], Pixels], int]] = {
    "trang-trang": (odd.empty_page, 200),
    "con-meo": (odd.cat, 200),
    "tieng-anh": (lambda: odd.lines_of(odd.ENGLISH), 200),
    "tieng-nga": (lambda: odd.lines_of(odd.RUSSIAN), 200),
    "chu-tuong-hinh": (odd.ideograms, 200),
    "the-khach-hang": (odd.unlisted, 200),
    "viet-tay-ro": (lambda: odd.by_hand(neat=True), 200),
    "viet-tay-ngoay": (lambda: odd.by_hand(neat=False), 200),
    "hai-khai-sinh": (odd.two_small_papers, 200),
    "hai-can-cuoc": (odd.two_cards, 300),
    "ma-qr-khac": (odd.other_code, 300),
    "mat": (odd.secret, 200),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What ``motlan extract`` said about the odd papers."""

    code: int
    told: dict[str, dict[str, Any]]
    words: dict[str, str]
    complained: str

    def paper(self, name: str) -> dict[str, Any]:
        """The only paper of a file."""
        (paper,) = self.told[name]["documents"]
        return dict(paper)

    def values(self, name: str) -> dict[str, str]:
        """The values of its fields."""
        return {key: field["value"] for key, field in self.paper(name)["fields"].items()}

    def findings(self, name: str) -> list[str]:
        """The codes of its findings."""
        return [finding["code"] for finding in self.told[name]["findings"]]


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code of ``motlan`` and what it said on both streams."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["--lang", "vi", *arguments])
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


class KeptReader(Reader):
    """Keeps finished pages in one folder, so that a file that is asked for again is not read again."""

    kept: Path

    def read(
        self, path: Path, *, name: str, work: Path, on_page: Callable[[int, int], None] | None = None
    ) -> FileReading:
        del work
        return super().read(path, name=name, work=self.kept, on_page=on_page)


class Desk(Services):
    """An installation with that reader."""

    @cached_property
    def reader(self) -> Reader:
        reader = KeptReader(self.engine, witness=self.witness, workers=self.settings.workers)
        reader.kept = self.settings.data
        return reader


@dataclass(frozen=True)
class AtDesk(Command):
    """A call of the program at that installation."""

    def services(self) -> Services:
        return Desk(read_settings({"MOTLAN_DATA": str(self.data)}))


def extract(data: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code of ``motlan extract`` at a desk, and what it said on both streams."""
    (command,) = [found for found in app.registered_commands if found.callback is read_command]
    single = typer.Typer()
    single.registered_commands.append(command)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = single(list(arguments), obj=AtDesk("vi", data), standalone_mode=False)
    return int(code or 0), out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Every odd paper through the command, once for programs and once for people."""
    folder = tmp_path_factory.mktemp("odd")
    paths = []
    for name, (draw, dpi) in PAPERS.items():
        paths.append(folder / f"{name}.jpg")
        Image.fromarray(draw()).save(paths[-1], quality=82, dpi=(dpi, dpi))
    code, out, _ = extract(folder / "data", *map(str, paths), "--json")
    told = {Path(line["file"]).stem: line for line in map(json.loads, out.splitlines())}
    _, plain, complained = extract(folder / "data", *map(str, paths))
    words: dict[str, str] = {}
    name = ""
    for line in plain.splitlines():
        name = name if line.startswith(" ") else Path(line.split(": ")[0]).stem
        words[name] = words.get(name, "") + line + "\n"
    return Said(code, told, words, complained)


def test_an_empty_page_is_told_to_be_empty_and_nothing_is_invented(said: Said) -> None:
    paper = said.paper("trang-trang")
    assert (paper["type"], paper["fields"], paper["questions"]) == ("unknown", {}, ["type"])
    assert said.findings("trang-trang") == ["page.blank"]
    assert said.told["trang-trang"]["blank_pages"] == [1]
    assert "Chưa xác định, tr. 1" in said.words["trang-trang"]
    assert "Loại giấy tờ  ← cần người xem: không có chữ nào" in said.words["trang-trang"]
    assert "tr. 1: Trang trắng." in said.words["trang-trang"]


def test_a_photograph_of_a_cat_is_a_picture_and_not_an_empty_page(said: Said) -> None:
    paper = said.paper("con-meo")
    assert (paper["type"], paper["fields"], paper["questions"]) == ("unknown", {}, ["type"])
    assert said.findings("con-meo") == ["page.picture"]
    assert said.told["con-meo"]["blank_pages"] == []
    assert "Là ảnh hoặc hình, không có chữ đọc được." in said.words["con-meo"]


@pytest.mark.parametrize("name", ["tieng-anh", "tieng-nga"])
def test_a_foreign_paper_is_told_to_be_foreign_and_gives_no_vietnamese_fields(said: Said, name: str) -> None:
    paper = said.paper(name)
    assert (paper["type"], paper["fields"], paper["questions"]) == ("unknown", {}, ["type"])
    assert "page.foreign" in said.findings(name)
    assert "Phần lớn chữ không phải tiếng Việt." in said.words[name]
    assert "cần bản dịch có chứng thực" in said.words[name]


def test_a_foreign_paper_that_was_born_digital_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "tieng-anh.pdf"
    path.write_bytes(make_pdf([odd.sheet_of(odd.ENGLISH)], title="Foreign", author="MAU"))
    code, out, _ = run("--data", str(tmp_path / "data"), "extract", str(path), "--json")
    told = json.loads(out)
    assert code == 0
    assert [finding["code"] for finding in told["findings"]] == ["page.foreign"]
    assert [(paper["type"], paper["questions"]) for paper in told["documents"]] == [("unknown", ["type"])]


def test_writing_that_no_engine_knows_is_no_empty_page(said: Said) -> None:
    paper = said.paper("chu-tuong-hinh")
    assert (paper["type"], paper["fields"], paper["questions"]) == ("unknown", {}, ["type"])
    assert said.findings("chu-tuong-hinh") == ["page.no_text"]
    assert said.told["chu-tuong-hinh"]["blank_pages"] == []
    assert "Có nét mà không đọc được chữ nào" in said.words["chu-tuong-hinh"]


def test_a_type_that_is_not_in_the_rulebook_asks_for_the_type_alone(said: Said) -> None:
    paper = said.paper("the-khach-hang")
    assert (paper["type"], paper["fields"], paper["questions"]) == ("unknown", {}, ["type"])
    assert said.findings("the-khach-hang") == []
    assert "không giống loại giấy tờ nào trong bộ quy tắc" in said.words["the-khach-hang"]


@pytest.mark.parametrize("name", ["viet-tay-ro", "viet-tay-ngoay"])
def test_a_form_filled_by_hand_is_told_its_print_is_read_and_what_the_pen_wrote_is_asked(
    said: Said, name: str
) -> None:
    paper = said.paper(name)
    assert paper["type"] == "birth_certificate"
    assert said.findings(name) == ["page.handwriting"]
    assert paper["questions"] == ["full_name", "date_of_birth", "sex", "personal_id", "registration_date"]
    printed = {key: paper["fields"][key] for key in ("document_number", "signer_full_name")}
    assert {key: field["value"] for key, field in printed.items()} == {
        "document_number": "31/2019",
        "signer_full_name": "Sùng Thị Dợ",
    }
    assert printed["document_number"]["confidence"] > 0.95
    written = [field["confidence"] for key, field in paper["fields"].items() if key not in printed]
    assert written
    assert max(written) < 0.7
    assert "Có phần điền bằng bút mực xanh" in said.words[name]
    assert "Giới tính: —  ← cần người xem: không có hoặc không đọc được" in said.words[name]


def test_what_a_neat_hand_wrote_is_shown_with_its_doubt(said: Said) -> None:
    assert said.values("viet-tay-ro")["full_name"] == PHA.name
    lines = said.words["viet-tay-ro"].splitlines()
    (asked,) = [line for line in lines if line.startswith(f"  Họ, chữ đệm, tên: {PHA.name} (")]
    assert asked.endswith("%)  ← cần người xem: đọc chưa chắc")


def test_two_certificates_on_one_sheet_ask_for_the_pages(said: Said) -> None:
    assert "page.two_papers" in said.findings("hai-khai-sinh")
    assert said.paper("hai-khai-sinh")["questions"] == ["pages"]
    assert said.values("hai-khai-sinh")["full_name"] in {PHA.name, HAN.name}
    assert "Một trang có thể chứa hai giấy tờ." in said.words["hai-khai-sinh"]
    assert "Trang của giấy tờ  ← cần người xem" in said.words["hai-khai-sinh"]


def test_cards_of_two_people_on_one_sheet_ask_for_the_pages_and_mix_no_codes(said: Said) -> None:
    assert said.paper("hai-can-cuoc")["type"] == "identity_card"
    assert "page.two_papers" in said.findings("hai-can-cuoc")
    assert said.paper("hai-can-cuoc")["questions"][0] == "pages"
    values = said.values("hai-can-cuoc")
    assert (values["full_name"], values["personal_id"]) in {
        (BLO.name, BLO.number),
        (LIEU.name, LIEU.number),
    }
    assert "old_identity_number" not in values


def test_a_code_that_contradicts_the_print_is_asked_and_both_are_shown(said: Said) -> None:
    paper = said.paper("ma-qr-khac")
    number = paper["fields"]["personal_id"]
    assert (number["value"], number["printed"]) == ("004300999888", LIEU.number)
    born = paper["fields"]["date_of_birth"]
    assert (born["value"], born["printed"]) == ("2000-03-17", "08/12/2000")
    assert {"personal_id", "date_of_birth"} <= set(paper["questions"])
    assert (
        f"Số định danh cá nhân: 004300999888 ({number['confidence']:.0%})  ← cần người xem: "
        f"Mã QR khác chữ in; trên giấy in: {LIEU.number}"
    ) in said.words["ma-qr-khac"]


def test_a_secrecy_mark_refuses_the_file_and_the_rest_goes_on(said: Said) -> None:
    assert said.code == InputSecretError.exit_code == 10
    assert set(said.told) == set(PAPERS)
    assert said.told["mat"].keys() == {"file", "error"}
    assert said.told["mat"]["error"]["code"] == "input.secret"
    assert "mat" not in said.words
    assert "có dấu độ mật; không được số hóa, chữ đã đọc đã bị xóa" in said.complained
    assert LIEU.name not in said.complained


def test_no_word_of_a_secret_paper_stays_in_the_store(tmp_path: Path) -> None:
    path = tmp_path / "mat.jpg"
    Image.fromarray(odd.secret()).save(path, quality=82, dpi=(odd.DPI, odd.DPI))
    data = tmp_path / "data"
    with installation(data) as services, services.writing():
        (item,) = take_in(services, [path], declared=Declaration()).items
        with pytest.raises(InputSecretError) as caught:
            read_item(services, item, listen=silent)
        set_aside(services, item, caught.value, listen=silent)
        assert services.store.records.item(item).state is ItemState.QUARANTINED
        assert services.store.records.documents_of_item(item) == []
        kept = {file: file.read_bytes() for file in data.rglob("*") if file.is_file()}
    words = ("TỐI MẬT", LIEU.name, "gia đình văn hóa", "118/QĐ-UBND")
    forms = [form for word in words for form in (word.encode(), json.dumps(word).strip('"').encode())]
    assert [file.name for file, held in kept.items() if any(form in held for form in forms)] == []
    assert any(held == path.read_bytes() for held in kept.values())


def test_a_real_stack_keeps_every_page_and_takes_a_cat_for_no_back_side(tmp_path: Path) -> None:
    pages: list[Pixels] = [odd.decision_page(number) for number in range(1, 7)]
    pages.insert(3, odd.empty_page())
    pages.insert(6, odd.cat())
    path = tmp_path / "chong.pdf"
    write_pdf(path, [Scan(pixels=page, dpi=odd.DPI, quality=80) for page in pages])
    code, out, _ = run("--data", str(tmp_path / "data"), "extract", str(path), "--json")
    told = json.loads(out)
    papers = told["documents"]
    assert code == 0
    assert (told["pages"], told["blank_pages"]) == (8, [4])
    assert sorted(page for paper in papers for page in paper["pages"]) == list(range(1, 9))
    assert [paper["pages"] for paper in papers] == [[1], [2], [3, 4], [5], [6], [7], [8]]
    numbers = [paper["fields"]["document_number"]["value"] for paper in papers if paper["type"] == "decision"]
    assert numbers == [f"{number}/QĐ-UBND" for number in range(1, 7)]
    (cat,) = [paper for paper in papers if paper["type"] != "decision"]
    assert (cat["pages"], cat["type"], cat["fields"], cat["questions"]) == ([7], "unknown", {}, ["type"])


def test_four_hundred_pages_are_all_accounted_for() -> None:
    pages = stack(*["birth", "decision", "second", "blank", "front", "back", "marriage", "note"] * 50)
    papers = load_papers()
    split = split_pages(pages, papers)
    understood = understand(pages, papers, stack=split)
    assert len(pages) == 400
    assert sorted(page for paper in understood for page in paper.pages) == list(range(1, 401))
    kinds = [paper.type for paper in understood]
    assert kinds.count("birth_certificate") == kinds.count("marriage_certificate") == 50
    assert kinds.count("decision") == kinds.count("identity_card") == 50
    decisions = [paper.pages for paper in understood if paper.type == "decision"]
    assert decisions == [(first, first + 1, first + 2) for first in range(2, 400, 8)]
    assert split.count.papers == len(understood)
