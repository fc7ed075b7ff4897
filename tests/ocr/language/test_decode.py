import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.decode import Settings, decode, decode_page
from ocr.language.lattice import Choice, Slot, certain, from_word, widen

_WORDS = st.text(st.sampled_from("abcdeghiklmnoươôêđắềọ12/-.,:HTĐ"), min_size=1, max_size=8)
_SCORES = st.floats(-20, 0)
_SLOTS = st.lists(
    st.lists(
        st.builds(Choice, _WORDS, _SCORES), min_size=1, max_size=5, unique_by=lambda choice: choice.text
    ).map(lambda choices: Slot(tuple(choices))),
    max_size=7,
)


def _read(line: str, confidence: float = 0.9) -> str:
    return " ".join(found.text for found in decode([from_word(word, confidence) for word in line.split()]))


@given(_SLOTS)
def test_every_slot_gets_one_of_its_choices(slots: list[Slot]) -> None:
    found = decode(slots)

    assert len(found) == len(slots)
    for decision, slot in zip(found, slots, strict=True):
        assert decision.text in {choice.text for choice in slot.choices}
        assert decision.own == slot.own.text
        assert 0 <= decision.probability <= 1


@given(st.lists(_WORDS, max_size=8))
def test_a_certain_reading_stays(words: list[str]) -> None:
    found = decode([certain(word) for word in words])

    assert [decision.text for decision in found] == words
    assert not any(decision.changed for decision in found)


@given(_SLOTS, _WORDS)
def test_an_impossible_choice_changes_nothing(slots: list[Slot], word: str) -> None:
    more = [
        slot
        if word in {choice.text for choice in slot.choices}
        else Slot((*slot.choices, Choice(word, -math.inf)))
        for slot in slots
    ]

    assert decode(more) == decode(slots)


@given(st.lists(_WORDS, min_size=1, max_size=6), st.floats(0, 1))
def test_widening_keeps_the_own_reading_first(words: list[str], confidence: float) -> None:
    for word in words:
        slot = from_word(word, confidence)
        assert slot.own.text == word
        assert widen(slot).own.text == word
        assert all(choice.score <= 0 for choice in slot.choices)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Luật Tô chức chính quyên địa phương", "Luật Tổ chức chính quyền địa phương"),
        ("theo quy định tại Điêu 5", "theo quy định tại Điều 5"),
        ("CỌNG HÒA XÃ HỌI CHỦ NGHĨA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"),
        ("sinh ngày 12I04I1991 tại", "sinh ngày 12/04/1991 tại"),
        ("và COn của họ", "và con của họ"),
        ("tại các cơ quan, cac đơn vị", "tại các cơ quan, các đơn vị"),
        ("QUYÉT ĐỊNH", "QUYẾT ĐỊNH"),
        ("thành phố Hải Phóng", "thành phố Hải Phòng"),
        ("bà Nguyên Thị Hoa", "bà Nguyễn Thị Hoa"),
    ],
)
def test_common_mistakes_are_repaired(read: str, printed: str) -> None:
    assert _read(read) == printed


@pytest.mark.parametrize(
    "line",
    [
        "Họ, chữ đệm, tên: GIÀNG SEO PHÀ",
        "Bà H'Ngăn Niê và ông Kpă Y Blô",
        "Thôn Sẻ Chải, xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
        "huyện Đắk Glong, tỉnh Đắk Nông",
        "Vàng Thị Mỷ",
        "Full name Date of birth Place of origin",
        "số 10/2019/QĐ-UBND ngày 05/07/2019",
        "010091999101",
    ],
)
@pytest.mark.parametrize("confidence", [0.6, 0.8, 0.95])
def test_names_codes_and_foreign_words_stay(line: str, confidence: float) -> None:
    assert _read(line, confidence) == line


def test_a_network_with_alternatives_is_decided_by_pixels_and_language() -> None:
    offered = [
        Slot((Choice("thâm", -0.4), Choice("thẩm", -1.2), Choice("thăm", -4.0))),
        Slot((Choice("quyền", -0.1), Choice("quyên", -2.4))),
    ]

    found = decode(offered)

    assert [decision.text for decision in found] == ["thẩm", "quyền"]
    assert found[0].changed
    assert not found[1].changed


def test_forbidden_readings_of_a_name_count_against_its_probability() -> None:
    doubtful, sure = (
        decode([from_word(word, confidence) for word in ("ông", "Giàng")])[1] for confidence in (0.5, 0.99)
    )

    assert doubtful.text == sure.text == "Giàng"
    assert doubtful.probability < sure.probability


def test_tone_placement_stays_as_printed() -> None:
    assert _read("Cộng hoà xã hội") == "Cộng hoà xã hội"
    assert _read("Cộng hòa xã hội") == "Cộng hòa xã hội"


def test_a_repaired_word_puts_its_tone_where_the_page_does() -> None:
    assert _read("hoà giải tại Uỷ ban theo thoa thuận của các bên", 0.7).split()[6] == "thoả"
    assert _read("hòa giải tại Ủy ban theo thoa thuận của các bên", 0.7).split()[6] == "thỏa"


def test_lines_around_lend_context_only() -> None:
    slots = [from_word("quyên", 0.9), from_word("quyết", 0.95)]

    found = decode(slots, before=["cơ", "quan", "có", "thẩm"], after=["định"])

    assert [decision.text for decision in found] == ["quyền", "quyết"]


def test_a_page_is_decided_line_by_line_in_its_shape() -> None:
    lines = [[from_word("Tô", 0.9), from_word("chức", 0.9)], [], [from_word("quyên", 0.9)]]

    assert [len(line) for line in decode_page(lines)] == [2, 0, 1]


def test_without_the_language_the_engine_stands() -> None:
    silent = Settings(order=0, case_weight=0.0)
    slots = [from_word(word, 0.95) for word in ["Luật", "Tô", "chức"]]

    assert [found.text for found in decode(slots, settings=silent)] == ["Luật", "Tô", "chức"]


def test_a_slot_without_reading_cannot_be() -> None:
    with pytest.raises(ValueError, match="own reading"):
        Slot(())
