"""The words of the certificate of a batch, as they stand on its PDF: the same as on its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from flows.quality.certificates import Certificate, Standing
from flows.quality.judging import Figures, whole_of
from flows.quality.promises import percent
from signing.reporting.sheet import Sheet, Tone
from web.station.views import moment
from web.station.words import Words

TONES: Final[Mapping[Standing, Tone]] = MappingProxyType(
    {Standing.MET: "passed", Standing.INSPECTED: "passed", Standing.NOT_MET: "failed"}
)
"""How a verdict is coloured; any other is open."""


def sheet_of(words: Words, found: Certificate, *, demo: bool) -> Sheet:
    """What the PDF of a certificate says.

    Args:
        words: of the language.
        found: the certificate.
        demo: the keys of this installation are for show.
    """
    standing = found.standing.value
    promise = found.promise
    return Sheet(
        title=words("quality.certificate"),
        demo=words("site.demo") if demo else "",
        tone=TONES.get(found.standing, "indeterminate"),
        verdict=words(f"quality.standing_{standing}").capitalize(),
        why=list(_why(words, found)),
        facts=list(_facts(words, found)),
        heads=[words(f"quality.{name}") for name in _HEADS] if promise else (),
        rows=list(_rows(words, found)) if promise else (),
        below=list(_below(words, found)) if promise else (),
        method=(
            words("quality.method"),
            words("quality.method_is", confidence=percent(promise.confidence, words.lang)),
        )
        if promise
        else ("", ""),
        proofs=list(_proofs(words, found)) if promise else (),
        foot=words("quality.written", at=moment(found.at)),
        page=words("quality.page"),
    )


_HEADS: Final = ("by_route", "population", "keyed", "errors", "unreadable", "estimate_short", "at_most")


def _why(words: Words, found: Certificate) -> Iterator[str]:
    lang = words.lang
    yield words(f"quality.says_{found.standing.value}")
    if found.promise and found.group:
        told = words(
            "quality.promise",
            error=percent(found.promise.error, lang),
            confidence=percent(found.promise.confidence, lang),
        )
        bound = (
            words("quality.bound", upper=percent(found.whole.upper, lang)) if found.group.judged_at else ""
        )
        yield f"{told} {bound}".strip()
    if found.inspected:
        one = found.inspected
        yield words("quality.inspected", count=one.keyed, errors=one.errors, unreadable=one.unreadable)
    if found.by_hand:
        yield words("quality.by_hand", count=found.by_hand)


def _facts(words: Words, found: Certificate) -> Iterator[tuple[str, str]]:
    lot, own = found.lot, whole_of(found.lot.tallies)
    yield words("quality.batch"), lot.batch
    yield words("quality.received"), moment(lot.received_at)
    yield words("quality.office"), lot.office or "—"
    if found.group is None:
        return
    yield (
        words("quality.of_batch"),
        words(
            "quality.of_batch_is",
            population=own.population,
            sample=own.sample,
            keyed=own.keyed,
            errors=own.errors,
        ),
    )
    yield words("quality.judged_with"), _together(words, found)
    if found.group.judged_at:
        yield words("quality.judged_at"), moment(found.group.judged_at)


def _together(words: Words, found: Certificate) -> str:
    if found.group is not None and found.group.single:
        return words("quality.alone")
    if len(found.together) > 1:
        return words("quality.together", count=len(found.together))
    judged = found.group is not None and found.group.judged_at is not None
    return words("quality.by_itself") if judged else words("quality.first_of_group")


def _rows(words: Words, found: Certificate) -> Iterator[Sequence[str]]:
    for route, one in found.routes.items():
        yield _row(words, words(f"quality.route_{route.value}"), one)
    yield _row(words, words("quality.route_both"), found.whole)


def _row(words: Words, name: str, one: Figures) -> Sequence[str]:
    counts = (one.population, one.keyed, one.errors, one.unreadable)
    upper = percent(one.upper, words.lang) if one.keyed else "—"
    return (name, *map(str, counts), percent(one.estimate, words.lang), upper)


def _below(words: Words, found: Certificate) -> Iterator[str]:
    yield words("quality.wanted", count=found.wanted)
    if found.whole.unreadable:
        yield words("quality.worst", worst=percent(found.whole.worst, words.lang))


def _proofs(words: Words, found: Certificate) -> Iterator[tuple[str, str]]:
    lot = found.lot
    yield words("quality.drawn_at"), moment(lot.drawn_at) if lot.drawn_at else "—"
    yield words("quality.seed"), lot.seed
    yield words("quality.frame"), lot.frame
    yield words("quality.keyed_by"), ", ".join(found.keyed_by) or "—"
