from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from cli.main import main
from cli.report_files import report_places, write_whole
from dossier.errors import OutputError

SAMPLES = Path(__file__).parents[2] / "samples"
SIGNED = SAMPLES / "dossiers" / "4-ho-kinh-doanh" / "quyet-dinh-ho-tro-lai-suat.pdf"
ROOT = SAMPLES / "trust" / "co-quan-mau.pem"


class Desk:
    """Runs ``motlan verify`` on a data folder and keeps what was said."""

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

    def verify(self, *arguments: str | Path) -> int:
        """Exit code of ``motlan verify``."""
        return self.run("verify", *arguments)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk that trusts the root of the samples."""
    made = Desk(tmp_path / "data", capsys)
    assert made.run("init") == 0
    assert made.run("trust", "add", ROOT, "--yes") == 0
    return made


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The signed sample with one byte of its content flipped."""
    path = tmp_path / "da-sua.pdf"
    data = bytearray(SIGNED.read_bytes())
    data[data.index(b"stream") + 40] ^= 1
    path.write_bytes(data)
    return path


def test_a_clerk_reads_the_verdict_who_since_when_and_what_to_do(desk: Desk, changed: Path) -> None:
    assert desk.verify(SIGNED) == 0
    first, *rest = desk.said.splitlines()
    assert first == f"{SIGNED}: HỢP LỆ (TOTAL-PASSED)"
    text = "\n".join(rest)
    for part in (
        "→ Có thể sử dụng và lưu trữ.",
        "Gốc tin cậy:",
        "Thời điểm chứng minh:",
        "Thay đổi sau khi ký – Phiên bản 3: thêm dữ liệu kiểm chứng",
    ):
        assert part in text
    assert desk.verify(changed) == 1
    assert "KHÔNG HỢP LỆ (TOTAL-FAILED / HASH_FAILURE)" in desk.said
    assert "→ Không sử dụng tệp này" in desk.said


def test_the_same_in_english(desk: Desk) -> None:
    assert desk.verify(SIGNED, "--lang", "en") == 0
    assert "VALID (TOTAL-PASSED)" in desk.said
    assert "It may be used and archived." in desk.said


def test_the_json_line_keeps_its_keys(desk: Desk) -> None:
    assert desk.verify(SIGNED, "--json") == 0
    assert set(json.loads(desk.said)) == {"file", "conclusion", "signatures"}


def test_a_report_is_written_in_the_form_that_its_name_says(desk: Desk, tmp_path: Path) -> None:
    for suffix in (".html", ".PDF", ".xml", ".json"):
        assert desk.verify(SIGNED, "--report", tmp_path / f"r{suffix}") == 0
        assert f"r{suffix}" in desk.said
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "r.PDF").read_bytes().startswith(b"%PDF-")
    assert etree.parse(tmp_path / "r.xml").getroot().tag.endswith("ValidationReport")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["conclusion"] == "passed"


def test_several_files_get_reports_in_a_folder(desk: Desk, changed: Path, tmp_path: Path) -> None:
    again = tmp_path / "khac" / SIGNED.name
    again.parent.mkdir()
    again.write_bytes(SIGNED.read_bytes())
    missing = tmp_path / "khong-co.pdf"
    assert desk.verify(SIGNED, again, changed, missing, "--report", tmp_path / "bao-cao.json") == 1
    reports = {path.name: json.loads(path.read_text()) for path in (tmp_path / "bao-cao").iterdir()}
    assert {name: one["conclusion"] for name, one in reports.items()} == {
        f"{SIGNED.stem}.json": "passed",
        f"{SIGNED.stem}-2.json": "passed",
        "da-sua.json": "failed",
    }


def test_a_report_without_a_known_ending_is_refused_before_any_work(desk: Desk, tmp_path: Path) -> None:
    assert desk.verify(SIGNED, "--report", tmp_path / "r.docx") == 10
    assert "[input.argument]" in desk.complained
    assert desk.said == ""


def test_a_report_is_never_written_over_the_file_it_is_about(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(SIGNED.read_bytes())
    assert desk.verify(path, "--report", path) == 10
    assert desk.verify(path, "--revision", "1", "-o", path) == 10
    assert path.read_bytes() == SIGNED.read_bytes()


def test_a_place_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no folder")
    assert desk.verify(SIGNED, "--report", tmp_path / "x" / "r.html") != 0
    assert "[output.not_writable]" in desk.complained


def test_the_file_as_signed_can_be_taken_out(desk: Desk, tmp_path: Path) -> None:
    assert desk.verify(SIGNED, "--report", tmp_path / "r.json") == 0
    form = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    coverage = form["signatures"][0]["details"]["coverage"]
    grown = tmp_path / "lon-len.pdf"
    grown.write_bytes(SIGNED.read_bytes() + b"\n% more")
    assert desk.verify(grown, "--revision", coverage["revision"], "-o", tmp_path / "nhu-khi-ky.pdf") in {0, 1}
    taken = (tmp_path / "nhu-khi-ky.pdf").read_bytes()
    assert taken == SIGNED.read_bytes()[: coverage["covered"]]
    assert hashlib.sha256(taken).hexdigest() == coverage["sha256"]


def test_a_revision_that_nobody_signed_is_refused_with_those_that_are(desk: Desk, tmp_path: Path) -> None:
    assert desk.verify(SIGNED, "--revision", "99", "-o", tmp_path / "x.pdf") == 10
    assert "phiên bản được ký" in desk.complained
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("arguments", [("--revision", "1"), ("-o", "x.pdf")])
def test_a_revision_needs_a_place_and_a_place_a_revision(arguments: tuple[str, str], desk: Desk) -> None:
    assert desk.verify(SIGNED, *arguments) == 10


def test_reports_of_equal_names_keep_apart_on_any_file_system() -> None:
    files = [Path("a/x.pdf"), Path("b/X.pdf"), Path("c/x.PDF")]
    assert [place.name for place in report_places(Path("out.html"), files)] == [
        "x.html",
        "X-2.html",
        "x-3.html",
    ]


def test_a_broken_write_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "r.html"
    place.mkdir()
    with pytest.raises(OutputError):
        write_whole(place, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


def test_a_hostile_file_name_cannot_steer_the_terminal(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\u202e.pdf"
    path.write_bytes(SIGNED.read_bytes())
    assert desk.verify(path) == 0
    assert "\x1b" not in desk.said
    assert "\u202e" not in desk.said


def test_the_words_of_a_report_load_no_signing_library() -> None:
    modules = "signing.reporting.text, signing.reporting.html, signing.reporting.machine, signing.details"
    code = f"import sys, {modules}; sys.exit('pyhanko' in sys.modules or 'asn1crypto' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=SAMPLES.parent).returncode == 0
