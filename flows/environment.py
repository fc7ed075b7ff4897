"""What Prefect must be told before it is imported: keep quiet, stay here, use our folder.

Nothing goes out: the server's analytics call and the client's telemetry are switched off. Results are not
persisted in Prefect; only ids travel through it. Measured reasons stand in ``docs/decisions/0003``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

_IDLE_SERVICES: Final = (
    "CANCELLATION_CLEANUP",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "REPOSSESSOR",
    "SCHEDULER",
    "TRIGGERS",
)
"""Loops of the server for deployments, schedules, automations and limits, none of which we have."""


def prefect_environment(home: Path, *, secret: str, url: str = "") -> Mapping[str, str]:
    """The environment variables Prefect reads at import.

    Args:
        home: folder for Prefect's own database.
        secret: ``name:password`` shared by client and server of this process, so that no other account of
            the machine can talk to the server on the loopback address.
        url: API of a server that runs already; its own secret is then the operator's to set.
    """
    quiet = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_HOME": str(home),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        # One recorder transaction for many task runs: three times less server CPU for each task.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    }
    if url:
        # A server that falls silent in the middle of a run is given up soon: work would wait for what it may
        # as well never hear.
        return {
            **quiet,
            "PREFECT_API_URL": url,
            "PREFECT_API_REQUEST_TIMEOUT": "10",
            "PREFECT_CLIENT_MAX_RETRIES": "1",
        }
    return {
        **quiet,
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _IDLE_SERVICES},
        "PREFECT_SERVER_API_AUTH_STRING": secret,
        "PREFECT_API_AUTH_STRING": secret,
    }
