"""Specification of each paper type: how to recognise it, what it says, whose it is, how long it counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date
from enum import StrEnum
from functools import cached_property

from dossier.documents import Party, PartyRole
from dossier.fields import Field
from dossier.trust import Term, TermKind
from rulebook.validity import Validity
from rulebook.variants import Variant
from rulebook.vocabulary import UNKNOWN_TYPE


class Kind(StrEnum):
    """What a field's value is, and so how it is cleaned and compared."""

    PERSON_NAME = "person_name"
    DATE = "date"
    YEAR = "year"
    PERSONAL_ID = "personal_id"
    SEX = "sex"
    CODE = "code"
    PLACE = "place"
    TEXT = "text"
    MONEY = "money"
    AREA = "area"
    NUMBER = "number"
    MRZ = "mrz"


_ASK_BELOW = 0.86
_ASK_BELOW_BY_KIND = {Kind.CODE: 0.97, Kind.PERSON_NAME: 0.89, Kind.TEXT: 0.82}


def ask_below(kind: Kind) -> float:
    """Confidence below which a person is asked about a field, where no table says otherwise.

    Measured on made pages (``docs/benchmark.md``): most of what is misread and looks sure is one accent of a
    name. Printed codes are nearly always surer than 0.97, numbers that letters bear in handwriting are not.
    """
    return _ASK_BELOW_BY_KIND.get(kind, _ASK_BELOW)


class Find(StrEnum):
    """Where on the paper a field is looked for."""

    LABEL = "label"
    NUMBER = "number"
    PLACE_DATE = "place_date"
    PLACE = "place"
    ISSUER = "issuer"
    SUMMARY = "summary"
    LETTER_SUMMARY = "letter_summary"
    SIGNER = "signer"
    SIGNER_ROLE = "signer_role"
    SIGNER_AGENCY = "signer_agency"
    PATTERN = "pattern"
    NAMED_PERSON = "named_person"
    TABLE = "table"
    TITLE = "title"
    GRANTING = "granting"
    BLOCK_DATE = "block_date"
    MRZ = "mrz"


class Sensitivity(StrEnum):
    """Personal data, basic or sensitive (Law 91/2025/QH15, Decree 356/2025/NĐ-CP)."""

    BASIC = "basic"
    SENSITIVE = "sensitive"


