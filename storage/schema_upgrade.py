"""Bring an older database to the newest schema. The only user of alembic, which takes long to import."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.dossier_counts import count_after_upgrade
from storage.schema_rule import Step, keep_oldest, oldest_program


def upgrade(connection: Connection, *, revision: str, more_steps: Path | None = None) -> None:
    """Run the missing steps on an open writing transaction; a failure undoes all of them.

    Args:
        connection: in a transaction the caller commits.
        revision: the step to reach.
        more_steps: a folder with steps that follow those of this program.
    """
    with resources.as_file(resources.files("storage") / "migrations") as scripts:
        config = _config(scripts, more_steps)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        oldest = oldest_program(_steps(ScriptDirectory.from_config(config), revision))
    count_after_upgrade(connection)
    keep_oldest(connection, oldest if oldest < revision else "")


def _config(scripts: Path, more_steps: Path | None) -> Config:
    config = Config()
    # A percent sign in the path would be taken for a reference to another option.
    config.set_main_option("script_location", _plain(scripts))
    if more_steps is not None:
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"{_plain(scripts / 'versions')}\n{_plain(more_steps)}")
    return config


def _plain(path: Path) -> str:
    return str(path).replace("%", "%%")


def _steps(scripts: ScriptDirectory, revision: str) -> Sequence[Step]:
    """All steps up to one, the first one first; one that does not say that it expands contracts."""
    back = scripts.walk_revisions("base", revision)
    steps = [Step(one.revision, bool(getattr(one.module, "expands", False))) for one in back]
    return steps[::-1]
