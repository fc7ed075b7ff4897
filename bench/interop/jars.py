"""``python -m bench.interop.jars``: fetch and compile what the validators in Java need, once.

Maven resolves ``pom.xml`` into ``.interop/<key>/jars``, javac puts the runner beside it into ``classes``. The
key is the digest of pom and sources, so that a change of either makes a new folder. Without Java, Maven or
network nothing is broken: the reason is said, and whoever needs the folder does not find it.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CACHE = ROOT / ".interop"
PROGRAMS = ("java", "javac", "mvn")
LIMIT_S = 240.0


@dataclass(frozen=True, slots=True)
class JarsMissingError(Exception):
    """The validators in Java cannot be had here.

    Attributes:
        reason: why, in words for a person.
    """

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Jars:
    """A folder that is complete.

    Attributes:
        folder: holds ``jars`` and ``classes``.
    """

    folder: Path

    @property
    def class_path(self) -> str:
        """For ``java -cp``."""
        return f"{self.folder / 'classes'}:{self.folder / 'jars'}/*"

    def version_of(self, artifact: str) -> str:
        """Version of a library by its file name; empty if it is not among them."""
        names = [path.stem for path in (self.folder / "jars").glob(f"{artifact}-[0-9]*.jar")]
        return names[0].removeprefix(f"{artifact}-") if names else ""


def find_jars(cache: Path = CACHE) -> Jars:
    """What an earlier call of :func:`fetch_jars` made.

    Raises:
        JarsMissingError: it has not been made yet, or there is no Java to run it.
    """
    if shutil.which("java") is None:
        raise JarsMissingError("máy không có java")
    folder = cache / _key()
    if not folder.is_dir():
        raise JarsMissingError(
            "chưa tải veraPDF và EU DSS; chạy make interop hoặc python -m bench.interop.jars"
        )
    return Jars(folder)


def fetch_jars(cache: Path = CACHE, *, limit_s: float = LIMIT_S, search: str | None = None) -> Jars:
    """Make the folder unless it is there; never leaves half of it under its name.

    Args:
        cache: where the folders lie.
        limit_s: how long Maven and the compiler may take together, in seconds.
        search: where to look for the programs, like ``PATH``, which is the default.

    Raises:
        JarsMissingError: with the reason.
    """
    folder = cache / _key()
    if folder.is_dir():
        return find_jars(cache)
    found = {program: shutil.which(program, path=search) for program in PROGRAMS}
    missing = [program for program, path in found.items() if path is None]
    if missing:
        raise JarsMissingError(f"máy không có {', '.join(missing)}")
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=cache))
    try:
        _make(work, maven=str(found["mvn"]), compiler=str(found["javac"]), until=time.monotonic() + limit_s)
        work.rename(folder)
    except OSError as error:
        if not folder.is_dir():
            raise JarsMissingError(f"không ghi được {cache.name} ({type(error).__name__})") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Jars(folder)


def _make(work: Path, *, maven: str, compiler: str, until: float) -> None:
    jars, classes = work / "jars", work / "classes"
    _run(
        [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
         f"-DoutputDirectory={jars}"],
        until=until,
        doing="Maven không tải được veraPDF và EU DSS",
    )  # fmt: skip
    sources = [str(path) for path in _sources()]
    _run(
        [compiler, "-encoding", "UTF-8", "-d", str(classes), "-cp", f"{jars}/*", *sources],
        until=until,
        doing="không dịch được chương trình Java",
    )


def _run(command: list[str], *, until: float, doing: str) -> None:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=max(1.0, until - time.monotonic()),
        )
    except subprocess.TimeoutExpired as error:
        raise JarsMissingError(f"{doing} trong thời hạn") from error
    if done.returncode:
        last = [
            line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line or "error" in line
        ]
        raise JarsMissingError(f"{doing}: {last[0] if last else done.returncode}")


def _sources() -> list[Path]:
    return sorted((HERE / "java").glob("*.java"))


def _key() -> str:
    digest = hashlib.sha256()
    for path in (HERE / "pom.xml", *_sources()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def main() -> int:
    """Always 0: what cannot be had is said loudly, and the tests that need it say so again."""
    parser = argparse.ArgumentParser(prog="python -m bench.interop.jars")
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="thời hạn, giây")
    asked = parser.parse_args()
    try:
        jars = fetch_jars(limit_s=asked.limit)
    except JarsMissingError as error:
        sys.stdout.write(f"!! veraPDF và EU DSS KHÔNG CHẠY ĐƯỢC: {error}.\n")
        return 0
    dss, verapdf = jars.version_of("dss-validation"), jars.version_of("validation-model-jakarta")
    sys.stdout.write(f"veraPDF {verapdf} và EU DSS {dss} đã sẵn sàng.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
