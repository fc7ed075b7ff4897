"""``motlan`` on a machine whose clock is wrong: by so many seconds as a file says, as soon as it says so.

Run as a file beside any release. Programs ask for the moment through the clock of ``Services`` alone; what
the kernel and libraries of the machine take for now stays right, and so do TLS and signatures of requests.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cli.main import main
from wiring.services import Services

FILE: Final = "MAU_CLOCK"
"""Variable with the name of the file."""


def skewed() -> datetime:
    """The moment, as this machine takes it."""
    try:
        seconds = float(Path(os.environ[FILE]).read_text("ascii"))
    except (OSError, ValueError):
        # Nobody has touched the clock, or does so just now.
        seconds = 0.0
    return datetime.now(UTC) + timedelta(seconds=seconds)


if __name__ == "__main__":
    (Services.__init__.__kwdefaults__ or {})["clock"] = skewed
    main()
