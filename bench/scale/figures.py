"""Figures in a page of the documentation: what a bench prints goes between two marks of its name."""

from __future__ import annotations

from pathlib import Path


def put_figures(page: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``.

    Args:
        page: Markdown.
        name: of the marks.
        text: shown as it is.

    Raises:
        ValueError: the page has no such marks.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        msg = f"{page} has no marks {begin} and {end}"
        raise ValueError(msg)
    page.write_text(f"{before}{begin}\n\n```text\n{text.rstrip()}\n```\n\n{end}{after}", encoding="utf-8")
