"""``motlan rules procedure``: a procedure of a day, its components and the ground of each rule."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import printable
from dossier.codes import parse_procedure_code
from dossier.errors import ArgumentError, Lang

if TYPE_CHECKING:
    from rulebook.papers import Papers
    from rulebook.procedures import Component, Procedure
    from rulebook.time_limits import TimeLimit

_TRUST = {"vi": "mức tin cậy từ", "en": "trust from"}


def add_to(group: typer.Typer) -> None:
    """Put the command into ``motlan rules``."""
    group.command("procedure")(show_procedure)


def show_procedure(
    context: typer.Context,
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="Mã thủ tục; bỏ trống: liệt kê tất cả.", show_default=False)
    ] = "",
    *,
    on: Annotated[str | None, typer.Option(help="Ngày tiếp nhận YYYY-MM-DD (mặc định: hôm nay).")] = None,
    as_json: AsJson = False,
) -> None:
    """Xem thủ tục của một ngày: thành phần, giấy tờ thay thế, cơ sở dữ liệu, căn cứ, đã kiểm chứng chưa."""
    command = current(context)
    services = command.services()
    day = parse_day(on, "--on") or services.today()
    procedures = services.procedures
    codes = (parse_procedure_code(code),) if code else procedures.codes(day)
    for each in codes:
        found = procedures.on(each, day)
        if as_json:
            print_json(procedure_json(found))
        elif code:
            sys.stdout.writelines(f"{line}\n" for line in _lines(found, day, services.papers, command.lang))
        else:
            sys.stdout.write(f"{found.code}  {printable(found.name_vi)}{_origin(found, command.lang)}\n")


def parse_day(text: str | None, argument: str) -> date | None:
    """A day a person typed; nothing when they typed none.

    Raises:
        ArgumentError: it is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentError(argument, expected="ngày dạng YYYY-MM-DD") from error


def procedure_json(found: Procedure) -> dict[str, object]:
    """A version of a procedure as commands print it."""
    return {
        "code": found.code,
        "name_vi": found.name_vi,
        "field_vi": found.field_vi,
        "valid_from": found.valid_from.isoformat(),
        "valid_to": found.valid_to.isoformat() if found.valid_to else None,
        "source": found.source,
        "verified": found.verified,
        "catalogue": found.catalogue,
        "limit": _limit_json(found.limit),
        "results": list(found.results),
        "components": [_component_json(component) for component in found.components],
    }


def _limit_json(limit: TimeLimit | None) -> dict[str, object] | None:
    if limit is None:
        return None
    return {
        "unit": limit.unit,
        "amount": limit.amount,
        "cut_off": limit.cut_off.isoformat("minutes"),
        "source": limit.source,
        "verified": limit.verified,
    }


def _component_json(component: Component) -> dict[str, object]:
    off = component.not_required_since
    return {
        "code": component.code,
        "name_vi": component.name_vi,
        "source": component.source,
        "verified": component.verified,
        "anew": component.anew,
        "types": list(component.types),
        "unmapped": component.unmapped,
        "replacement_results": list(component.replacement_results),
        "trust": component.trust.name,
        "whose": list(component.whose),
        "condition_fact": component.condition_fact,
        "condition_vi": component.condition_vi,
        "not_required_since": off.isoformat() if off else None,
        "not_required_unless_vi": component.not_required_unless_vi,
        "data": [
            {
                "code": entry.code,
                "database": entry.database,
                "since": entry.since.isoformat(),
                "mode": entry.mode,
                "source": entry.source,
                "verified": entry.verified,
            }
            for entry in component.data
        ],
    }


def _lines(found: Procedure, day: date, papers: Papers, lang: Lang) -> Iterator[str]:
    vi = lang == "vi"
    yield f"{found.code}  {printable(found.name_vi)}{_origin(found, lang)}"
    until = f" – {found.valid_to.isoformat()}" if found.valid_to else ""
    yield f"  {'hiệu lực' if vi else 'in force'}: {found.valid_from.isoformat()}{until}"
    yield f"  {'căn cứ' if vi else 'source'}: {_sourced(found.source, found.verified, lang)}"
    if found.limit is not None:
        limit = found.limit
        told = f"{limit.amount} {_UNITS[limit.unit.value][0 if vi else 1]}"
        yield f"  {'thời hạn' if vi else 'time limit'}: {told}"
        yield f"      {_sourced(limit.source, limit.verified, lang)}"
    for component in found.components:
        yield from _component_lines(component, day, papers, lang)


def _component_lines(component: Component, day: date, papers: Papers, lang: Lang) -> Iterator[str]:
    vi = lang == "vi"
    yield f"  {printable(component.code)}  {printable(component.name_vi)}"
    if component.switched_off(day):
        unless = component.not_required_unless_vi
        words = f"không còn được yêu cầu{f', trừ khi {unless}' if unless else ''}"
        yield f"      {words if vi else 'may no longer be demanded'}"
    if component.condition_vi:
        yield f"      {component.condition_fact}: {component.condition_vi}"
    if component.unmapped:
        yield f"      {'chưa gắn loại giấy tờ' if vi else 'no paper type is known for it'}"
    accepted = (*(papers.spec(name).label_vi for name in component.types), *component.replacement_results)
    if accepted:
        yield f"      {', '.join(accepted)}; {_TRUST[lang]} {component.trust.name}"
    for entry in component.data:
        yield f"      {entry.database} ({_MODES[entry.mode.value][0 if vi else 1]} {entry.since.isoformat()})"
    yield f"      {'căn cứ' if vi else 'source'}: {_sourced(component.source, component.verified, lang)}"


def _sourced(source: str, verified: bool, lang: Lang) -> str:
    mark = {"vi": "chưa kiểm chứng", "en": "not verified"}[lang]
    return printable(source) if verified else f"{printable(source)} [{mark}]"


def _origin(found: Procedure, lang: Lang) -> str:
    if not found.catalogue:
        return ""
    return f"  [{'danh mục quốc gia' if lang == 'vi' else 'national catalogue'} {printable(found.catalogue)}]"


_MODES = {
    "replaces": ("thay giấy tờ, từ", "in place of the paper, since"),
    "look_first": ("tra trước, từ", "looked at first, since"),
}
_UNITS = {
    "working_days": ("ngày làm việc", "working days"),
    "working_hours": ("giờ làm việc", "working hours"),
    "calendar_days": ("ngày", "days"),
    "same_day": ("trong ngày", "same day"),
}
