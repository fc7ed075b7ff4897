"""``motlan bench``: measures reading, understanding and splitting.

``ocr`` puts the reader beside Tesseract and OCRmyPDF, ``extract`` measures types, fields and questions,
``stacks`` the splitting.

The benches themselves stand in the source tree (``bench``), not in the installed package.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from dossier.errors import ArgumentError, InputNotFoundError, OutputError

if TYPE_CHECKING:
    from bench.reading.cases import Case
    from bench.reading.run import WayResult
    from bench.reading.ways import WayName

_ROOT = Path(__file__).parent.parent
_DEFAULT = _ROOT / "bench" / "out" / "truth"
_READINGS = _ROOT / "bench" / "out" / "readings"
_STACKS = _ROOT / "bench" / "out" / "stacks"
_OWN_OCRMYPDF = _ROOT / ".venv-bench" / "bin" / "ocrmypdf"
_MADE_BY = "thư mục có ảnh và tệp .txt bên cạnh (dựng bộ chuẩn: make bench-set)"


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Đo chương trình trên máy này.")
    group.command("ocr")(ocr)
    group.command("extract")(extract)
    group.command("stacks")(stacks)
    app.add_typer(group, name="bench")


def ocr(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Ảnh hoặc PDF có tệp .txt bên cạnh; mặc định bench/out/truth.", show_default=False
        ),
    ] = None,
    *,
    real: Annotated[
        Path | None, typer.Option(help="Thư mục bản quét công khai (rNN_*.pdf, .txt, pages/).")
    ] = None,
    ways: Annotated[str, typer.Option(help="Cách đọc, cách nhau bằng dấu phẩy.")] = "tesseract,ocrmypdf,ours",
    ocrmypdf: Annotated[Path | None, typer.Option(help="Chương trình ocrmypdf.")] = None,
    half: Annotated[str, typer.Option(help="Chỉ nửa tune hoặc test của bộ chuẩn.")] = "",
    limit: Annotated[
        int, typer.Option(help="Số trang nhiều nhất, lấy ngẫu nhiên mà cố định; 0 là tất cả.")
    ] = 0,
    workers: Annotated[int, typer.Option(help="Số trang đọc cùng lúc.", min=1)] = 1,
    picture: Annotated[Path | None, typer.Option(help="Vẽ biểu đồ ra tệp PNG.")] = None,
    errors: Annotated[Path | None, typer.Option(help="Ghi các từ đọc nhầm ra tệp JSON.")] = None,
    out: Annotated[Path | None, typer.Option(help="Ghi kết quả JSON ra tệp.")] = None,
    as_json: AsJson = False,
) -> None:
    """So sánh cách đọc chữ của Một Lần với tesseract và OCRmyPDF trên các trang đã biết chữ."""
    asked = _ways(ways, _program(ocrmypdf))
    with _cases(folder, real=real, half=half, limit=limit) as cases:
        results = [_run(way, cases, ocrmypdf=_program(ocrmypdf), workers=workers) for way in asked]
    from bench.reading.report import as_json as report_json
    from bench.reading.report import table

    report = report_json(results, workers=workers)
    if as_json:
        print_json(report)
    else:
        sys.stdout.write(table(results))
    _write(out, report)
    if errors is not None:
        from bench.reading.confusions import errors_json

        _write(errors, {result.way: errors_json(result.outcomes) for result in results})
    if picture is not None:
        from bench.reading.picture import draw

        with _writing(picture):
            draw(results, picture)


def extract(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Bộ chuẩn có truth.json; mặc định bench/out/truth.", show_default=False),
    ] = None,
    *,
    half: Annotated[str, typer.Option(help="Nửa tune hoặc test; để trống là cả hai.")] = "",
    limit: Annotated[int, typer.Option(help="Số trang nhiều nhất; 0 là tất cả.")] = 0,
    workers: Annotated[int, typer.Option(help="Số trang đọc cùng lúc.", min=1)] = 1,
    errors: Annotated[Path | None, typer.Option(help="Ghi các trường đọc sai ra tệp JSON.")] = None,
    out: Annotated[Path | None, typer.Option(help="Ghi kết quả JSON ra tệp.")] = None,
    as_json: AsJson = False,
) -> None:
    """Đo việc nhận loại giấy, bóc tách trường và độ tin cậy trên trang do chính Một Lần đọc."""
    if half not in {"", "tune", "test"}:
        raise ArgumentError("--half", expected="tune hoặc test")
    made = folder or _DEFAULT
    if not (made / "truth.json").is_file():
        raise ArgumentError("FOLDER", expected="thư mục có truth.json (dựng bộ chuẩn: make bench-set)")
    try:
        from bench.understanding.cases import cases_of
        from bench.understanding.readings import readings
        from bench.understanding.report import as_json as report_json
        from bench.understanding.report import errors_json, table
        from bench.understanding.score import measure
    except ModuleNotFoundError as error:
        raise ArgumentError("motlan bench", expected="chạy trong thư mục mã nguồn của dự án") from error
    from rulebook.papers import load_papers

    cases = cases_of(made, half=half, limit=limit)
    pages = readings(
        [case.image for case in cases], kept=_READINGS, environment={}, workers=workers, tell=_dots
    )
    papers = load_papers()
    outcomes = [measure(case, page, papers) for case, page in zip(cases, pages, strict=True)]
    report = report_json(outcomes)
    if as_json:
        print_json(report)
    else:
        sys.stdout.write(table(outcomes))
    _write(out, report)
    if errors is not None:
        _write(errors, errors_json(outcomes))


def _dots(done: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rđã đọc {done} trang")
        sys.stderr.flush()


def stacks(
    context: typer.Context,
    *,
    half: Annotated[str, typer.Option(help="Nửa tune hoặc test; để trống là cả hai.")] = "",
    count: Annotated[int, typer.Option(help="Số chồng giấy mỗi nửa.", min=2)] = 50,
    folder: Annotated[
        Path | None, typer.Option(help="Nơi để trang đã dựng và đã đọc.", show_default=False)
    ] = None,
    workers: Annotated[int, typer.Option(help="Số tiến trình dựng trang.", min=1)] = 1,
    out: Annotated[Path | None, typer.Option(help="Ghi kết quả JSON ra tệp.")] = None,
    as_json: AsJson = False,
) -> None:
    """Đo việc tách chồng giấy 30-80 trang thành từng giấy tờ, có và không có tờ ngăn."""
    if half not in {"", "tune", "test"}:
        raise ArgumentError("--half", expected="tune hoặc test")
    try:
        from bench.stacks.run import Asked, run_half, table
    except ModuleNotFoundError as error:
        raise ArgumentError("motlan bench", expected="chạy trong thư mục mã nguồn của dự án") from error
    services = current(context).services()

    def tell(what: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{what}: {done}/{of}" + ("\n" if done == of else ""))
            sys.stderr.flush()

    results = [
        run_half(
            Asked(half=one, folder=folder or _STACKS, stacks=count, workers=workers),
            lambda: services.reader,
            services.papers,
            tell=tell,
        )
        for one in ("tune", "test")
        if half in {"", one}
    ]
    report = [result.as_json() for result in results]
    if as_json:
        print_json(report)
    else:
        sys.stdout.write(table(results))
    _write(out, report)


@contextmanager
def _cases(folder: Path | None, *, real: Path | None, half: str, limit: int) -> Iterator[list[Case]]:
    """The pages asked for; pictures of PDF pages live as long as the block."""
    if half not in {"", "tune", "test"}:
        raise ArgumentError("--half", expected="tune hoặc test")
    for named in (folder, real):
        if named is not None and not named.is_dir():
            raise InputNotFoundError(str(named))
    made = folder or (_DEFAULT if real is None and _DEFAULT.is_dir() else None)
    if made is None and real is None:
        raise ArgumentError("FOLDER", expected=_MADE_BY)
    from bench.reading.cases import cases_of_folder, cases_of_scans, of_half, spread

    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as name:
        cases: list[Case] = []
        if made is not None:
            cases += cases_of_folder(made, work=Path(name))
        if real is not None:
            cases += cases_of_scans(real, work=Path(name))
        wanted = spread(of_half(cases, half), limit)
        if not wanted:
            raise ArgumentError(str(made or real), expected=_MADE_BY)
        yield wanted


def _ways(asked: str, ocrmypdf: Path | None) -> list[WayName]:
    """The ways that can be gone here; what cannot be measured is said, not left out in silence."""
    try:
        from bench.reading.ways import WAYS
    except ModuleNotFoundError as error:
        raise ArgumentError("motlan bench", expected="chạy trong thư mục mã nguồn của dự án") from error
    wanted = [name.strip() for name in asked.split(",") if name.strip()]
    if not wanted or set(wanted) - set(WAYS):
        raise ArgumentError("--ways", expected=", ".join(WAYS))
    if "ocrmypdf" in wanted and ocrmypdf is None:
        sys.stderr.write("OCRmyPDF KHÔNG được đo: chưa cài (make bench-ocr cài vào .venv-bench).\n")
        wanted.remove("ocrmypdf")
    return [way for way in WAYS if way in wanted]


def _program(given: Path | None) -> Path | None:
    if given is not None:
        if not given.is_file():
            raise InputNotFoundError(str(given))
        return given
    on_path = shutil.which("ocrmypdf")
    return _OWN_OCRMYPDF if _OWN_OCRMYPDF.is_file() else Path(on_path) if on_path else None


def _run(way: WayName, cases: Sequence[Case], *, ocrmypdf: Path | None, workers: int) -> WayResult:
    from bench.reading.run import Recipe, run_way

    def tell(done: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{way}: {done}/{len(cases)}" + ("\n" if done == len(cases) else ""))
            sys.stderr.flush()

    return run_way(Recipe(way, dict(os.environ), ocrmypdf), cases, workers=workers, tell=tell)


def _write(path: Path | None, value: object) -> None:
    if path is not None:
        with _writing(path):
            path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(str(path), cause=type(error).__name__) from error
