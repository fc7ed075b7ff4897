from __future__ import annotations

from dossier.fields import Field
from dossier.geometry import Box
from extraction.checks import has_conflict
from extraction.echoes import heed_echoes
from extraction.layout import lay_out
from rulebook.paper_spec import Papers
from tests.extraction.writing import page


def _heeded(papers: Papers, value: str, printed_elsewhere: str) -> Field:
    name = Field(name="full_name", value=value, printed=value, confidence=0.8, page=1, box=Box(0, 0, 5, 5))
    sheet = lay_out(page([(600, printed_elsewhere)]))
    return heed_echoes({"full_name": name}, papers.spec("birth_certificate"), [sheet])["full_name"]


def test_the_same_name_elsewhere_makes_it_surer(papers: Papers) -> None:
    field = _heeded(papers, "Lê Minh Khôi", "LÊ MINH KHÔI")
    assert field.confidence > 0.8
    assert field.reasons == ("name.echo_agrees",)


def test_the_same_letters_with_other_accents_are_asked(papers: Papers) -> None:
    field = _heeded(papers, "Lê Minh Khối", "Lê Minh Khôi")
    assert has_conflict(field)
    assert field.value == "Lê Minh Khối"


def test_a_longer_name_elsewhere_is_asked(papers: Papers) -> None:
    assert _heeded(papers, "Vàng Thị", "Vàng Thị Mỷ").reasons == ("name.longer_conflict",)


def test_another_name_says_nothing(papers: Papers) -> None:
    assert _heeded(papers, "Lê Minh Khôi", "Phạm Hồng Sơn").reasons == ()
