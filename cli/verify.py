"""``motlan verify``: the signatures of files, judged on a given day, with reasons and reports."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import Command, complain, current, error_json, language, leave, print_json
from cli.report_files import refuse_input, report_places, write_whole
from cli.words import printable
from dossier.errors import ArgumentError, InputChangedError, InputNotFoundError, MotlanError

if TYPE_CHECKING:
    from signing.report import Report


_UNREADABLE = 4
# Failed, not readable, cannot be decided, unsigned, passed.
_WORST_FIRST = (1, _UNREADABLE, 2, 3, 0)


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("verify")(verify)


def verify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Tệp PDF cần kiểm tra chữ ký.")],
    *,
    on: Annotated[str | None, typer.Option(help="Xét theo ngày YYYY-MM-DD (mặc định: bây giờ).")] = None,
    policy: Annotated[
        str | None,
        typer.Option(help="Mã chính sách chữ ký, xem 'motlan trust policies' (mặc định: của ngày xét)."),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Kiểm tra lại từ đầu, không dùng kết luận đã có trong ngày.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON, mỗi tệp một dòng.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Ghi báo cáo .html, .pdf, .xml (ETSI TS 119 102-2) hoặc .json; nhiều tệp: thư mục."
        ),
    ] = None,
    revision: Annotated[
        int | None, typer.Option(help="Lấy lại tệp đúng như khi ký: số phiên bản được ký; cần -o.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Nơi ghi bản của --revision.")] = None,
    lang: Annotated[str | None, typer.Option(help="Ngôn ngữ của báo cáo: vi hoặc en.")] = None,
) -> None:
    """Kiểm tra chữ ký số của tệp PDF: hợp lệ, không hợp lệ, hay chưa đủ cơ sở; kèm lý do."""
    command = current(context)
    if lang is not None:
        command = Command(language(lang, {}), command.data, command.context)
    if (revision is None) != (output is None) or (revision is not None and len(files) != 1):
        raise ArgumentError("--revision", expected="một tệp, số phiên bản và nơi ghi (-o)")
    places = _places(report, files)
    if output is not None:
        refuse_input(output, files, option="-o")
    run = _Run(command, _Question(on=on, policy=policy, cached=not no_cache), as_json=as_json)
    leave(run.all(files, places, revision=revision, output=output))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """Under what files are judged: a day, a policy by its id, and whether verdicts of today count."""

    on: str | None
    policy: str | None
    cached: bool


class _Run:
    """One call of the command."""

    def __init__(self, command: Command, question: _Question, *, as_json: bool) -> None:
        self._command = command
        self._services = command.services()
        self._question = question
        self._at = _moment(question.on) or self._services.clock()
        self._as_json = as_json
        # An unknown policy is a mistake of the question, not a property of each file.
        if question.policy is not None:
            self._services.policies.named(question.policy)

    def all(
        self,
        files: Sequence[Path],
        places: Sequence[Path | None],
        *,
        revision: int | None,
        output: Path | None,
    ) -> int:
        """Exit code after all files were looked at."""
        codes = []
        for file, place in zip(files, places, strict=True):
            try:
                report = self._look(file)
            except MotlanError as error:
                codes.append(_UNREADABLE)
                self._tell_error(file, error)
                continue
            codes.append(report.exit_code)
            self._tell(file, report, place)
            if revision is not None and output is not None:
                self._extract(file, report, revision=revision, output=output)
        return next((code for code in _WORST_FIRST if code in codes), 0)

    def _look(self, file: Path) -> Report:
        if not file.exists():
            raise InputNotFoundError(str(file))
        question = self._question
        return self._services.verify_under(
            file,
            at=self._at,
            policy=question.policy,
            asked_day=question.on is not None,
            cached=question.cached,
        )

    def _tell_error(self, file: Path, error: MotlanError) -> None:
        lang = self._command.lang
        if self._as_json:
            print_json({"file": str(file), "error": error_json(error, lang)})
        else:
            complain(error, lang)

    def _tell(self, file: Path, report: Report, place: Path | None) -> None:
        from signing.reporting.formats import render
        from signing.reporting.text import text_report

        lang = self._command.lang
        if place is not None:
            write_whole(place, render(report, place.suffix.lower(), lang))
        if self._as_json:
            print_json({**report.as_json(), "file": str(file)})
            return
        sys.stdout.write(text_report(report, printable(str(file)), lang))
        if place is not None:
            written = {"vi": "Báo cáo", "en": "Report"}[lang]
            sys.stdout.write(f"  {written}: {printable(str(place))}\n")

    def _extract(self, file: Path, report: Report, *, revision: int, output: Path) -> None:
        """Write the file as it was when a signature was made: its first bytes, up to the end of that part."""
        covered = {
            one.details.coverage.revision: one.details.coverage
            for one in report.signatures
            if one.details is not None and one.details.coverage is not None and one.details.coverage.covered
        }
        wanted = covered.get(revision)
        if wanted is None:
            known = ", ".join(str(number) for number in sorted(covered)) or "—"
            raise ArgumentError("--revision", expected=f"một phiên bản được ký ({known})")
        with file.open("rb") as source:
            data = source.read(wanted.covered)
        if hashlib.sha256(data).hexdigest() != wanted.sha256:
            raise InputChangedError(str(file))
        write_whole(output, data)


def _places(report: Path | None, files: Sequence[Path]) -> list[Path | None]:
    if report is None:
        return [None] * len(files)
    from signing.reporting.formats import check_suffix

    check_suffix(report)
    return list(report_places(report, files))


def _moment(on: str | None) -> datetime | None:
    """The end of that day in UTC: a signature made on the day counts."""
    if on is None:
        return None
    try:
        day = datetime.strptime(on, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise ArgumentError("--on", expected="ngày dạng YYYY-MM-DD") from error
    return datetime.combine(day.date(), time(23, 59, 59), UTC)
