"""``motlan report``: index and plan figures of a period, as a table, JSON, CSV, XLSX or a picture."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.procedures import parse_day
from cli.report_files import write_whole
from cli.words import printable
from dossier.codes import is_office
from dossier.errors import ArgumentError, Lang
from dossier.handling import OfficeLevel

if TYPE_CHECKING:
    from flows.report_rows import Row
    from rulebook.period_report import PeriodReport

_LEVELS = {"commune": "Cấp xã", "province": "Cấp tỉnh", "ministry": "Bộ, ngành"}
_LEVELS_EN = {"commune": "Communes", "province": "Province", "ministry": "Ministries"}
_AIMS: dict[Lang, tuple[str, str]] = {
    "vi": ("điểm tối đa từ", "chỉ tiêu"),
    "en": ("full marks from", "target"),
}
_TIMES = ("waiting", "handling", "per_officer_and_year")


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("report")(report)


def report(
    context: typer.Context,
    *,
    first: Annotated[
        str | None, typer.Option("--from", help="Từ ngày tiếp nhận YYYY-MM-DD (mặc định: đầu năm nay).")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Đến hết ngày tiếp nhận YYYY-MM-DD (mặc định: hôm nay).")
    ] = None,
    office: Annotated[
        str, typer.Option(help="Mã cơ quan trong mã hồ sơ, gồm cả cấp dưới.", show_default=False)
    ] = "",
    level: Annotated[str, typer.Option(help="commune, province hoặc ministry.", show_default=False)] = "",
    from_events: Annotated[
        bool,
        typer.Option("--from-events", help="Tính lại từ dữ liệu gốc của từng hồ sơ (chậm), để đối chiếu."),
    ] = False,
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Ghi bảng CSV.", show_default=False)] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Ghi sổ tính XLSX.", show_default=False)] = None,
    picture: Annotated[Path | None, typer.Option(help="Ghi hình SVG.", show_default=False)] = None,
) -> None:
    """Bộ chỉ số theo Quyết định 766/QĐ-TTg và chỉ tiêu kế hoạch, theo cấp và cơ quan, cho một kỳ."""
    from flows.indicators import Wanted, make_report
    from flows.report_rows import figure_rows, report_json, rows

    if office and not is_office(office):
        raise ArgumentError("--office", expected="mã cơ quan, ví dụ H26.5.12")
    command = current(context)
    services = command.services()
    today = services.today()
    made = make_report(
        services,
        parse_day(first, "--from") or date(today.year, 1, 1),
        parse_day(last, "--to") or today,
        wanted=Wanted(office=office, level=_level(level)),
        from_events=from_events,
    )
    if csv is not None:
        from flows.report_sheets import csv_bytes

        write_whole(csv, csv_bytes(rows(made), command.lang))
    if xlsx is not None:
        from flows.report_sheets import xlsx_bytes

        write_whole(xlsx, xlsx_bytes(made, list(rows(made)), command.lang))
    if picture is not None:
        from flows.report_picture import picture_bytes

        write_whole(picture, picture_bytes(made, command.lang))
    if as_json:
        print_json(report_json(made))
    elif not (csv or xlsx or picture):
        whole = list(figure_rows(made.whole, "all", "", targets=made.targets))
        sys.stdout.writelines(f"{line}\n" for line in _lines(made, whole, command.lang))
    for place in (csv, xlsx, picture):
        if place is not None and not as_json:
            sys.stdout.write(f"{'Đã ghi' if command.lang == 'vi' else 'Written'}: {place}\n")


def _level(text: str) -> OfficeLevel | None:
    try:
        return OfficeLevel(text) if text else None
    except ValueError as error:
        raise ArgumentError("--level", expected=", ".join(OfficeLevel)) from error


def _lines(made: PeriodReport, whole: list[Row], lang: Lang) -> Iterator[str]:
    vi = lang == "vi"
    period = f"{made.first:%d/%m/%Y} - {made.last:%d/%m/%Y}"
    yield f"{'Kỳ báo cáo' if vi else 'Period'} {period}"
    for row in whole:
        yield _line(row, lang)
    for campaign, stand in made.campaigns:
        share = "N/A" if stand.share is None else f"{float(stand.share) * 100:.2f} %"
        left = f"{'còn' if vi else 'left for'} {stand.year}: {stand.left}"
        yield f"      {printable(campaign.name):44}{share:>11}  {stand.digitised}/{stand.results}  ({left})"
    from cli.report_shelves import shelves_lines

    for shelves in made.shelves:
        yield from shelves_lines(shelves, made.cost, lang)
    levels = _LEVELS if vi else _LEVELS_EN
    places = [(levels[level.value], figures) for level, figures in made.levels.items()]
    places += list(made.offices.items())
    if not places:
        return
    yield ""
    columns = ("2.1", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "5.4")
    yield f"{'Nơi tiếp nhận' if vi else 'Received by':18}{'Hồ sơ' if vi else 'Dossiers':>9}" + "".join(
        f"{number:>9}" for number in columns
    )
    for name, figures in places:
        shares = (figures.index[number].percent for number in columns)
        yield f"{name:18}{figures.plan.dossiers:9}" + "".join(
            f"{'N/A' if share is None else share:>9}" for share in shares
        )


def _line(row: Row, lang: Lang) -> str:
    label = row.name_vi if lang == "vi" else row.name_en
    number = row.figure if row.figure[0].isdigit() else ""
    if row.figure in _TIMES:
        return f"  {number:4}{label:44}{_shown(row):>9}"
    if row.of is None:
        return f"  {number:4}{label:44}{row.counted:>9}"
    full = ""
    if row.full_at is not None:
        words = _AIMS[lang][0 if number else 1]
        full = f"  ({words} {row.full_at.normalize():f} %)"
    percent = _shown(row) + (" %" if row.value is not None else "  ")
    return f"  {number:4}{label:44}{percent:>11}  {row.counted}/{row.of}{full}"


def _shown(row: Row) -> str:
    return "N/A" if row.value is None else f"{row.value}"
