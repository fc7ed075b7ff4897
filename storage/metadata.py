"""The one register of all tables, for modules that each define some of them."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
