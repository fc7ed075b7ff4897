from __future__ import annotations

from decimal import Decimal

import pytest

from dossier.fields import Field
from dossier.geometry import Box
from extraction.echoes import heed_echoes
from extraction.layout import lay_out
from extraction.values.amount_words import amount_in_words
from rulebook.paper_spec import Papers
from tests.extraction.writing import page


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Một tỷ hai trăm triệu đồng", "1200000000"),
        ("Chín trăm triệu đồng chẵn", "900000000"),
        ("Năm mươi triệu không trăm linh năm nghìn đồng", "50005000"),
        ("hai nghìn tỷ đồng", "2000000000000"),
        ("Năm trăm phẩy năm mét vuông", "500.5"),
        ("mười hai phẩy không năm", "12.05"),
    ],
)
def test_amounts_are_said_as_people_write_them(text: str, amount: str) -> None:
    assert amount_in_words(text) == Decimal(amount)


def test_words_that_are_no_number_say_nothing() -> None:
    assert amount_in_words("theo quy định hiện hành") is None
    assert amount_in_words("") is None


def _capital(papers: Papers, words: str) -> Field:
    sheet = lay_out(page(["4. Vốn điều lệ: 900.000.000 đồng", words]))
    box = next(token.box for token in sheet.rows[0].tokens if token.text.startswith("900"))
    field = Field(
        name="charter_capital_vnd", value="900000000", printed="900.000.000", confidence=0.8, page=1, box=box
    )
    spec = papers.spec("enterprise_certificate")
    return heed_echoes({field.name: field}, spec, [sheet])["charter_capital_vnd"]


def test_a_sum_in_words_agrees_contradicts_or_is_silent(papers: Papers) -> None:
    same = _capital(papers, "(Bằng chữ: Chín trăm triệu đồng)")
    other = _capital(papers, "(Bằng chữ: Tám trăm triệu đồng)")
    none = _capital(papers, "5. Chủ sở hữu")
    assert (same.reasons, other.reasons, none.reasons) == (
        ("amount.words_agrees",), ("amount.words_conflict",), (),
    )  # fmt: skip
    assert same.confidence > 0.8 > other.confidence
    assert other.value == "900000000"


def test_words_elsewhere_on_the_paper_are_not_those_of_the_sum(papers: Papers) -> None:
    sheet = lay_out(page(["Vốn: 900.000.000 đồng", "a", "b", "c", "(Bằng chữ: Tám trăm triệu đồng)"]))
    field = Field(name="charter_capital_vnd", value="900000000", printed="x", confidence=0.8, page=1,
                  box=Box(0, 0, 1, 1))  # fmt: skip
    spec = papers.spec("enterprise_certificate")
    assert heed_echoes({field.name: field}, spec, [sheet])[field.name].reasons == ()
