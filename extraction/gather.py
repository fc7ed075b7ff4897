"""Gathers the candidates of each field: behind its labels, in its zone, in the machine-readable zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dossier.fields import Evidence
from dossier.geometry import bounding
from extraction.body import changes, named_person, person_in, trades
from extraction.closing import SignerBlock, last_signer, role_passage, signer_blocks, signing_agency
from extraction.evidence import Candidate, Passage, candidate
from extraction.folding import squash
from extraction.granting import dated_agency, granting_authority
from extraction.heading import issuing_agency, letter_summary, numbers, places_and_dates, summary
from extraction.layout import Sheet, Token
from extraction.locate import Form, passages
from extraction.mending import mended_name
from extraction.mrz.digits import Zone
from extraction.mrz.find import find_zone
from extraction.qr.read import CodeValue, qr_candidates
from extraction.regions import tokens_of
from extraction.stock import FINDS
from extraction.values.agencies import read_agency, read_role
from extraction.values.choices import read_choice
from extraction.values.codes import read_shaped, read_sign
from extraction.values.dates import all_dates
from extraction.values.read import READERS
from extraction.values.reading import Reading
from extraction.values.texts import read_list
from rulebook.paper_spec import FieldSpec, Find, Kind

_LATER_FIND = 0.6
OTHER_DAY = "date.other_day"
"""Reason code: no label says which day it is; the day of the paper was taken, which may be another."""
MISSHAPEN = "code.shape_conflict"
"""Reason code: the code has none of the shapes such codes have."""
_YEAR_WILL_DO = ("date_of_birth", "date_of_death")
_LATER_PLACE = 0.97
_LATER_LABEL = 0.6
_CODE_SURE = 0.995


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper before its fields are chosen: its form, sheets in order, page and row of its title."""

    form: Form
    sheets: tuple[Sheet, ...]
    title: tuple[int, int]
    title_tokens: tuple[Token, ...]
    signers: tuple[SignerBlock, ...]
    mrz: Zone | None
    codes: Mapping[str, CodeValue]
    labelled: Mapping[str, Sequence[Passage]]


def prepare(form: Form, *, title: tuple[int, int], title_tokens: tuple[Token, ...] = ()) -> Paper:
    """Look at the zones that several fields share.

    Args:
        form: the paper's sheets with their labels.
        title: page and index of the title's last row; the index is -1 when no title was read.
        title_tokens: the words of the title.
    """
    sheets = tuple(form.sheets.values())
    wanted = {find for field in form.spec.fields for find in field.find}
    signed = wanted & {Find.SIGNER, Find.SIGNER_ROLE, Find.SIGNER_AGENCY}
    return Paper(
        form=form,
        sheets=sheets,
        title=title,
        title_tokens=title_tokens,
        signers=signer_blocks(sheets) if signed else (),
        mrz=find_zone(sheets) if Find.MRZ in wanted else None,
        codes=qr_candidates({sheet.page: sheet.codes for sheet in sheets}, form.spec.type),
        labelled=passages(form),
    )


def candidates(paper: Paper, spec: FieldSpec) -> Iterator[Candidate]:
    """All candidates of a field; later ways and later places count a little less."""
    for turn, find in enumerate(spec.find):
        if find is Find.MRZ:
            yield from _from_mrz(paper, spec)
            continue
        for index, passage in enumerate(_PASSAGES[find](paper, spec)):
            reading = _read(spec, passage, find=find)
            if reading is None or _is_lone_year(spec, reading):
                continue
            embedded = paper.form.sheets[passage.page].embedded
            found = candidate(spec.name, passage, reading, embedded=embedded, stock=find in FINDS)
            if found is not None and _is_misshapen(spec, found.value):
                found = replace(found, reasons=(*found.reasons, MISSHAPEN))
            if found is not None and spec.kind is Kind.PERSON_NAME:
                first = passage.between(reading.start, reading.start + 1)
                found = mended_name(found, first=first[0].confidence)
            if found is not None:
                # Whom a form names first with a label is whom it is about; the next may be who asks for it.
                later = _LATER_LABEL if find is Find.LABEL else _LATER_PLACE
                weight = _LATER_FIND**turn * later ** min(index, 5)
                other = (OTHER_DAY,) if turn and find is Find.PLACE_DATE else ()
                yield replace(found, confidence=found.confidence * weight, reasons=(*found.reasons, *other))
    yield from _from_code(paper, spec)


def _read(spec: FieldSpec, passage: Passage, *, find: Find) -> Reading | None:
    """The value in a passage, read as the table says and as the place where it stands asks for."""
    text = passage.text
    if find is Find.PATTERN and spec.pattern is not None and not spec.pattern.search(text):
        return None
    if spec.choices:
        return read_choice(text, spec.choices)
    shaped = find is Find.LABEL and spec.kind is Kind.CODE and spec.pattern is not None
    found = read_shaped(text, spec.pattern) if shaped and spec.pattern is not None else None
    return found or _reader(spec, find)(text)


def _reader(spec: FieldSpec, find: Find) -> Callable[[str], Reading | None]:
    if find is Find.NUMBER and spec.name == "document_number":
        return read_sign
    if find in _AGENCIES:
        return read_agency
    if spec.kind is Kind.TEXT and spec.multiline:
        return read_list
    return read_role if find is Find.SIGNER_ROLE else READERS[spec.kind]


def _is_misshapen(spec: FieldSpec, value: str) -> bool:
    """Whether a code is none of the shapes its table gives: a letter or digit of it was not read."""
    return spec.kind is Kind.CODE and spec.pattern is not None and not spec.pattern.fullmatch(value)


