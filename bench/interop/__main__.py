"""``make interop``: our signed files before pdfsig, openssl, qpdf, veraPDF and EU DSS.

Signed files of many kinds are made, and the sample dossiers go through the whole line; every file that we
call passed is shown to every validator that can run here. Canaries that must be refused show that each of
them can say no. Prints a table, writes it to ``bench/out/interop.json``, says loudly what could not run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.interop import programs
from bench.interop.canaries import NO_PDFA, STRANGER, Canary, canaries
from bench.interop.compare import Court, Tally
from bench.interop.jars import ROOT, Jars, JarsMissingError, fetch_jars
from bench.interop.java import JavaFailedError, JavaValidators
from bench.interop.makings import BOTH, SignedFile, Workshop
from bench.interop.samples_line import digitise
from wiring.services import Services
from wiring.settings import read_settings

FILES = 65
_LATER = timedelta(minutes=5)
"""Between signing and verification, so that no stamp lies in the future."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nobody disagrees and every canary is refused; 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench.interop")
    parser.add_argument("--files", type=int, default=FILES, help="số tệp ký thử")
    parser.add_argument("--no-line", action="store_true", help="bỏ qua hồ sơ mẫu đi qua cả dây chuyền")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "interop.json")
    asked = parser.parse_args(arguments)
    rows: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(prefix="motlan-interop-") as name, _validators() as (java, jars):
        absent = frozenset(tool for tool in programs.TOOLS if shutil.which(tool) is None)
        for tool in sorted(absent):
            sys.stdout.write(f"!! {tool} KHÔNG CHẠY ĐƯỢC: máy không có chương trình này.\n")
        try:
            birds = _made_files(Path(name), asked.files, rows, java=java, absent=absent)
            if not asked.no_line:
                _whole_line(Path(name) / "line", rows, java=java, absent=absent)
        except JavaFailedError as error:
            sys.stdout.write(f"!! Tiến trình Java của veraPDF và EU DSS hỏng giữa chừng: {error}.\n")
            return 1
    versions = {tool: programs.version(how) for tool, how in programs.TOOLS.items() if tool not in absent}
    if jars is not None:
        versions["veraPDF"] = jars.version_of("validation-model-jakarta")
        versions["EU DSS"] = jars.version_of("dss-validation")
    sys.stdout.write(_table(rows, birds, versions))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(_record(rows, birds, versions), indent=1, ensure_ascii=False), "utf-8")
    return 0 if _in_order(rows, birds) else 1


@contextmanager
def _validators() -> Iterator[tuple[JavaValidators | None, Jars | None]]:
    """The validators in Java, or the reason why not, said loudly."""
    with ExitStack() as stack:
        try:
            jars = fetch_jars()
        except JarsMissingError as error:
            sys.stdout.write(f"!! veraPDF và EU DSS KHÔNG CHẠY ĐƯỢC: {error}.\n")
            yield None, None
            return
        yield stack.enter_context(JavaValidators(jars)), jars


def _made_files(
    folder: Path, count: int, rows: dict[str, Tally], *, java: JavaValidators | None, absent: frozenset[str]
) -> list[Canary]:
    now = datetime.now(UTC).replace(microsecond=0) - 2 * _LATER
    with Workshop(folder, now=now) as workshop:
        court = Court(
            trust=workshop.trust,
            roots=(workshop.root,),
            crls=workshop.crls,
            at=now + _LATER,
            java=java,
            absent=absent,
        )
        sealed: SignedFile | None = None
        for signed in workshop.make(count):
            court.examine(signed, rows)
            sealed = sealed or (signed if signed.kind == BOTH else None)
        if sealed is None:
            return []
        return list(canaries(sealed.file, court=court, stranger=STRANGER, no_pdfa=NO_PDFA, folder=folder))


def _whole_line(
    folder: Path, rows: dict[str, Tally], *, java: JavaValidators | None, absent: frozenset[str]
) -> None:
    folder.mkdir()
    data = folder / "data"
    with Services(read_settings({"MOTLAN_DATA": str(data)})) as services:
        files = list(digitise(services, folder))
        pki = data / "demo-pki"
        court = Court(
            trust=services.trust,
            roots=(pki / "root.pem", STRANGER),
            crls=(pki / "root.crl", pki / "issuing.crl"),
            at=services.clock(),
            java=java,
            absent=absent,
        )
        for signed in files:
            court.examine(signed, rows)


def _in_order(rows: Mapping[str, Tally], birds: Sequence[Canary]) -> bool:
    complete = bool(rows) and all(row.checked and not row.disagreements for row in rows.values())
    return complete and bool(birds) and all(bird.refused for bird in birds)


def _record(
    rows: Mapping[str, Tally], birds: Sequence[Canary], versions: Mapping[str, str]
) -> dict[str, object]:
    return {
        "versions": dict(versions),
        "rows": [
            {"what": name, "checked": row.checked, "agreed": row.agreed, "disagreements": row.disagreements}
            for name, row in rows.items()
        ],
        "canaries": [{"tool": bird.tool, "what": bird.what, "refused": bird.refused} for bird in birds],
    }


def _table(rows: Mapping[str, Tally], birds: Sequence[Canary], versions: Mapping[str, str]) -> str:
    lines = [f"{name:10}{version}" for name, version in versions.items()]
    lines.append("")
    for name, row in rows.items():
        lines.append(f"{name:52}{row.agreed:5}/{row.checked}")
        lines += [f"    KHÔNG KHỚP: {one}" for one in row.disagreements]
    refused = sum(bird.refused for bird in birds)
    lines += ["", f"{'Tệp đối chứng bị từ chối':52}{refused:5}/{len(birds)}"]
    lines += [f"    LỌT: {bird.tool}: {bird.what}" for bird in birds if not bird.refused]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
