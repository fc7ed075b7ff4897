"""What Prefect itself costs for a batch of twenty files beyond its start: the same tasks, no work in them.

CPU seconds of two programs that run beside each other on two hardware threads of one core are inflated by
each other; tasks without work show the orchestrator's own share, the server's until its queue is empty.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

from flows.server import bring_up

FILES = 20
_DRAIN_SECONDS = 8
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the CPU seconds of twenty files, two tasks each."""
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as folder:
        bring_up(Path(folder))
        server = int((Path(folder) / "prefect" / "server.pid").read_text(encoding="ascii").split()[0])
        from prefect import flow, task  # noqa: PLC0415 - its environment is set by bringing it up
        from prefect.futures import PrefectFuture  # noqa: PLC0415
        from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner  # noqa: PLC0415

        @task(name="read", persist_result=False)
        def read(item: str) -> str:
            return item

        @task(name="file", persist_result=False)
        def file(item: str) -> str:
            return item

        runner = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner[Any](max_workers=1))

        @flow(name="empty-batch", task_runner=runner)
        def batch() -> int:
            for number in range(FILES):
                file(read.submit(f"{number}").result())
            return FILES

        batch()
        time.sleep(_DRAIN_SECONDS)
        before = time.process_time() + _seconds(server)
        batch()
        time.sleep(_DRAIN_SECONDS)
        spent = time.process_time() + _seconds(server) - before
    sys.stdout.write(
        f"{FILES} tệp, {2 * FILES} bước rỗng qua Prefect: {spent:.2f} giây CPU (máy chủ tính cả)\n"
    )
    return 0


def _seconds(pid: int) -> float:
    """CPU seconds of another process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


if __name__ == "__main__":
    sys.exit(main())
