"""``motlan bench ocr`` and ``motlan bench extract`` as a developer meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from tests.ocr.pages import draw_page, save


def _run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "vi", *(str(argument) for argument in arguments)])
    return int(ended.value.code or 0)


def _pages(folder: Path) -> Path:
    for name, line in (("a", "Ủy ban nhân dân xã"), ("b", "Sổ hộ tịch năm 2026")):
        save(draw_page((line,), size=(4.0, 1.2)), folder / f"{name}.png")
        (folder / f"{name}.txt").write_text(line + "\n", encoding="utf-8")
    return folder


def test_two_ways_are_measured_in_one_run_and_everything_asked_for_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _pages(tmp_path)
    asked = ("--picture", tmp_path / "o.png", "--errors", tmp_path / "e.json", "--out", tmp_path / "r.json")
    assert _run("bench", "ocr", folder, "--ways", "ours,tesseract", "--json", *asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert [run["way"] for run in told["runs"]] == ["tesseract", "ours"]
    assert all(row["cer"] < 0.2 and row["cpu"] > 0 for row in told["rows"])
    assert all(run["peak_megabytes"] > 0 for run in told["runs"])
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == told
    assert set(json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))) == {"tesseract", "ours"}
    assert (tmp_path / "o.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--ways", "ours,google"), "input.argument", "--ways"),
        (("--half", "dev"), "input.argument", "--half"),
        (("--ocrmypdf", "không/có"), "input.not_found", "không/có"),
        (("--real", "không/có"), "input.not_found", "không/có"),
        ((), "input.argument", "make bench-set"),
    ],
)
def test_what_cannot_be_measured_is_said_with_the_next_step(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: str,
    words: str,
) -> None:
    assert _run("bench", "ocr", tmp_path, *arguments) == 10
    said = capsys.readouterr().err
    assert f"[{code}]" in said
    assert words in said


def test_a_rival_that_is_not_installed_is_said_loudly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.bench._OWN_OCRMYPDF", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _run("bench", "ocr", _pages(tmp_path), "--ways", "ocrmypdf") == 0
    assert "OCRmyPDF KHÔNG được đo" in capsys.readouterr().err


def test_papers_are_measured_field_by_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("GIẤY KHAI SINH", "Họ, chữ đệm, tên: TRẦN MINH KHÔI", "Giới tính: Nam")
    save(draw_page(lines, size=(6.0, 4.0)), tmp_path / "a.png")
    entry = {
        "file": "a.png",
        "half": "tune",
        "grade": "clean",
        "type": "birth_certificate",
        "layout": "birth_certificate",
        "fields": {"sex": {"value": "male", "printed": "Nam"}},
    }
    (tmp_path / "truth.json").write_text(json.dumps([entry]), encoding="utf-8")
    assert _run("bench", "extract", tmp_path, "--errors", tmp_path / "e.json", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["mean"]["pages"] == 1
    assert told["mean"]["type_right"] == 1.0
    assert told["mean"]["key_exact"] == 1.0
    assert {wrong["field"] for wrong in json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))} <= {
        "full_name"
    }


def test_a_set_that_is_not_there_is_said_with_how_to_make_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("bench", "extract", tmp_path) == 10
    assert "make bench-set" in capsys.readouterr().err
