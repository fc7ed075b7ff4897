"""What entries are about, counts of the portal, owners without a number, one applicant for linked numbers."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

_TOLD = {
    "sqlite": ("json_extract(event, '$.subject')", "json_extract(event, '$.dossier')"),
    "postgresql": ("CAST(event AS json) ->> 'subject'", "CAST(event AS json) ->> 'dossier'"),
}
_ANSWERED = {
    "sqlite": "json_extract(event, '$.details.on') IS NOT NULL",
    "postgresql": "CAST(event AS json) -> 'details' ->> 'on' IS NOT NULL",
}
"""An entry with the answer for every component of a dossier; entries about other persons have no day."""


def upgrade() -> None:
    """Make the tables, and fill what is an index."""
    op.create_table(
        "journal_about",
        sa.Column("about", OrderedText, primary_key=True),
        sa.Column("number", Count, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "portal_counts",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("office", OrderedText, nullable=False),
        sa.Column("first", OrderedText, nullable=False),
        sa.Column("last", OrderedText, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("told_by", sa.String, nullable=False),
    )
    op.create_index("portal_counts_by_day", "portal_counts", ["first", "office"])
    op.create_table(
        "unnumbered_owners",
        sa.Column("owner_id", sa.String(36), sa.ForeignKey("owners.id"), primary_key=True),
        sa.Column("match_ref", sa.String(32), nullable=False),
        sa.Column("repeat_ref", OrderedText, nullable=False, unique=True),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
    )
    op.create_index("unnumbered_owners_by_match", "unnumbered_owners", ["match_ref", "owner_id"])
    subject, dossier = _TOLD[op.get_bind().dialect.name]
    op.execute(
        f"INSERT INTO journal_about (about, number) SELECT {subject}, number FROM journal "  # noqa: S608
        f"WHERE {subject} <> '' UNION SELECT {dossier}, number FROM journal "
        f"WHERE {dossier} <> '' AND event LIKE '%\"kind\":\"reuse.asked\"%' "
        f"AND {_ANSWERED[op.get_bind().dialect.name]}"
    )
    _join_applicants()


def _join_applicants() -> None:
    """Dossiers of one person under linked numbers are one applicant's: the first of the references."""
    bind = op.get_bind()
    numbers = sa.table("owner_numbers", sa.column("owner_id"), sa.column("number_ref"))
    dossiers = sa.table("dossiers", sa.column("applicant_ref"))
    applicants = sa.select(numbers.c.owner_id).join(
        dossiers, dossiers.c.applicant_ref == numbers.c.number_ref
    )
    bearers = set(bind.execute(applicants.distinct()).scalars())
    # A province has millions of linked numbers, and most of their bearers have no dossier here.
    for group in _groups(bind) if bearers else ():
        if not group & bearers:
            continue
        refs = bind.execute(sa.select(numbers.c.number_ref).where(numbers.c.owner_id.in_(group))).scalars()
        known = sorted(refs)
        if known:
            bind.execute(
                sa.update(dossiers).where(dossiers.c.applicant_ref.in_(known)).values(applicant_ref=known[0])
            )


def _groups(bind: sa.Connection) -> list[set[str]]:
    """Records that are one owner by the links that count."""
    links = sa.table(
        "owner_links",
        *(sa.column(name) for name in ("id", "action", "left_owner", "right_owner", "undoes")),
    )
    rows = bind.execute(sa.select(links)).all()
    undone = {row.undoes for row in rows if row.action == "unlink"}
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.action == "link" and row.id not in undone:
            beside[row.left_owner].add(row.right_owner)
            beside[row.right_owner].add(row.left_owner)
    groups: list[set[str]] = []
    left = set(beside)
    while left:
        group, frontier = set(), {left.pop()}
        while frontier:
            group |= frontier
            frontier = set().union(*(beside[one] for one in frontier)) - group
        groups.append(group)
        left -= group
    return groups