class ThresholdFrom(StrEnum):
    """Who says from which confidence on a field is not asked."""

    PROGRAM = "program"
    TABLE = "table"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a paper type.

    Attributes:
        name: as in the vocabulary.
        label_vi: what people see.
        kind: kind of value.
        key: a wrong one sends the paper to a person.
        sensitivity: class of personal data.
        labels: printed labels and their variants, Vietnamese and, on bilingual cards, English.
        variants: the same labels with the days and forms they belong to, where the table says so.
        find: where to look, in order; the first that yields decides unless a later one is surer.
        block: name of the block of the form it stands in; empty outside any block.
        multiline: the value may go on over several lines.
        pattern: regular expression for ``Find.PATTERN``, and for what of a labelled text is the value.
        choices: the values that are possible, where they are few (classes of a driving licence).
        unit: of money and areas.
        ask_below: confidence below which a person is asked.
        threshold_from: who says so.
    """

    name: str
    label_vi: str
    kind: Kind
    key: bool
    sensitivity: Sensitivity = Sensitivity.BASIC
    labels: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    find: tuple[Find, ...] = (Find.LABEL,)
    block: str = ""
    multiline: bool = False
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    ask_below: float = _ASK_BELOW
    threshold_from: ThresholdFrom = ThresholdFrom.PROGRAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a form that belongs to one person and shares its labels with other parts.

    Attributes:
        name: as fields refer to it.
        anchors: printed texts that open the block.
        variants: the same texts with the days and forms they belong to.
        closed: fields of no block are not looked for inside it (a table of other people).
    """

    name: str
    anchors: tuple[str, ...]
    variants: tuple[Variant, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySpec:
    """Which fields make a party of the paper.

    Attributes:
        role: owner or related.
        relation: which place on the paper.
        name, number, birth: names of the fields; empty when the paper has none.
    """

    role: PartyRole
    relation: str
    name: str
    number: str = ""
    birth: str = ""

    def party(self, values: Mapping[str, str]) -> Party | None:
        """The party, or nothing when the paper names nobody there."""
        number, name = values.get(self.number, ""), values.get(self.name, "")
        if not number and not name:
            return None
        return Party(
            role=self.role,
            relation=self.relation,
            number=number,
            name=name,
            birth=values.get(self.birth, ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long a paper of the type is kept. Nothing is ever deleted by it: it is data for the archivist.

    Attributes:
        years: 0 when not known, or when ``permanent``.
        permanent: kept for good.
        article: where it stands.
        verified: the article was read.
    """

    article: str
    years: int = 0
    permanent: bool = False
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDemanded:
    """Days from which a citizen may no longer be asked for papers of the type.

    Attributes:
        since, until: first and last day of reception; ``until`` nothing means open.
        unless_vi: when it may be asked for all the same, for people; empty when never.
        article: where it stands.
        verified: the article was read.
    """

    since: date
    article: str
    until: date | None = None
    unless_vi: str = ""
    verified: bool = False


@dataclass(frozen=True, kw_only=True)
class PaperSpec:
    """One paper type.

    Attributes:
        type: as in the vocabulary.
        label_vi: what people see.
        titles: as printed on the paper, old and new forms.
        title_variants: the same titles with the days and forms they belong to.
        anchors: other printed phrases that speak for this type.
        later_pages: phrases that tell the type on a page without a title (``thi hành Quyết định này``).
        excluded: openings of titles that look alike but are other papers (an application for it).
        fields, blocks, parties: what it says.
        validity: rules in the order of the table; the first whose days fit decides.
        result_code: national code of the result, empty when not known.
        retention: how long it is kept; nothing when no table says.
        not_demanded: days from which it may not be demanded.
        image_sensitivity: class of the picture of the paper as a whole; its fields have their own.
        sides: most pages one paper of this type has when its form is fixed (a card: 2), else 0.
        administrative: laid out in the zones of Decree 30/2020/NĐ-CP.
        source: form and article.
        valid_from, valid_to: days on which papers of this form are issued.
        own: a type of the office, not of the vocabulary.
        extended_by: names of the office's files that add words to it.
    """

    type: str
    label_vi: str
    titles: tuple[str, ...]
    title_variants: tuple[Variant, ...]
    anchors: tuple[str, ...]
    later_pages: tuple[str, ...]
    excluded: tuple[str, ...]
    fields: tuple[FieldSpec, ...]
    blocks: tuple[Block, ...]
    parties: tuple[PartySpec, ...]
    validity: tuple[Validity, ...]
    result_code: str
    retention: Retention | None
    not_demanded: tuple[NotDemanded, ...]
    image_sensitivity: Sensitivity
    sides: int
    administrative: bool
    source: str
    valid_from: date | None
    valid_to: date | None
    own: bool = False
    extended_by: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, FieldSpec]:
        """Field specifications by name."""
        return {field.name: field for field in self.fields}

    @property
    def key_fields(self) -> tuple[str, ...]:
        """Names of the key fields."""
        return tuple(field.name for field in self.fields if field.key)

    @cached_property
    def deciding(self) -> frozenset[str]:
        """Names of the fields that decide: key fields, and the number that says whose paper it is."""
        numbers = {party.number for party in self.parties if party.role is PartyRole.OWNER and party.number}
        return frozenset((*self.key_fields, *numbers))

    def term(self, fields: Sequence[Field], received_on: date) -> Term:
        """How long a paper with these fields counts.

        Args:
            fields: as read or corrected.
            received_on: day of reception; picks the rule in force when the paper's own day is not known.
        """
        values = {field.name: field.value for field in fields}
        for rule in self.validity:
            if rule.covers(values, received_on):
                return rule.term(values)
        return Term(TermKind.UNKNOWN)

    @property
    def unverified(self) -> int:
        """How many of its rules about term, demand and retention nobody has verified."""
        rules = (*self.validity, *self.not_demanded, *((self.retention,) if self.retention else ()))
        return sum(not rule.verified for rule in rules)

    def parties_of(self, fields: Sequence[Field]) -> tuple[Party, ...]:
        """Whom the paper names, owners first as the table lists them."""
        values = {field.name: field.value for field in fields}
        return tuple(party for spec in self.parties if (party := spec.party(values)) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From which confidence on an office does not want to be asked, 0 to 1.

    Attributes:
        key, other: for key fields and the rest, where no table says more; nothing keeps the program's.
        fields: by paper type and field.
    """

    key: float | None = None
    other: float | None = None
    fields: Mapping[tuple[str, str], float] = dataclass_field(default_factory=dict)

    def applied(self, type_: str, field: FieldSpec) -> FieldSpec:
        """The field, asked as the office wants."""
        said = self.fields.get((type_, field.name))
        if said is None and field.threshold_from is ThresholdFrom.PROGRAM:
            said = self.key if field.key else self.other
        if said is None:
            return field
        return replace(field, ask_below=said, threshold_from=ThresholdFrom.OFFICE)


@dataclass(frozen=True, slots=True)
class Papers:
    """All paper types the rulebook knows."""

    specs: Mapping[str, PaperSpec]

    def spec(self, type_: str) -> PaperSpec:
        """The specification of a type; that of ``unknown`` when no table describes the type."""
        return self.specs.get(type_, self.specs[UNKNOWN_TYPE])

    def knows(self, type_: str) -> bool:
        """Whether a table describes the type."""
        return type_ in self.specs

    def with_thresholds(self, thresholds: Thresholds) -> Papers:
        """The same types, asked as the office wants.

        What the office says about one field wins over the table; its default holds where the table is silent.
        """
        return Papers(
            {
                name: replace(spec, fields=tuple(thresholds.applied(name, field) for field in spec.fields))
                for name, spec in self.specs.items()
            }
        )

    @property
    def recognisable(self) -> tuple[PaperSpec, ...]:
        """Types a page can be recognised as."""
        return tuple(spec for spec in self.specs.values() if spec.type != UNKNOWN_TYPE)
