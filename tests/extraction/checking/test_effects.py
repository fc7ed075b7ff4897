from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dossier.fields import Field
from dossier.geometry import Box
from extraction.checking.effects import Effect, agreement, apply_effects, conflict, has_conflict, note
from extraction.checking.known import Known
from extraction.checking.registry import effects_of
from rulebook.papers import load_papers
from rulebook.places import load_places

NAMES = ("full_name", "sex", "date_of_birth")
EFFECTS = st.builds(
    Effect,
    st.sampled_from(NAMES),
    st.sampled_from(
        ["id.year_agrees", "id.year_conflict", "place.before_merger", "place.near_miss_conflict"]
    ),
    raises=st.booleans(),
    neutral=st.booleans(),
    weak=st.booleans(),
    suggestion=st.sampled_from(["", "tỉnh Lào Cai"]),
)


def _field(name: str, confidence: float = 0.7, value: str = "x") -> Field:
    return Field(name=name, value=value, printed=value, confidence=confidence, page=1, box=Box(0, 0, 9, 9))


def _fields(confidence: float = 0.7) -> dict[str, Field]:
    return {name: _field(name, confidence) for name in NAMES}


@given(st.lists(EFFECTS, max_size=8), st.randoms(use_true_random=False))
def test_effects_in_any_order_give_the_same_fields(effects: list[Effect], chance: object) -> None:
    shuffled = list(effects)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert apply_effects(_fields(), effects) == apply_effects(_fields(), shuffled)


@given(st.lists(EFFECTS, max_size=8), st.floats(0, 1))
def test_effects_touch_nothing_but_confidence_reasons_and_suggestion(
    effects: list[Effect], confidence: float
) -> None:
    for name, field in apply_effects(_fields(confidence), effects).items():
        assert (field.name, field.value, field.printed) == (name, "x", "x")
        assert 0 <= field.confidence <= 1


@given(st.lists(EFFECTS, max_size=6))
def test_applied_twice_is_applied_once(effects: list[Effect]) -> None:
    once = apply_effects(_fields(), effects)
    assert apply_effects(once, effects) == once


def test_agreement_raises_conflict_lowers_a_note_does_neither() -> None:
    fields = apply_effects(_fields(), [agreement("sex", "id.sex"), conflict("full_name", "name.twice"),
                                       note("date_of_birth", "id.place_unknown")])  # fmt: skip
    assert fields["sex"].confidence > 0.7 > fields["full_name"].confidence
    assert fields["date_of_birth"].confidence == 0.7
    assert has_conflict(fields["full_name"])
    assert not has_conflict(fields["sex"])


def test_weak_evidence_moves_less_than_strong_evidence() -> None:
    def moved(effect: Effect) -> float:
        return apply_effects(_fields(), [effect])["sex"].confidence

    assert moved(agreement("sex", "a.b")) > moved(agreement("sex", "a.b", weak=True)) > 0.7
    assert moved(conflict("sex", "a.b")) < moved(conflict("sex", "a.b", weak=True)) < 0.7


def test_a_reason_counts_once_and_then_as_the_strongest() -> None:
    weak, strong = agreement("sex", "id.sex", weak=True), agreement("sex", "id.sex")
    assert apply_effects(_fields(), [weak, strong]) == apply_effects(_fields(), [strong])


@given(st.permutations(range(40)))
def test_all_checks_speak_in_any_order(order: list[int]) -> None:
    values = {
        "document_number": "303/2019", "full_name": "Lê Minh Khôi", "date_of_birth": "2019-04-12",
        "date_of_birth_in_words": "Ngày mười ba tháng tư năm hai nghìn không trăm mười chín", "sex": "male",
        "ethnicity": "Mong", "personal_id": "025319000123", "place_of_birth": "xã A, tỉnh Phú Tho",
        "mother_birth_year": "2015", "registered_at": "UBND xã B, tỉnh Yên Bái",
        "registration_date": "2019-04-11",
    }  # fmt: skip
    fields = {name: _field(name, 0.8, value) for name, value in values.items()}
    effects = effects_of(fields, Known(load_papers().spec("birth_certificate"), load_places()))
    assert 10 < len(effects) <= 40
    shuffled = [effects[index] for index in order if index < len(effects)]
    assert apply_effects(fields, shuffled) == apply_effects(fields, effects)
