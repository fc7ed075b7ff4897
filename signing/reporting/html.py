"""The report as one HTML page: no script, nothing from elsewhere, one A4 sheet for one or two signatures.

Both languages are in the page, and a switch made of two radio buttons shows one of them; it works where
scripts are forbidden, on paper too. Autoescaping is on for everything.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from dossier.errors import Lang
from signing.report import Report
from signing.reporting.view import view_of
from signing.reporting.words import LABELS

# More than two do not fit on a sheet with all details: a list first, the details on sheets of their own.
FULL_ON_FIRST_PAGE = 2


def html_report(report: Report, lang: Lang) -> str:
    """The page.

    Args:
        report: the verdict.
        lang: which language shows first.
    """
    return _template().render(
        lang=lang,
        views=(view_of(report, "vi"), view_of(report, "en")),
        labels=LABELS,
        full=FULL_ON_FIRST_PAGE,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")
