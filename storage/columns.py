"""Kinds of columns that are the same thing under two databases, and tables that only ever grow."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Integer, Text

Count: Final = BigInteger().with_variant(Integer(), "sqlite")
"""Numbers of rows and bytes; SQLite's integers are of any size."""

OrderedText: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared by code points, whatever language the database server speaks."""


_REFUSAL: Final = (
    "CREATE OR REPLACE FUNCTION motlan_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
)


def append_only(table: str, *, dialect: str) -> tuple[str, ...]:
    """The statements that make the database refuse to change or remove rows of the table."""
    if dialect == "postgresql":
        trigger = (
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION motlan_only_grows()"
        )
        return _REFUSAL, trigger
    return tuple(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        for verb in ("UPDATE", "DELETE")
    )
