"""One paper that two stores worked on apart: laws of the merge, and what people see of it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dossier.bundles import code_in_part, order_in_part
from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.merging import Head, merge
from dossier.trust import Standing
from storage.bodies import document_to_text
from tests.storage.builders import MOMENT, OTHER_OWNER, OWNER, any_document, document, party


def head(one: Document) -> Head:
    return Head(one, document_to_text(replace(one, version=0)))


def named(value: str, *, evidence: Evidence = Evidence.PRINT) -> Field:
    return Field(
        name="full_name",
        value=value,
        printed=value,
        confidence=0.9,
        page=1,
        box=Box(0, 0, 1, 1),
        evidence=evidence,
    )


def filed(value: str, **changes: object) -> Document:
    made = replace(
        document(),
        state=DocumentState.FILED,
        filed_at=MOMENT,
        fields=(named(value),),
        parties=(party(value, number=OWNER),),
        signature=SignatureStatus.PASSED,
        result_code=f"{OWNER}.x..1001",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@given(
    st.lists(
        any_document().filter(lambda one: one.state is not DocumentState.DESTROYED), min_size=1, max_size=4
    ),
    st.randoms(),
)
def test_the_outcome_does_not_depend_on_who_is_asked_first(
    versions: list[Document], chance: random.Random
) -> None:
    heads = [head(one) for one in versions]
    mixed = [*heads, chance.choice(heads)]
    chance.shuffle(mixed)
    assert merge(mixed) == merge(heads)


@given(any_document().filter(lambda one: one.state is not DocumentState.DESTROYED))
def test_a_version_alone_stays_what_it_is(one: Document) -> None:
    merged = merge([head(one)])
    assert merged.differs == ()
    assert (merged.document.fields, merged.document.parties, merged.document.standing) == (
        one.fields,
        one.parties,
        one.standing,
    )


@given(
    st.lists(
        any_document().filter(lambda one: one.state is not DocumentState.DESTROYED), min_size=1, max_size=4
    )
)
def test_limits_on_use_add_up(versions: list[Document]) -> None:
    merged = merge([head(one) for one in versions]).document
    assert merged.restricted is any(one.restricted for one in versions)
    assert (merged.standing is Standing.REVOKED) is any(one.standing is Standing.REVOKED for one in versions)


def test_two_desks_that_read_the_same_ask_nobody() -> None:
    first, second = filed("Đỗ Thị Mã"), filed("Đỗ Thị Mã", result_code=f"{OWNER}.x..2001")
    merged = merge([head(first), head(second)])
    assert merged.differs == ()
    assert (merged.document.state, merged.document.result_code) == (
        DocumentState.FILED,
        f"{OWNER}.x..1001",
    )


def test_another_value_makes_the_paper_wait_and_shows_both() -> None:
    first, second = filed("Đỗ Thị Mã"), filed("Đỗ Thị Ma")
    merged = merge([head(first), head(second)])
    assert merged.differs == ("full_name",)
    assert merged.document.state is DocumentState.WAITING
    assert merged.document.questions == ("full_name",)
    (shown,) = merged.document.fields
    assert {shown.value, shown.suggestion} == {"Đỗ Thị Mã", "Đỗ Thị Ma"}


def test_what_a_person_gave_counts_before_what_was_read() -> None:
    typed = filed("Đỗ Thị Ma", fields=(named("Đỗ Thị Ma", evidence=Evidence.PERSON),))
    merged = merge([head(filed("Đỗ Thị Mã")), head(typed)])
    assert merged.document.value("full_name") == "Đỗ Thị Ma"


def test_another_owner_is_asked_about() -> None:
    other = filed("Đỗ Thị Mã", parties=(party("Đỗ Thị Mã", number=OTHER_OWNER),))
    assert merge([head(filed("Đỗ Thị Mã")), head(other)]).differs == ("owner",)


@given(st.integers(1, 2000), st.integers(0, 999), st.integers(1, 2000), st.integers(0, 999))
def test_no_two_desks_give_one_running_number(order: int, part: int, other: int, another: int) -> None:
    alone_is_small = (part and another) or max(order, other) < 1000
    if (order, part) != (other, another) and alone_is_small:
        assert order_in_part(order, part) != order_in_part(other, another)


@given(st.integers(1, 999), st.integers(1, 999))
def test_a_code_from_before_the_desk_joined_gets_its_part_once(order: int, part: int) -> None:
    code = code_in_part(f"{OWNER}.x.12_UBND.{order:02d}", part)
    assert code == f"{OWNER}.x.12_UBND.{order_in_part(order, part):02d}"
    assert code_in_part(code, part) == code


def test_a_page_that_a_person_took_back_stays_or_is_asked_about() -> None:
    more = filed("Mẫu Thị Thử", pages=(1, 2))
    later = filed("Mẫu Thị Thử", pages=(1,), filed_at=MOMENT + timedelta(hours=1))
    kept = merge([head(later), head(more)])
    assert (kept.document.pages, kept.document.state, kept.differs) == ((1, 2), DocumentState.FILED, ())
    corrected = replace(later, fields=(named("Mẫu Thị Thử", evidence=Evidence.PERSON),))
    asked = merge([head(corrected), head(more)])
    assert (asked.document.pages, asked.document.state) == ((1,), DocumentState.WAITING)
    assert (asked.differs, asked.document.questions) == (("pages",), ("pages",))


def test_a_paper_whose_pages_went_into_others_at_one_desk_alone_is_asked_about() -> None:
    ended = replace(filed("Mẫu Thị Thử").remnant(), state=DocumentState.DISSOLVED, pages=())
    asked = merge([head(ended), head(filed("Mẫu Thị Thử"))])
    assert (asked.document.pages, asked.document.state) == ((1,), DocumentState.WAITING)
    assert (asked.differs, asked.document.questions) == (("pages",), ("pages",))
    both = merge([head(ended), head(replace(ended, version=4))])
    assert (both.document.state, both.differs) == (DocumentState.DISSOLVED, ())
