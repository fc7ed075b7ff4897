"""What the national catalogue means for a decision: listed components as rules, and both sources as one.

The catalogue names components in words. Which paper a component is, is taken from the file when a column says
it, else from a title that is exactly its name; otherwise a clerk looks. A procedure with a table of its own
follows its table, and ends when the catalogue ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from dossier.access import Purpose
from dossier.persons import search_form
from dossier.trust import Trust
from rulebook.national_catalogue import History, Kept, ListedComponent
from rulebook.paper_spec import Papers, PaperSpec, Sensitivity
from rulebook.procedure_tables import cut_off
from rulebook.procedures import Anew, Component, Handling, Procedure, Procedures, Scope, Whose

_FORMS: Final = frozenset({"application_form", "residence_change_form"})
_FORM_WORDS: Final = ("to khai ", "don ", "phieu de nghi ", "giay de nghi ")
_SINGLE_USE: Final = frozenset({"live_birth_notice"})
_ONE_DAY: Final = timedelta(days=1)


class ComponentRules:
    """Turns listed components into rules, by the paper types of this installation."""

    def __init__(self, papers: Papers) -> None:
        self._papers = papers
        self._by_name: dict[str, str] = {}
        self._by_result: dict[str, str] = {}
        for spec in papers.recognisable:
            for words in (spec.label_vi, *spec.titles):
                self._by_name.setdefault(_folded(words), spec.type)
            if spec.result_code:
                self._by_result[spec.result_code] = spec.type

    def procedure(self, kept: Kept) -> Procedure:
        """A version of the catalogue as the decision reads it."""
        listed = kept.listed
        source = f"Danh mục thủ tục hành chính quốc gia, bản {kept.edition}"
        return Procedure(
            code=listed.code,
            name_vi=listed.name_vi,
            valid_from=kept.first,
            valid_to=kept.last,
            source=source,
            components=tuple(self._component(component, source) for component in listed.components),
            field_vi=listed.field_vi,
            catalogue=kept.edition,
        )

    def types_of(self, listed: ListedComponent) -> tuple[str, ...]:
        """The paper types of a component; empty when nobody has said."""
        if listed.types:
            return tuple(name for name in listed.types if self._papers.knows(name))
        found = [self._by_result[code] for code in listed.results if code in self._by_result]
        named = self._by_name.get(_folded(listed.name_vi))
        return tuple(dict.fromkeys([*found, *([named] if named else [])]))

    def is_mapped(self, listed: ListedComponent) -> bool:
        """Whether the program can look for the component, or knows that it is handed in anew."""
        return bool(self.types_of(listed) or listed.results) or _is_form(listed, ())

    def _component(self, listed: ListedComponent, source: str) -> Component:
        types = self.types_of(listed)
        specs = [self._papers.spec(name) for name in types]
        barred = next((rule for spec in specs for rule in spec.not_demanded if rule.until is None), None)
        anew = _anew(listed, types)
        form = anew is Anew.FORM
        read = any(spec.administrative for spec in specs)
        return Component(
            code=listed.code,
            name_vi=listed.name_vi,
            source=barred.article if barred else source,
            anew=anew,
            types=() if form else types,
            replacement_results=() if form else listed.results,
            trust=Trust.T4,
            whose=(Whose.APPLICANT,),
            scope=Scope.NATION,
            status_check=Handling.PERSON,
            unknown_term=Handling.PERSON if read else Handling.ASK,
            read_by_person=read,
            newest_wins=False,
            dossier_wanted=any(_is_sensitive(spec) for spec in specs),
            purposes=(Purpose.PROCEDURE, Purpose.OWNER),
            stated_purposes=(),
            data=(),
            not_required_since=barred.since if barred else None,
            condition_fact="",
            condition_vi="",
            unmapped=anew is Anew.NO and not types and not listed.results,
            not_required_unless_vi=barred.unless_vi if barred else "",
        )


class _Versions(Mapping[str, tuple[Procedure, ...]]):
    """Versions by code, made when they are asked for: a catalogue has thousands of procedures."""

    def __init__(
        self, tables: Mapping[str, tuple[Procedure, ...]], history: History, rules: ComponentRules
    ) -> None:
        self._tables = tables
        self._history = history
        self._rules = rules
        self._made: dict[str, tuple[Procedure, ...]] = {}

    def __getitem__(self, code: str) -> tuple[Procedure, ...]:
        if code not in self._made:
            self._made[code] = self._versions(code)
        return self._made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._tables, *self._history.versions)))

    def __len__(self) -> int:
        return len(self._tables.keys() | self._history.versions.keys())

    def _versions(self, code: str) -> tuple[Procedure, ...]:
        table, kept = self._tables.get(code), self._history.versions.get(code, ())
        if table is None:
            if not kept:
                raise KeyError(code)
            return tuple(self._rules.procedure(one) for one in kept)
        ended = kept[-1].last if kept else None
        return table if ended is None else tuple(cut_off(table, ended + _ONE_DAY))


def with_catalogue(tables: Procedures, history: History, papers: Papers) -> Procedures:
    """The procedures of the tables, and those that only the catalogue lists."""
    return Procedures(_Versions(tables.versions, history, ComponentRules(papers)))


def _anew(listed: ListedComponent, types: tuple[str, ...]) -> Anew:
    if _is_form(listed, types):
        return Anew.FORM
    return Anew.SINGLE_USE if types and set(types) <= _SINGLE_USE else Anew.NO


def _is_form(listed: ListedComponent, types: tuple[str, ...]) -> bool:
    """Whether it is filled in for each dossier; a column that names other papers or results is believed."""
    if types or listed.types or listed.results:
        return bool(types) and set(types) <= _FORMS
    return _folded(listed.name_vi).startswith(_FORM_WORDS)


def _is_sensitive(spec: PaperSpec) -> bool:
    return spec.image_sensitivity is Sensitivity.SENSITIVE


def _folded(words: str) -> str:
    return " ".join(search_form(words).split())
