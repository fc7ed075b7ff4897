"""Settings to places and a database: what ``storage`` opens a store with."""

from __future__ import annotations

import calendar
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from dossier.ports import Clock
from wiring.place_settings import BucketSettings, FolderSettings, PlaceSettings
from wiring.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database
    from storage.layout import Layout
    from storage.pg_pool import PgPool
    from storage.places import Place
    from storage.store_parts import PlaceNeeds, StoreParts


def store_parts(settings: Settings) -> StoreParts:
    """Database and first place, as the settings choose them; nothing is opened yet.

    Whoever makes them closes them, which closes what was opened for all.
    """
    from storage import store_parts as desk  # noqa: PLC0415

    pools: list[PgPool] = []
    opening = Lock()

    def database(layout: Layout) -> Database:
        if settings.database is None:
            return desk.database_in_folder(layout)
        from storage.database import Database  # noqa: PLC0415
        from storage.pg_pool import PgPool  # noqa: PLC0415

        # A store is opened for every few papers: its connections stay.
        with opening:
            if not pools:
                pools.append(PgPool(settings.database.url, password=settings.database.password))
            return Database.on_pool(pools[0])

    def close() -> None:
        with opening:
            for pool in pools:
                pool.close()

    kept: list[Place] = []

    def first(needs: PlaceNeeds) -> Place:
        if settings.first_place is None:
            return desk.objects_in_folder(needs)
        if isinstance(settings.first_place, FolderSettings):
            return _place(settings.first_place, needs)
        # A client keeps its connections, whoever opens the store.
        if not kept:
            kept.append(_place(settings.first_place, needs))
        return kept[0]

    return desk.StoreParts(database=database, first=first, close=close)


def second_place(settings: Settings, clock: Clock) -> Place | None:
    """The place of second copies, if there is to be one; nothing is asked of it yet."""
    from storage.filesystem import SystemFiles  # noqa: PLC0415
    from storage.layout import Layout  # noqa: PLC0415
    from storage.store_parts import PlaceNeeds  # noqa: PLC0415

    if settings.second_place is None:
        return None
    needs = PlaceNeeds(layout=Layout(settings.data), files=SystemFiles(), clock=clock, read_only=False)
    return _place(settings.second_place, needs)


def years_later(at: datetime, years: int) -> datetime:
    """The same day and time so many years later; 29 February becomes 28 where there is none."""
    year = at.year + years
    day = 28 if (at.month, at.day) == (2, 29) and not calendar.isleap(year) else at.day
    return at.replace(year=year, day=day)


def _place(chosen: PlaceSettings, needs: PlaceNeeds) -> Place:
    if isinstance(chosen, FolderSettings):
        from storage.folder_place import folder_place  # noqa: PLC0415

        return folder_place(chosen.name, chosen.path, files=needs.files, read_only=needs.read_only)
    return _bucket(chosen, needs)


def _bucket(chosen: BucketSettings, needs: PlaceNeeds) -> Place:
    from storage.s3 import Keeping  # noqa: PLC0415
    from storage.s3_client import S3Place  # noqa: PLC0415
    from storage.s3_encryption import ServerEncryption  # noqa: PLC0415
    from storage.s3_place import bucket_place  # noqa: PLC0415

    return bucket_place(
        chosen.name,
        S3Place(
            endpoint=chosen.endpoint,
            bucket=chosen.bucket,
            access_key=chosen.access_key,
            secret_key=chosen.secret_key,
            region=chosen.region,
            secure=chosen.secure,
            ca=chosen.ca,
            path_style=chosen.path_style,
            timeout_s=chosen.timeout_s,
            encryption=ServerEncryption(key_id=chosen.kms_key) if chosen.encryption else None,
        ),
        keeping=Keeping(mode=chosen.mode, until=lambda at: years_later(at, chosen.years)),
        work=needs.layout.work,
        clock=needs.clock,
    )