def _is_lone_year(spec: FieldSpec, reading: Reading) -> bool:
    """A year alone may be a date of birth or death; elsewhere the rest of the date was not read."""
    whole = spec.kind is not Kind.DATE or len(reading.value) > len("2020")
    return not whole and not spec.name.endswith(_YEAR_WILL_DO)


def _labelled(paper: Paper, spec: FieldSpec) -> Iterable[Passage]:
    return paper.labelled.get(spec.name, ())


def _numbers(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    return numbers(paper.sheets)


def _dates(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    return [date for date, _place in places_and_dates(paper.sheets)]


def _places(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    return [place for _date, place in places_and_dates(paper.sheets) if place is not None]


def _issuers(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    return _one(issuing_agency(paper.sheets[0]))


def _summaries(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    page, row = paper.title
    return _one(summary(paper.form.sheets[page], title_row=row)) if row >= 0 else ()


def _titles(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    page, _row = paper.title
    return (Passage(page=page, tokens=paper.title_tokens, quality=0.97),) if paper.title_tokens else ()


def _granting(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    page, row = paper.title
    return _one(granting_authority(paper.form.sheets[page], title_row=row, title=paper.title_tokens))


def _letter_summaries(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    return _one(letter_summary(paper.sheets[0]))


def _signers(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    signer = last_signer(paper.signers)
    return _one(signer.name if signer is not None else None)


def _signer_roles(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    signer = last_signer(paper.signers)
    return _one(role_passage(signer) if signer is not None else None)


def _signer_agencies(paper: Paper, _: FieldSpec) -> Iterable[Passage]:
    return _one(signing_agency(paper.signers) or dated_agency(paper.sheets))


def _patterned(paper: Paper, spec: FieldSpec) -> Iterator[Passage]:
    """Segments that hold the field's pattern, wherever they stand."""
    for sheet in paper.sheets:
        for row in sheet.rows:
            for segment in row.segments(sheet.text_height):
                passage = Passage(page=sheet.page, tokens=segment, quality=0.85)
                if spec.pattern is not None and spec.pattern.search(passage.text):
                    yield passage


def _named(paper: Paper, spec: FieldSpec) -> Iterator[Passage]:
    wants_number = spec.name.endswith("personal_id")
    if spec.block:
        for page, tokens in _block(paper, spec):
            name, number = person_in(page, tokens)
            yield from _one(number if wants_number else name)
        return
    for name, number in named_person(paper.sheets, decides=paper.form.spec.type == "decision"):
        yield from _one(number if wants_number else name)


def _block_dates(paper: Paper, spec: FieldSpec) -> Iterator[Passage]:
    """Dates written out in the sentences of the field's part of the paper."""
    for page, tokens in _block(paper, spec):
        whole = Passage(page=page, tokens=tokens, quality=0.9)
        for found in all_dates(whole.text):
            yield Passage(page=page, tokens=whole.between(found.start, found.end), quality=0.9)


def _block(paper: Paper, spec: FieldSpec) -> Iterator[tuple[int, tuple[Token, ...]]]:
    """(1-based page, its tokens) of the field's part of the paper, in reading order."""
    for region in paper.form.regions:
        if region.block == spec.block:
            for sheet in paper.sheets:
                yield sheet.page, tokens_of(region, sheet)


def _tables(paper: Paper, spec: FieldSpec) -> Iterator[Passage]:
    labels = {squash(label) for label in spec.labels}
    for hit in paper.form.hits:
        if hit.label not in labels:
            continue
        sheet = paper.form.sheets[hit.page]
        rows = [other.row for other in paper.form.hits if other.page == hit.page and other.row > hit.row]
        make = trades if spec.name == "business_lines" else changes
        found = make(sheet, hit, end=min(rows, default=len(sheet.rows)))
        if found is not None:
            yield found


def _one(passage: Passage | None) -> Iterable[Passage]:
    return () if passage is None else (passage,)


_AGENCIES = (Find.ISSUER, Find.SIGNER_AGENCY, Find.GRANTING)
_PASSAGES: Mapping[Find, Callable[[Paper, FieldSpec], Iterable[Passage]]] = {
    Find.LABEL: _labelled,
    Find.NUMBER: _numbers,
    Find.PLACE_DATE: _dates,
    Find.PLACE: _places,
    Find.ISSUER: _issuers,
    Find.SUMMARY: _summaries,
    Find.LETTER_SUMMARY: _letter_summaries,
    Find.SIGNER: _signers,
    Find.SIGNER_ROLE: _signer_roles,
    Find.SIGNER_AGENCY: _signer_agencies,
    Find.PATTERN: _patterned,
    Find.NAMED_PERSON: _named,
    Find.TABLE: _tables,
    Find.TITLE: _titles,
    Find.GRANTING: _granting,
    Find.BLOCK_DATE: _block_dates,
}


def _from_mrz(paper: Paper, spec: FieldSpec) -> Iterator[Candidate]:
    """What the machine-readable zone says about the field, as sure as its check digits make it."""
    zone = paper.mrz
    if zone is None:
        return
    said = zone.said().get(spec.name)
    if said is not None and said.value:
        yield Candidate(
            field=spec.name,
            value=said.value,
            printed=" ".join(zone.lines) if spec.name == "mrz" else said.value,
            page=zone.rows[0].page,
            box=bounding(token.box for row in zone.rows for token in row.tokens),
            confidence=said.confidence,
            evidence=Evidence.MRZ,
            reasons=said.reasons,
        )


def _from_code(paper: Paper, spec: FieldSpec) -> Iterator[Candidate]:
    """What a QR code says about the field: it has no misreadings."""
    said = paper.codes.get(spec.name)
    if said is not None:
        yield Candidate(
            field=spec.name,
            value=said.value,
            printed=said.value,
            page=said.page,
            box=said.box,
            confidence=_CODE_SURE,
            evidence=Evidence.QR,
        )
