import pytest

from ocr.language.syllables import base_letters, case_of, counting_form, is_syllable


@pytest.mark.parametrize(
    "word",
    [
        *(
            "nguyễn",
            "quyền",
            "hòa",
            "hoà",
            "thúy",
            "thuý",
            "gì",
            "gìn",
            "giếng",
            "giết",
            "quốc",
            "quýt",
            "yến",
        ),
        *("khuỷu", "người", "nghiêng", "rượu", "oong", "xoong", "mía", "của"),
    ],
)
def test_possible_syllables_are_legal_in_both_tone_placements(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(word.upper())


@pytest.mark.parametrize(
    "word", ["câp", "quôc", "viêt", "hoàt", "ngiêng", "kắ", "đíêu", "kpă", "brook", "th", "gia2"]
)
def test_impossible_syllables_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_tone_placement_and_case_count_alike() -> None:
    assert counting_form("Hòa") == counting_form("hoà")
    assert counting_form("THÚY") == counting_form("thuý")
    assert counting_form("quý") == "quý"
    assert counting_form("của") == "của"


def test_case_patterns() -> None:
    assert [case_of(word) for word in ("nhà", "Nhà", "NHÀ", "nHÀ", "12", "Đ")] == [
        *("lower", "title", "upper", "mixed", "none", "title")
    ]


def test_base_letters_lose_all_accents() -> None:
    assert base_letters("Đường") == "duong"
