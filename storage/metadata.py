"""Where every table of the store is known by its name; the tables are in ``storage.schema`` and beside it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

metadata: Final = MetaData()
