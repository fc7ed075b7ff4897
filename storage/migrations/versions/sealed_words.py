"""Written reasons are sealed, and of a destroyed paper only the shape of its history can be read.

What acts about keeping said stood in clear in their own rows, which never change. It moves to a table beside
them, where it is sealed and moves with the keys; until the program that opens the store has sealed it row by
row (``storage.sealing``), it stands in ``plain_act_words``. Papers destroyed before lose their key then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count
from storage.sealing_state import ACTS, STATE, SealingState, state_from_text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FACTS = sa.table("facts", sa.column("name"), sa.column("value"))


def upgrade() -> None:
    """Make the tables, and say that rows wait to be sealed where there are any."""
    op.create_table(
        "act_words",
        sa.Column("act_serial", Count, sa.ForeignKey("keeping_acts.serial"), primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_table(
        "destroyed_versions",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "plain_act_words",
        sa.Column("act_serial", Count, primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.execute("INSERT INTO plain_act_words (act_serial, words) SELECT serial, details FROM keeping_acts")
    op.execute("ALTER TABLE keeping_acts DROP COLUMN details")
    _say_what_waits()


def _say_what_waits() -> None:
    """A store whose other rows wait to be sealed comes to these by itself; any other is sent here."""
    bind = op.get_bind()
    state = bind.execute(sa.select(_FACTS.c.value).where(_FACTS.c.name == STATE)).scalar()
    if state is not None and not state_from_text(state).is_past(ACTS):
        return
    if bind.execute(sa.text("SELECT 1 FROM plain_act_words LIMIT 1")).first() is None:
        op.drop_table("plain_act_words")
        return
    here = SealingState(ACTS).as_text()
    if state is None:
        op.execute(_FACTS.insert().values(name=STATE, value=here))
    else:
        op.execute(_FACTS.update().where(_FACTS.c.name == STATE).values(value=here))
