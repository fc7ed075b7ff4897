from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Word
from ocr.embedded import EmbeddedText, covers_ink, is_plausible
from ocr.limits import ReadLimits
from ocr.reader import Reader
from ocr.resolution import settle_dpi
from ocr.sources import open_source
from tests.ocr.pages import FixedEngine, StillClock, draw_page, engine_word, save

_SENTENCE = ["Ủy", "ban", "nhân", "dân", "xã", "xác", "nhận", "các", "nội", "dung", "sau", "đây"]


def test_vietnamese_text_is_plausible() -> None:
    assert is_plausible(_SENTENCE)


@pytest.mark.parametrize(
    "words",
    [
        ["12/3", "45"],
        ["(cid:12)(cid:45)", *_SENTENCE],
        ["\ufffd\ufffd\ufffd", *_SENTENCE],
        ["Céng", "hßa", "x·", "héi", "chñ", "nghÜa", "ViÖt", "Nam", "§éc", "lËp", "Tù", "do"],
        ["\ue001\ue002\ue003\ue004", *_SENTENCE],
    ],
)
def test_glyph_codes_and_old_font_codings_are_not(words: list[str]) -> None:
    assert not is_plausible(words)


def test_words_beside_the_ink_do_not_cover_it() -> None:
    page = np.full((200, 200), 255, dtype=np.uint8)
    page[20:60, 20:180] = 0
    assert covers_ink([Word("a", Box(15, 15, 185, 65), 1.0)], page)
    assert not covers_ink([Word("a", Box(15, 120, 185, 160), 1.0)], page)


def test_the_text_of_a_long_file_is_asked_for_stretch_by_stretch_in_any_order(tmp_path: Path) -> None:
    with pikepdf.open(_born_digital(tmp_path / "mot.pdf")) as one, pikepdf.new() as pdf:
        for number in range(5):
            pdf.pages.append(one.pages[0])
            pdf.pages[-1].MediaBox = pikepdf.Array([0, 0, 400, 300 + number])
        pdf.save(tmp_path / "dai.pdf")
    page = np.full((300, 400), 255, dtype=np.uint8)
    page[50:60, 50:60] = 0
    found = EmbeddedText(tmp_path / "dai.pdf", at_once=2)
    tops = {}
    for number in (1, 2, 3, 5, 4, 1):
        lines = found.lines(number, page, dpi=72)
        assert lines is not None
        assert lines[0].text == "Uy ban nhan dan xa xac nhan noi dung"
        tops[number] = lines[0].box.top
    found.close()
    # Each page is a point higher than the one before, and so its line stands a point lower.
    assert [tops[number] - tops[1] for number in (2, 3, 4, 5)] == [1, 2, 3, 4]


def _born_digital(path: Path, *, signed: bool = False) -> Path:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(400, 300))
        text = b"BT /F0 14 Tf 40 240 Td (Uy ban nhan dan xa xac nhan noi dung) Tj ET"
        page.Contents = pdf.make_stream(text)
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=font))
        if signed:
            field = pdf.make_indirect(
                pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="s", V=pikepdf.Dictionary(Type=pikepdf.Name.Sig))
            )
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        pdf.save(path)
    return path


def test_a_born_digital_page_is_not_recognised_again(tmp_path: Path) -> None:
    engine = FixedEngine()
    path = _born_digital(tmp_path / "a.pdf")
    reading = Reader(engine, cpu_clock=StillClock()).read(path, name="a", work=tmp_path / "w")
    page = reading.pages[0]
    assert (page.text, page.source, page.engine) == (
        "Uy ban nhan dan xa xac nhan noi dung",
        "embedded",
        "pdf",
    )
    assert page.words[0].box.left == pytest.approx(40 * 200 / 72, abs=3)
    assert engine.asked == []


def test_a_scan_with_an_old_text_layer_is_recognised_again(tmp_path: Path) -> None:
    words = (engine_word("Bản", (60, 60, 140, 90)), engine_word("chính", (150, 60, 240, 90)))
    reader = Reader(FixedEngine(words=words), cpu_clock=StillClock())
    scan = save(draw_page(), tmp_path / "a.jpg")
    reading = reader.read(scan, name="a", work=tmp_path / "w")
    out = tmp_path / "a.pdf"
    reader.write_pdfa(scan, reading, pages=[1], out=out, title="t", created=datetime(2026, 1, 1, tzinfo=UTC))
    engine = FixedEngine(words=words)
    again = Reader(engine, cpu_clock=StillClock()).read(out, name="b", work=tmp_path / "w")
    assert again.pages[0].source == "recognised"
    assert engine.asked


@pytest.mark.parametrize("signed", [True, False])
def test_a_filled_signature_field_is_seen(tmp_path: Path, signed: bool) -> None:
    path = _born_digital(tmp_path / "a.pdf", signed=signed)
    with open_source(path, name="a", limits=ReadLimits()) as source:
        assert source.signed is signed


def test_a_scanner_is_believed_and_a_camera_is_not() -> None:
    assert settle_dpi(300.0, width=2480, height=3508, default=300) == 300
    assert settle_dpi(72.0, width=2480, height=3508, default=300) == 300
    assert settle_dpi(None, width=1654, height=2339, default=300) == 200


@given(st.floats(allow_nan=False), st.integers(1, 60_000), st.integers(1, 60_000))
def test_a_resolution_is_always_positive(stated: float, width: int, height: int) -> None:
    assert settle_dpi(stated, width=width, height=height, default=300) >= 1
