from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytesseract
import pytest

from dossier import errors
from dossier.geometry import Box
from ocr.recorded import RecordedEngine, RecordingEngine
from ocr.tesseract import TesseractEngine, parse_table
from tests.ocr.pages import FixedEngine, draw_page, engine_word

_HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


@pytest.fixture
def program() -> Iterator[None]:
    """Whatever program a test names, the right one is back afterwards."""
    module = pytesseract.pytesseract
    before = module.tesseract_cmd
    yield
    module.tesseract_cmd = before


def _slow_tesseract(folder: Path) -> Path:
    script = folder / "tesseract"
    script.write_text(
        '#!/bin/sh\ncase "$1" in\n--version) echo "tesseract 5.3.0";;\n'
        '--list-langs) echo "List of"; echo vie;;\n*) exec sleep 30;;\nesac\n',
        encoding="ascii",
    )
    script.chmod(0o755)
    return script


def test_tesseract_reads_vietnamese_with_boxes_in_the_image() -> None:
    image = draw_page(("Ủy ban nhân dân xã xác nhận",), dpi=250, size=(5.0, 1.2))
    words = TesseractEngine().recognise(image, dpi=250, mode="page", seconds=60)
    assert [word.text for word in words] == ["Ủy", "ban", "nhân", "dân", "xã", "xác", "nhận"]
    assert all(0 <= word.confidence <= 1 and word.box.right <= image.shape[1] for word in words)


def test_the_version_names_program_and_data() -> None:
    assert TesseractEngine().version().startswith("tesseract 5")
    assert TesseractEngine().version().endswith(" vie")


def test_missing_data_is_named() -> None:
    with pytest.raises(errors.EngineMissingError, match=r"xyz\.traineddata"):
        TesseractEngine(language="xyz").version()


@pytest.mark.usefixtures("program")
def test_a_missing_program_is_named() -> None:
    pytesseract.pytesseract.tesseract_cmd = "no-such-tesseract"
    with pytest.raises(errors.EngineMissingError, match="tesseract"):
        TesseractEngine().recognise(draw_page(), dpi=150, mode="page", seconds=5)


@pytest.mark.usefixtures("program")
def test_a_hanging_program_is_stopped_at_the_time_limit(tmp_path: Path) -> None:
    pytesseract.pytesseract.tesseract_cmd = str(_slow_tesseract(tmp_path))
    with pytest.raises(errors.EngineTimeoutError) as caught:
        TesseractEngine().recognise(draw_page(), dpi=150, mode="page", seconds=0.2)
    assert caught.value.details["seconds"] == 1


def test_the_table_is_read_in_its_order_and_other_rows_are_passed_over() -> None:
    rows = (
        "4\t1\t1\t1\t1\t0\t0\t0\t90\t20\t-1\t",
        "5\t1\t1\t1\t1\t1\t10\t20\t30\t15\t91.5\tNguye\u0302\u0303n",
        "5\t1\t1\t1\t1\t2\t50\t20\t30\t15\t95\t ",
        "5\t1\t1\t2\t1\t1\t10\t50\t30\t15\t150\tHoa",
    )
    table = "\n".join((_HEAD, *rows))
    words = parse_table(table)
    assert [(word.text, word.confidence) for word in words] == [("Nguyễn", 0.915), ("Hoa", 1.0)]
    assert words[0].box == Box(10, 20, 40, 35)
    assert words[0].line != words[1].line


def test_a_recording_does_not_answer_for_an_image_it_does_not_know() -> None:
    recorder = RecordingEngine(FixedEngine(words=(engine_word("a", (0, 0, 5, 5)),)))
    recorder.recognise(draw_page(), dpi=150, mode="page", seconds=1)
    replay = RecordedEngine(recorder.recording, version="recorded 1")
    with pytest.raises(errors.EngineError):
        replay.recognise(draw_page(("khác",)), dpi=150, mode="page", seconds=1)
