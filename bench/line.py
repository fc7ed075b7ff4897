"""``make bench``: seconds per page of each stage on twenty sample pages, beside Tesseract alone and OCRmyPDF.

Everything in one run on one machine, one page after the other, one Tesseract thread: the ratios hold on any
machine. OCRmyPDF is measured where it is installed (``make bench`` puts it into ``.venv-bench``).
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from bench.measure import Cost, Stages, program
from bench.pages import write_pages
from dossier.errors import MotlanError
from extraction.document import understand_paper
from flows.capture import read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import silent
from flows.quarantine import set_aside
from flows.server import bring_up
from flows.submit import ingest
from signing.appearance import PdfRect
from storage.inbox import Declaration
from wiring.services import Services
from wiring.settings import read_settings

ROOT = Path(__file__).parent.parent
OWNER = "079186999401"
_ONE_THREAD = {"OMP_THREAD_LIMIT": "1"}


def main() -> int:
    """Measure, print the table, and leave it as JSON in ``bench/out/line.json``."""
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as name:
        folder = Path(name)
        scans = folder / "pages"
        scans.mkdir()
        pages = write_pages(scans)
        stages = _stages(folder / "stages", pages)
        plain = _line(folder / "plain", pages, with_prefect=False)
        flow = _line(folder / "flow", pages, with_prefect=True)
        rivals = {"tesseract --psm 3": _tesseract(pages, folder), **_ocrmypdf(pages, folder)}
    result = _result(len(pages), stages, plain=plain, flow=flow, rivals=rivals)
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    (out / "line.json").write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(_table(result))
    return 0


def _services(data: Path) -> Services:
    services = Services(read_settings({"MOTLAN_DATA": str(data), "MOTLAN_WORKERS": "1"}))
    services.create()
    return services


def _stages(data: Path, pages: Sequence[Path]) -> Mapping[str, Cost]:
    """Each stage by itself, one page after the other."""
    stages = Stages()
    with _services(data) as services:
        services.papers, services.signer, services.reader  # noqa: B018 - made before the clock runs
        for number, page in enumerate(pages, start=1):
            _one_page(services, page, stages=stages, work=data / f"bench-{number}")
    return stages.costs


def _one_page(services: Services, page: Path, *, stages: Stages, work: Path) -> None:
    work.mkdir()
    plain, signed, sealed = work / "a.pdf", work / "b.pdf", work / "c.pdf"
    with stages.stage("đọc cả trang (decode, clean, recognise)"):
        reading = services.reader.read(page, name=page.name, work=work / "read")
    spent = reading.stages[0]
    for name, cpu in (("decode", spent.decode), ("clean", spent.clean), ("recognise", spent.recognise)):
        stages.costs[f"  {name}"] = stages.costs.get(f"  {name}", Cost(0.0, 0.0)) + Cost(cpu, 0.0)
    first = reading.pages[0]
    with stages.stage("PDF/A-2b"):
        made = services.reader.write_pdfa(
            page,
            reading,
            pages=(1,),
            out=plain,
            title="bench",
            created=services.clock(),
            top_clear_mm=services.signer.room_needed_mm(first.width / first.dpi * 25.4),
        )
    occupied = [PdfRect(*rectangle) for rectangle in made.occupied]
    now = services.clock()
    stages.call(
        "chữ ký cán bộ (B-T)",
        lambda: services.signer.sign_as_officer(plain, signed, at=now, item=page.name, occupied=occupied),
    )
    stages.call("bóc tách (extract)", lambda: understand_paper(reading.pages, services.papers))
    stages.call(
        "chữ ký cơ quan (B-LTA)",
        lambda: services.signer.seal_as_organisation(signed, sealed, at=now, item=page.name),
    )
    stages.call("kiểm tra chữ ký (verify)", lambda: services.verify(sealed, at=services.clock()))
    with services.writing():
        stages.call("lưu kho (store)", lambda: services.store.blobs.put(sealed))


def _line(data: Path, pages: Sequence[Path], *, with_prefect: bool) -> Mapping[str, Cost]:
    """The whole batch in a process of its own; start-up of Prefect counted apart."""
    command = [sys.executable, "-m", "bench.one_batch", str(data), "flow" if with_prefect else "plain"]
    # The first start makes the folder and Prefect's database; the one that counts finds them.
    program([*command, "nothing"])
    started = program([*command, "nothing"])
    whole = program([*command, *(str(page) for page in pages)])
    return {"start": started, "whole": whole}


def run_batch(data: Path, pages: Sequence[Path], *, with_prefect: bool) -> None:
    """What the measured process does: the pages all the way, with or without Prefect."""
    with _services(data) as services:
        if with_prefect:
            _with_prefect(services, pages)
        elif pages:
            _without_prefect(services, pages)


def _with_prefect(services: Services, pages: Sequence[Path]) -> None:
    if pages:
        ingest(services, pages, declared=Declaration(owner=OWNER), listen=silent)
        return
    bring_up(services.settings.data)
    import flows.runs  # noqa: F401, PLC0415 - importing it is what is measured; the plain run must not load it


def _without_prefect(services: Services, pages: Sequence[Path]) -> None:
    with services.writing():
        for item in take_in(services, pages, declared=Declaration(owner=OWNER)).items:
            try:
                read_item(services, item, listen=silent)
                file_item(services, item, listen=silent)
            except MotlanError as error:
                set_aside(services, item, error, listen=silent)


def _tesseract(pages: Sequence[Path], folder: Path) -> Cost:
    """What a person would type; nothing is turned, cleaned, signed or stored."""
    total = Cost(0.0, 0.0)
    for page in pages:
        total += program(
            ["tesseract", str(page), str(folder / page.stem), "-l", "vie", "--psm", "3"],
            environment=_ONE_THREAD,
        )
    return total


def _ocrmypdf(pages: Sequence[Path], folder: Path) -> Mapping[str, Cost]:
    """OCRmyPDF on each page as a file of its own, PDF/A; nothing is extracted, signed or stored."""
    own = ROOT / ".venv-bench" / "bin" / "ocrmypdf"
    found = str(own) if own.exists() else shutil.which("ocrmypdf")
    if found is None:
        sys.stdout.write("OCRmyPDF KHÔNG được đo: chưa cài (make bench cài vào .venv-bench).\n")
        return {}
    total = Cost(0.0, 0.0)
    for page in pages:
        total += program(
            [found, "--rotate-pages", "--deskew", "-l", "vie", "--jobs", "1", "--output-type", "pdfa",
             str(page), str(folder / f"{page.stem}.pdf")],
            environment=_ONE_THREAD,
        )  # fmt: skip
    return {"ocrmypdf --rotate-pages --deskew": total}


def _result(
    count: int,
    stages: Mapping[str, Cost],
    *,
    plain: Mapping[str, Cost],
    flow: Mapping[str, Cost],
    rivals: Mapping[str, Cost],
) -> dict[str, object]:
    def rows(costs: Mapping[str, Cost]) -> list[dict[str, object]]:
        return [
            {"what": name, "cpu_per_page": cost.cpu / count, "wall_per_page": cost.wall / count}
            for name, cost in costs.items()
        ]

    without = plain["whole"].cpu - plain["start"].cpu
    with_prefect = flow["whole"].cpu - flow["start"].cpu
    return {
        "pages": count,
        "machine": f"{platform.machine()}, {platform.python_version()}",
        "stages": rows(stages),
        "whole_line": rows({"không Prefect": plain["whole"], "qua Prefect": flow["whole"]}),
        "prefect_start_cpu": flow["start"].cpu - plain["start"].cpu,
        "prefect_share_beyond_start": (with_prefect - without) / without,
        "rivals": rows(rivals),
    }


def _table(result: Mapping[str, object]) -> str:
    lines = [f"{result['pages']} trang, {result['machine']}; giây mỗi trang", f"{'':44}{'CPU':>8}{'thực':>8}"]
    for part in ("stages", "whole_line", "rivals"):
        rows = cast("list[dict[str, float | str]]", result[part])
        lines.append("")
        for row in rows:
            wall = f"{row['wall_per_page']:8.3f}" if row["wall_per_page"] else f"{'—':>8}"
            lines.append(f"{row['what']:44}{row['cpu_per_page']:8.3f}{wall}")
    lines += [
        "",
        f"Khởi động Prefect (một lần mỗi lệnh): {result['prefect_start_cpu']:.1f} giây CPU",
        f"Prefect thêm vào ngoài khởi động: {result['prefect_share_beyond_start']:.1%}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
