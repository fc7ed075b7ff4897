"""What the one-stop software tells about dossiers, who their applicants are, and what was read for them."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from storage.columns import OrderedText
from storage.vault import vault_of

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_READ = '"kind":"document.read"'
_PURPOSE = "giai_quyet_thu_tuc"


def upgrade() -> None:
    """Make the tables, and fill from the dossiers and the journal what is an index of them."""
    op.add_column("dossiers", sa.Column("applicant_ref", OrderedText, nullable=False, server_default=""))
    op.create_index("dossiers_by_applicant", "dossiers", ["applicant_ref", "code"])
    op.create_table(
        "dossier_told",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("code", OrderedText, sa.ForeignKey("dossiers.code"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("told_by", sa.String, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("officer_ref", sa.String(32), nullable=False),
        sa.Column("personal", sa.Text, nullable=False),
    )
    op.create_index("dossier_told_by_code", "dossier_told", ["code", "version"], unique=True)
    op.create_table(
        "dossier_reads",
        sa.Column("code", OrderedText, primary_key=True),
        sa.Column("document_id", sa.String(36), primary_key=True),
    )
    _refer_to_applicants()
    _note_reads()


def _refer_to_applicants() -> None:
    bind = op.get_bind()
    dossiers = sa.table("dossiers", *(sa.column(name) for name in ("code", "persons", "applicant_ref")))
    for code, persons in bind.execute(sa.select(dossiers.c.code, dossiers.c.persons)).all():
        vault = vault_of(bind)
        told = json.loads(vault.unseal(persons, place=f"dossiers/{code}/persons"))
        reference = vault.reference("number", told[0][1]) if told else ""
        bind.execute(
            sa.update(dossiers).where(dossiers.c.code == code).values(applicant_ref=reference),
        )


def _note_reads() -> None:
    bind = op.get_bind()
    journal = sa.table("journal", sa.column("event"))
    reads = sa.table("dossier_reads", sa.column("code"), sa.column("document_id"))
    found = set()
    for (text,) in bind.execute(sa.select(journal.c.event).where(journal.c.event.contains(_READ))):
        event = json.loads(text)
        if event["dossier"] and event["purpose"] == _PURPOSE and not event["details"].get("listed"):
            found.add((event["dossier"], event["subject"]))
    for code, document in sorted(found):
        bind.execute(sa.insert(reads).values(code=code, document_id=document))
