"""``motlan serve``: one long-lived process that runs every batch."""

from __future__ import annotations

import sys

import typer

from cli.context import current


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("serve")(serve)


def serve(context: typer.Context) -> None:
    """Chạy thường trực: các lệnh 'ingest' sau đó giao việc cho tiến trình này, không phải khởi động lại."""
    from web.serve import serve as run

    services = current(context).services()
    services.create()
    sys.stdout.write(f"Đang phục vụ kho {services.settings.data} (Ctrl+C để dừng)\n")
    sys.stdout.flush()
    run(services)
