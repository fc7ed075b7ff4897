"""Runs here use the one server of ``tests.prefect_server``."""

from tests.prefect_server import prefect_url, runs_told_to

__all__ = ["prefect_url", "runs_told_to"]
