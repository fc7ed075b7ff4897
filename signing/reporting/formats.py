"""A report in the form that a file name asks for."""

from __future__ import annotations

from pathlib import Path

from dossier.errors import ArgumentError, Lang
from signing.report import Report

SUFFIXES = (".html", ".pdf", ".json", ".xml")


def check_suffix(path: Path) -> None:
    """Refuse a name that says no known form.

    Raises:
        ArgumentError: its ending is none of ``SUFFIXES``.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ArgumentError("--report", expected="tên tệp .html, .pdf, .xml hoặc .json")


def render(report: Report, suffix: str, lang: Lang) -> bytes:
    """The report as bytes.

    Args:
        report: the verdict.
        suffix: one of ``SUFFIXES``, in lower case.
        lang: of HTML and PDF; the forms for programs hold both or none.
    """
    # Each form has a library of its own that takes its time to load.
    if suffix == ".html":
        from signing.reporting.html import html_report  # noqa: PLC0415

        return html_report(report, lang).encode("utf-8")
    if suffix == ".pdf":
        from signing.reporting.pdf import pdf_report  # noqa: PLC0415

        return pdf_report(report, lang)
    if suffix == ".xml":
        from signing.reporting.etsi import etsi_report  # noqa: PLC0415

        return etsi_report(report).encode("utf-8")
    from signing.reporting.machine import json_report  # noqa: PLC0415

    return json_report(report).encode("utf-8")
