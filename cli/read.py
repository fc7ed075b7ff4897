"""``motlan ocr`` and ``motlan extract``: read and understand files without storing them."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bar import Bar
from cli.context import Command, complain, current, error_json, leave, print_json
from dossier.errors import MotlanError

if TYPE_CHECKING:
    from dossier.text import PageJson
    from ocr.records import FileReading
    from wiring.services import Services

_FORM_FEED = "\f"
_PAGE_KEYS = (
    "page", "width", "height", "dpi", "rotation", "skew_degrees", "text", "words", "engine", "seconds",
    "codes",
)  # fmt: skip

Files = Annotated[list[Path], typer.Argument(help="Ảnh JPEG, PNG, TIFF hoặc tệp PDF.")]
AsJson = Annotated[bool, typer.Option("--json", help="In JSON, mỗi tệp một dòng.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("ocr")(ocr)
    app.command("extract")(extract)


def _page(page: PageJson) -> dict[str, object]:
    """A page as it is printed: words as they count, without what the engine read first."""
    shown: dict[str, object] = {key: page[key] for key in _PAGE_KEYS}  # type: ignore[literal-required]
    words = [
        {"text": word["text"], "box": word["box"], "confidence": word["confidence"]} for word in page["words"]
    ]
    return {**shown, "words": words}


def ocr(context: typer.Context, files: Files, *, as_json: AsJson = False) -> None:
    """Đọc chữ trong ảnh quét hoặc PDF, in ra văn bản (các trang cách nhau bằng ký tự sang trang)."""
    command = current(context)

    def show(file: Path, reading: FileReading) -> None:
        if as_json:
            pages = [entry["page"] for entry in reading.to_json()["pages"]]
            shown = [_page(page) for page in pages]
            print_json({"file": str(file), "pages": shown})
        else:
            sys.stdout.write(_FORM_FEED.join(page.text for page in reading.pages) + "\n")

    _each_file(command, files, as_json=as_json, show=show)


def extract(context: typer.Context, files: Files, *, as_json: AsJson = False) -> None:
    """Nhận loại giấy tờ và bóc tách các trường, không lưu kho."""
    from cli.explain import paper_lines
    from extraction.document import understand
    from extraction.split import split_pages
    from extraction.stack_json import separators_json
    from extraction.wire import documents_json

    command = current(context)
    services = command.services()

    def show(file: Path, reading: FileReading) -> None:
        stack = split_pages(reading.pages, services.papers)
        understood = understand(reading.pages, services.papers, places=services.places, stack=stack)
        if as_json:
            print_json(
                {
                    "file": str(file),
                    "sha256": _sha256(file),
                    "pages": len(reading.pages),
                    "documents": documents_json(understood),
                    "separators": separators_json(stack.separators),
                    "blank_pages": [page for paper in stack.papers for page in paper.blanks],
                    "separator_backs": list(stack.backs),
                    "differences": [difference.as_json() for difference in stack.differences],
                    "findings": [
                        *(finding.as_json() for page in reading.pages for finding in page.findings),
                        *(finding.as_json() for paper in stack.papers for finding in paper.findings),
                    ],
                }
            )
            return
        for document in understood:
            spec = services.papers.spec(document.type)
            for line in paper_lines(document, spec, name=str(file), lang=command.lang):
                sys.stdout.write(f"{line}\n")

    _each_file(command, files, as_json=as_json, show=show, services=services)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _each_file(
    command: Command,
    files: list[Path],
    *,
    as_json: bool,
    show: Callable[[Path, FileReading], None],
    services: Services | None = None,
) -> None:
    """Read one file after the other; one that cannot be read never stops the rest."""
    from extraction.secrecy import refuse_secrets

    used = services or command.services()
    exit_code = 0
    with Bar(total=len(files), lang=command.lang) as bar:
        for file in files:
            try:
                with tempfile.TemporaryDirectory(prefix="motlan-") as work:
                    # Pages of a long file are there only as long as this folder is.
                    reading = used.reader.read(file, name=file.name, work=Path(work), on_page=bar.page)
                    refuse_secrets(reading.pages, file.name)
                    show(file, reading)
            except MotlanError as error:
                exit_code = exit_code or error.exit_code
                if as_json:
                    print_json({"file": str(file), "error": error_json(error, command.lang)})
                else:
                    complain(error, command.lang)
            bar.step()
    leave(exit_code)
