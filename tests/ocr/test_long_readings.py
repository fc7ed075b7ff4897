"""The pages of a long file lie on the disk: one page is in memory at a time, and all are what they were."""

from __future__ import annotations

import io
import json
import tempfile
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from PIL import Image

from dossier.geometry import Box
from dossier.ids import Sha256
from dossier.text import Line, PageText, Word
from ocr.last_reading import LastReading
from ocr.lazy_pages import LazyPages
from ocr.long_readings import SHORT_PAGES, lines_of, read_reading, write_reading
from ocr.reader import Reader
from ocr.records import FileReading, PageReading, StageSeconds
from tests.ocr.pages import TEXT, FixedEngine, StillClock, draw_page, engine_word

LONG = SHORT_PAGES + 5
WORDS = (engine_word("Giấy", (60, 60, 140, 90)), engine_word("khai", (150, 60, 220, 90)))


def page(number: int, *, words: int = 2) -> PageReading:
    line = Line(tuple(Word(f"chữ{at}", Box(at, 0, at + 1, 10), 0.9) for at in range(words)))
    text = PageText(page=number, width=100, height=100, dpi=100, lines=(line,), engine="mẫu")
    return PageReading(text, StageSeconds(decode=0.1, clean=0.2, recognise=float(number)))


def reading(pages: int, *, words: int = 2) -> FileReading:
    made = LazyPages(pages, lambda place: page(place + 1, words=words))
    return FileReading(kind="tiff", signed=False, readings=made)


def spool() -> BinaryIO:
    return cast("BinaryIO", tempfile.TemporaryFile())


def kept(one: FileReading) -> io.BytesIO:
    return io.BytesIO("".join(lines_of(one)).encode())


@pytest.mark.parametrize("pages", [0, 1, SHORT_PAGES, SHORT_PAGES + 1, LONG])
def test_a_reading_comes_back_page_by_page(pages: int) -> None:
    one = reading(pages)
    found = read_reading(kept(one), spool=spool)
    assert (found.kind, found.signed, len(found.readings)) == ("tiff", False, pages)
    assert list(found.readings) == [page(number) for number in range(1, pages + 1)]
    assert isinstance(found.readings, tuple) is (pages <= SHORT_PAGES)
    assert [stages.recognise for stages in found.stages] == [float(number) for number in range(1, pages + 1)]


def test_what_is_kept_is_the_json_object_that_other_programs_read() -> None:
    one = reading(LONG)
    told = json.load(kept(one))
    assert told == json.loads(json.dumps(one.to_json()))
    # And the form in which readings were kept before.
    before = json.dumps(one.to_json(), ensure_ascii=False).encode()
    assert list(read_reading(io.BytesIO(before), spool=spool).readings) == list(one.readings)


def test_pages_are_asked_for_by_number_from_any_place_and_in_any_order() -> None:
    found = read_reading(kept(reading(LONG)), spool=spool)
    assert [text.page for text in found.texts((LONG, 1, 7))] == [LONG, 1, 7]
    assert [text.page for text in found.texts((0, LONG + 1))] == []
    assert found.pages[-1].page == LONG
    assert [text.page for text in found.pages[LONG - 2 :]] == [LONG - 1, LONG]
    anew = found.with_pages({3: page(3, words=5)})
    assert [len(anew.pages[place].words) for place in (1, 2, 3)] == [2, 5, 2]


@pytest.mark.parametrize("cut", [30, 3000, -2])
def test_a_reading_that_ends_early_is_none(cut: int) -> None:
    whole = kept(reading(LONG)).getvalue()
    with pytest.raises(ValueError, match=r"ends early|Expecting|Unterminated"):
        read_reading(io.BytesIO(whole[:cut]), spool=spool)


def test_reading_a_long_file_takes_memory_for_one_page(tmp_path: Path) -> None:
    def peak(pages: int) -> int:
        target = tmp_path / f"{pages}"
        write_reading(reading(pages, words=40), target)
        tracemalloc.start()
        with target.open("rb") as stream, spool() as file:
            found = read_reading(stream, spool=lambda: file)
            assert sum(len(text.words) for text in found.pages) == 40 * pages
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    short, long = peak(LONG), peak(4 * LONG)
    assert long < 1.1 * short


def test_the_reader_keeps_pages_of_a_long_file_on_the_disk_and_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "dai.tif"
    sheet = Image.fromarray(draw_page(TEXT[:3], dpi=100, size=(4.0, 2.0)))
    sheet.save(path, save_all=True, append_images=[sheet] * (LONG - 1), dpi=(100, 100))
    told = list[tuple[int, int]]()

    def read(*, stop_at: int = 0) -> tuple[FileReading | None, int]:
        """What was read, and how many pages were recognised for it."""

        def heard(done: int, total: int) -> None:
            told.append((done, total))
            if done == stop_at:
                raise KeyboardInterrupt

        engine = FixedEngine(words=WORDS)
        reader = Reader(engine, cpu_clock=StillClock())
        found = None
        with suppress(KeyboardInterrupt):
            found = reader.read(path, name="dai.tif", work=tmp_path / "work", on_page=heard)
        return found, sum(1 for mode, _ in engine.asked if mode == "page")

    assert read(stop_at=40)[0] is None
    found, recognised = read()
    assert found is not None
    assert recognised == LONG - 40
    assert told == [*((done, LONG) for done in range(1, 41)), *((done, LONG) for done in range(40, LONG + 1))]
    assert not isinstance(found.readings, tuple)
    assert [text.page for text in found.pages] == list(range(1, LONG + 1))


def test_the_last_long_reading_stays_open_and_a_short_one_is_opened_anew(tmp_path: Path) -> None:
    last, opened = LastReading(tmp_path / "work"), list[str]()

    def opens(pages: int) -> Callable[[], BinaryIO]:
        def stream() -> BinaryIO:
            opened.append(str(pages))
            return kept(reading(pages))

        return stream

    long, short = Sha256("a" * 64), Sha256("b" * 64)
    for _ in range(3):
        assert last.get(long, opens(LONG)).pages[2].page == 3
        assert len(last.get(short, opens(2)).pages) == 2
    assert opened == [str(LONG), "2", "2", "2"]
    assert list((tmp_path / "work").iterdir()) == []
