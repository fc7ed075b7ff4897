"""Personal data is sealed, and looked up by keyed references.

Here the tables change their shape; nothing is lost: what stood in clear goes on in ``plain_…`` tables until
the program that opens the store, which has the keys, has sealed all of it row by row (``storage.sealing``).
Indexes that can be made from the documents are made again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText, append_only
from storage.sealing_state import START, STATE

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables, and say that rows wait to be sealed where there are any."""
    is_filled = op.get_bind().execute(sa.text("SELECT 1 FROM batches LIMIT 1")).first() is not None
    _set_aside()
    _documents()
    _index()
    _owners()
    if is_filled:
        facts = sa.table("facts", sa.column("name"), sa.column("value"))
        op.execute(facts.insert().values(name=STATE, value=START))
    else:
        op.drop_table("plain_versions")
        op.drop_table("plain_owner_numbers")


def _set_aside() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("update", "delete") if is_sqlite else ():
        op.execute(f"DROP TRIGGER document_versions_refuses_{verb}")
    if not is_sqlite:
        op.execute("DROP TRIGGER document_versions_only_grows ON document_versions")
    op.drop_index("owner_numbers_by_owner", "owner_numbers")
    for old, new in (("document_versions", "plain_versions"), ("owner_numbers", "plain_owner_numbers")):
        op.rename_table(old, new)
        if not is_sqlite:
            op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT {old}_pkey TO {new}_pkey")
    for table in ("parties", "name_tails", "owner_names"):
        op.drop_table(table)


def _documents() -> None:
    op.create_table(
        "document_versions",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    for statement in append_only("document_versions", dialect=op.get_bind().dialect.name):
        op.execute(statement)
    op.create_table(
        "document_keys",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "document_index",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("day", OrderedText, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("dossier", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
    )
    op.create_index("documents_by_day", "document_index", ["day", "document_serial"])
    for column in ("type", "dossier", "office"):
        op.create_index(f"documents_by_{column}", "document_index", [column, "day", "document_serial"])


def _index() -> None:
    op.create_table(
        "parties",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("relation", sa.String, nullable=False),
        sa.Column("number_ref", sa.String(32), nullable=False),
    )
    op.create_index("parties_by_number", "parties", ["number_ref", "document_serial", "role"])
    op.create_table(
        "names",
        sa.Column("id", Count, primary_key=True),
        sa.Column("name_ref", sa.String(32), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "name_tokens",
        sa.Column("token", sa.BigInteger, primary_key=True),
        sa.Column("name_id", Count, sa.ForeignKey("names.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "document_names",
        sa.Column("name_id", Count, sa.ForeignKey("names.id"), primary_key=True),
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("document_names_by_document", "document_names", ["document_serial"])


def _owners() -> None:
    op.create_table(
        "owner_numbers",
        sa.Column("number_ref", sa.String(32), primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("owner_id", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
    )
    op.create_index("owner_numbers_by_owner", "owner_numbers", ["owner_id"])
    op.create_table(
        "owner_names",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("owner_id", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
        sa.Column("match_ref", sa.String(32), nullable=False),
        sa.Column("said", sa.LargeBinary, nullable=False),
    )
    op.create_index("owner_names_by_owner", "owner_names", ["owner_id"])
    op.create_index("owner_names_by_match", "owner_names", ["match_ref", "owner_id"])
