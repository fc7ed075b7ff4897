"""Bring an older database to the newest schema. The only user of alembic, which takes long to import."""

from __future__ import annotations

from importlib import resources

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.dossier_counts import count_after_upgrade


def upgrade(connection: Connection, *, revision: str) -> None:
    """Run the missing steps on an open writing transaction; a failure undoes all of them.

    Args:
        connection: in a transaction the caller commits.
        revision: the step to reach.
    """
    with resources.as_file(resources.files("storage") / "migrations") as scripts:
        config = Config()
        # A percent sign in the path would be taken for a reference to another option.
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    count_after_upgrade(connection)
