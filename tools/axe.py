"""``python -m tools.axe``: fetch axe-core, by which tests of the station look for faults of accessibility.

Fetched once by npm into ``.interop/axe``, compared with the digest below, never committed. Without npm or
network nothing is broken: the reason is said, and the tests that need it say what they leave out.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
"""Of the package as npm gives it."""
PLACE = Path(__file__).parents[1] / ".interop" / "axe" / f"axe-{VERSION}.min.js"
LIMIT_S = 60


def fetch() -> str:
    """Put the script in its place; gives why it could not, nothing when it is there."""
    if PLACE.is_file():
        return ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["npm", "pack", "--silent", f"axe-core@{VERSION}"],
                cwd=folder,
                check=True,
                timeout=LIMIT_S,
                capture_output=True,
            )
            (package,) = Path(folder).glob("*.tgz")
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            return f"không tải được axe-core bằng npm ({type(error).__name__})"
        content = package.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        return "axe-core tải về không đúng mã băm"
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        found = archive.extractfile("package/axe.min.js")
        script = found.read() if found else b""
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_bytes(script)
    return ""


if __name__ == "__main__":
    if why := fetch():
        sys.stderr.write(f"!! {why}: các phép thử khả năng tiếp cận sẽ bị bỏ qua.\n")
