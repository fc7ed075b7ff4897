"""Writes ``docs/errors.md`` from the error tree; ``tests/project`` compares the two."""

from __future__ import annotations

from pathlib import Path

from dossier.errors import all_errors

PAGE = Path(__file__).parent.parent / "docs" / "errors.md"

_HEAD = """# Errors and exit codes

Made from `dossier/errors.py` by `python -m tools.errors_page`. Programs match on the code; people read the
sentence and the next step. Sentences never hold a name, an identity number or a document number beyond what
the person typed.

| exit code | meaning |
|---|---|
| 0 | done (for `verify`: passed) |
| 1 | something unforeseen (for `verify`: failed; for `rules check` and `package check`: not valid) |
| 2 | a setting or an argument cannot be used (for `verify`: indeterminate) |
| 3 | for `verify`: unsigned |
| 4 | for `verify` and `package check`: not readable |
| 10 | a file or argument was refused; for `ingest`: at least one file was refused, the rest went on |
| 11 | the recognition engine |
| 12 | the store |
| 13 | signing |
| 14 | a table of the rulebook |
| 15 | a question that may not or cannot be asked |
| 16 | the orchestrator, Prefect |
| 18 | the scanner; the pages that came are kept |
| 130 | stopped by the person (Ctrl+C); run the same command again |

"""


def page() -> str:
    """The whole page."""
    rows = ["| code | exit | what people read | what to do |", "|---|--:|---|---|"]
    rows += [
        f"| `{kind.code}` | {kind.exit_code} | {kind.vi} | {kind.next_vi} |"
        for kind in sorted(all_errors(), key=lambda kind: (kind.exit_code, kind.code))
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
