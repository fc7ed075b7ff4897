"""Settings of watched folders: where taken files go, how long things must be quiet, what names say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dossier.declared_names import NAME_PATTERN, NamePattern
from dossier.errors import SettingsError
from storage.hot_folder.after import After
from storage.hot_folder.grouping import GroupRules
from storage.hot_folder.settling import Rhythm


class WatchShape(BaseModel):
    """What the outside may set; part of the one shape of all settings."""

    model_config = ConfigDict(extra="forbid")

    watch_done: Path | None = None
    watch_quarantine: Path | None = None
    watch_after: After = After.MOVE
    watch_names: str = NAME_PATTERN
    watch_end_mark: str = Field(default="_xong", pattern=r"^[^./\\][^/\\]{0,63}$")
    watch_needs_mark: bool = False
    watch_poll_seconds: float = Field(default=2.0, ge=0.1, le=3600)
    watch_quiet_seconds: float = Field(default=5.0, ge=0.1, le=3600)
    watch_folder_quiet_seconds: float = Field(default=20.0, ge=0, le=86_400)
    watch_loose_seconds: float = Field(default=10.0, ge=0, le=3600)
    watch_patience_seconds: float = Field(default=300.0, ge=1, le=86_400)
    watch_batch_files: int = Field(default=200, ge=1, le=10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """How a folder is watched where the command line says nothing else.

    Attributes:
        done, quarantine: where taken and refused files go; beside the watched folder when not set.
        after: what is done with taken files.
        rules: how names are understood.
        rhythm: how long things must be quiet.
        poll_seconds: time between two looks.
    """

    done: Path | None
    quarantine: Path | None
    after: After
    rules: GroupRules
    rhythm: Rhythm
    poll_seconds: float


def watch_settings(shape: WatchShape) -> WatchSettings:
    """The settings, checked.

    Raises:
        SettingsError: the pattern of names is none.
    """
    try:
        pattern = NamePattern(shape.watch_names)
    except ValueError as error:
        reason = (
            f"mẫu sai ở ký tự {error}: dùng {{dossier}} {{procedure}} {{owner}} {{rest}}, mỗi phần một lần"
        )
        raise SettingsError("MOTLAN_WATCH_NAMES", reason=reason) from error
    return WatchSettings(
        done=shape.watch_done.expanduser().absolute() if shape.watch_done else None,
        quarantine=shape.watch_quarantine.expanduser().absolute() if shape.watch_quarantine else None,
        after=shape.watch_after,
        rules=GroupRules(pattern=pattern, end_mark=shape.watch_end_mark, needs_mark=shape.watch_needs_mark),
        rhythm=Rhythm(
            quiet=shape.watch_quiet_seconds,
            group_quiet=shape.watch_folder_quiet_seconds,
            loose=shape.watch_loose_seconds,
            patience=shape.watch_patience_seconds,
            batch_files=shape.watch_batch_files,
        ),
        poll_seconds=shape.watch_poll_seconds,
    )
