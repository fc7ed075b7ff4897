"""The tables. ``storage/migrations`` makes the same, step by step; a test compares the two.

Four tables only ever grow, and the database itself refuses anything else: the journal, the versions of
documents, the history of links between owners and the acts about keeping. The rest is either what a record
says now or an index that could be made again from the versions.

Personal data stands in no column as it is: a ``…_ref`` is a keyed reference, a name is found by keyed tokens,
and values that must be read back are sealed (``storage.vault``). Columns that hold what is sealed say so.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    event,
)

# Kept in files of their own; imported so that whoever has the schema has all of it.
from rulebook.place_count import MARKS
from storage import (  # noqa: F401
    arrange_tables,
    aside_tables,
    bundle_tables,
    campaign_tables,
    check_tables,
    counter_tables,
    desk_tables,
    quality_tables,
    same_tables,
    search_tables,
    service_tables,
    staff_tables,
    tray_tables,
    work_tables,
)
from storage.columns import Count, OrderedText, append_only
from storage.metadata import metadata as register

REVISION: Final = "0035"
"""The newest migration: the version of the schema this program reads and writes."""

metadata: Final = register
"""With the tables of this module and of those above in it."""

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("received_at", String, nullable=False),
    Column("dossier", String, nullable=False),
    Column("procedure", String, nullable=False),
    # Sealed: an identity number.
    Column("owner", String, nullable=False),
    Index("batches_by_moment", "received_at", "id"),
)

items = Table(
    "items",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Count, nullable=False),
    # Sealed: file names hold names of people.
    Column("name", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("error_code", String, nullable=False),
    Column("pages", Integer, nullable=False),
    Index("items_by_object", "sha256"),
)

item_origins = Table(
    "item_origins",
    metadata,
    # A row for each file of which anything is known. Accounts are ids; devices are no persons.
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("operator", String, nullable=False),
    Column("device", String, nullable=False),
    # Legal form said for all its papers, and 1 where they were compared with the originals.
    Column("form", String, nullable=False),
    Column("compared", Integer, nullable=False),
)

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True),
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("position", Integer, nullable=False),
)

declared_counts = Table(
    "declared_counts",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True),
    Column("papers", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    # Grows with every new document, so it is the order of capture and the key that pages are cut by.
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("first_page", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("state", String, nullable=False),
    # Keyed reference of the code, which begins with the owner's number.
    Column("result_code", String, nullable=True, unique=True),
    CheckConstraint("version > 0", name="version_from_one"),
    Index("documents_by_item", "item_id", "first_page"),
    Index("documents_by_state", "state", "serial"),
    sqlite_autoincrement=True,
)

versions = Table(
    "document_versions",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("version", Integer, primary_key=True),
    # Sealed with the key of the document.
    Column("body", LargeBinary, nullable=False),
)

destroyed_versions = Table(
    "destroyed_versions",
    metadata,
    # What is left of the versions of a destroyed paper, whose own bodies nobody can read any more.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("version", Integer, primary_key=True),
    # Sealed with the key that the document got when it was destroyed.
    Column("body", LargeBinary, nullable=False),
)

document_keys = Table(
    "document_keys",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    # Which key of the ring the document's own key is wrapped with.
    Column("key_id", String(32), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

object_keys = Table(
    "object_keys",
    metadata,
    # Keyed reference of the SHA-256 of the plain bytes, by which records name the object.
    Column("ref", String(32), primary_key=True),
    # SHA-256 of the enciphered bytes, under which places keep them.
    Column("stored", OrderedText, nullable=False, unique=True),
    # Which key of the ring the object's own key is wrapped with.
    Column("key_id", String(32), nullable=False),
    # The object's own key, hash and size of the plain bytes.
    Column("wrapped", LargeBinary, nullable=False),
    # When somebody last wanted to put these bytes (ISO 8601 in UTC).
    Column("since", OrderedText, nullable=False),
    # 1 while an object of before is enciphered: until that is read back, its plain bytes are what counts.
    Column("pending", Integer, nullable=False),
)

keyless_objects = Table(
    "keyless_objects",
    metadata,
    # Enciphered bytes whose key a disposal destroyed and that some place may still hold, under a lock.
    Column("stored", OrderedText, primary_key=True),
    Column("sha256", OrderedText, nullable=False),
    # ISO 8601 in UTC.
    Column("since", OrderedText, nullable=False),
    Index("keyless_objects_by_object", "sha256"),
)

document_index = Table(
    "document_index",
    metadata,
    # What the newest version is looked up by; order of lists is the day of filing, then the order of capture.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("day", OrderedText, nullable=False),
    Column("type", String, nullable=False),
    Column("dossier", String, nullable=False),
    Column("office", String, nullable=False),
    Index("documents_by_day", "day", "document_serial"),
    Index("documents_by_type", "type", "day", "document_serial"),
    Index("documents_by_dossier", "dossier", "day", "document_serial"),
    Index("documents_by_office", "office", "day", "document_serial"),
)

parties = Table(
    "parties",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String, nullable=False),
    Column("relation", String, nullable=False),
    Column("number_ref", String(32), nullable=False),
    Index("parties_by_number", "number_ref", "document_serial", "role"),
)

names = Table(
    "names",
    metadata,
    # Each name once, in the order the names became known; the name itself stands in the papers alone.
    Column("id", Count, primary_key=True),
    Column("name_ref", String(32), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

name_tokens = Table(
    "name_tokens",
    metadata,
    # Of every run of words of a name, accented and bare, whole and cut off in its last word.
    Column("token", BigInteger, primary_key=True),
    Column("name_id", ForeignKey("names.id"), primary_key=True),
    sqlite_with_rowid=False,
)

document_names = Table(
    "document_names",
    metadata,
    Column("name_id", ForeignKey("names.id"), primary_key=True),
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Index("document_names_by_document", "document_serial"),
    sqlite_with_rowid=False,
)

owners = Table(
    "owners",
    metadata,
    # The order in which they became known; the oldest of linked records gives the owner its id.
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    sqlite_autoincrement=True,
)

owner_numbers = Table(
    "owner_numbers",
    metadata,
    Column("number_ref", String(32), primary_key=True),
    # Sealed.
    Column("number", Text, nullable=False),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("kind", String, nullable=False),
    # ISO 8601 in UTC; empty where the paper's record does not tell when it was filed.
    Column("since", String, nullable=False),
    Column("document_id", String(36), nullable=False),
    Index("owner_numbers_by_owner", "owner_id"),
)

owner_names = Table(
    "owner_names",
    metadata,
    # What the newest version of a filed document says about the bearer of a number.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    # Reference of family name, given name and birth year: records that may be one person share it. Empty
    # without a year.
    Column("match_ref", String(32), nullable=False),
    # Sealed with the key of the document: name, birth, sex, parents, residence.
    Column("said", LargeBinary, nullable=False),
    Index("owner_names_by_owner", "owner_id"),
    Index("owner_names_by_match", "match_ref", "owner_id"),
)

owner_proposals = Table(
    "owner_proposals",
    metadata,
    # Pairs worth judging, in the order found; whether they still are is judged when they are asked for.
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("left_owner", ForeignKey("owners.id"), nullable=False),
    Column("right_owner", ForeignKey("owners.id"), nullable=False),
    Index("owner_proposals_by_left", "left_owner"),
    Index("owner_proposals_by_right", "right_owner"),
)

owner_links = Table(
    "owner_links",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("action", String, nullable=False),
    Column("left_owner", ForeignKey("owners.id"), nullable=False),
    Column("right_owner", ForeignKey("owners.id"), nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("because", Text, nullable=False),
    Column("document_id", String(36), nullable=False),
    # A link is undone at most once; entries that undo nothing are no duplicates of each other.
    Column("undoes", String(36), nullable=True, unique=True),
    Index("owner_links_by_left", "left_owner"),
    Index("owner_links_by_right", "right_owner"),
)

evidence = Table(
    "evidence",
    metadata,
    # How long the file of a filed document lasts. An index: it can be made again from the objects.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("object_sha256", String(64), nullable=False),
    Column("level", String, nullable=False),
    Column("life_reason", String, nullable=False),
    # Moments in ISO 8601 in UTC, days in ISO 8601.
    Column("holds_until", String, nullable=True),
    Column("stamped_at", String, nullable=True),
    Column("stamp_ends", String, nullable=True),
    Column("digests", String, nullable=False),
    Column("longest_days", Integer, nullable=False),
    Column("ends", String, nullable=True),
    Column("reason", String, nullable=False),
    Column("due", String, nullable=True),
    Column("notes", String, nullable=False),
    Column("rules", String, nullable=False),
    Index("evidence_by_due", "due", "document_serial", "ends"),
    Index("evidence_by_end", "ends", "reason"),
    Index("evidence_by_reason", "reason", "ends"),
    Index("evidence_by_rules", "digests", "rules"),
)

steps = Table(
    "steps",
    metadata,
    Column("key", String, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Index("steps_by_object", "sha256"),
)

document_objects = Table(
    "document_objects",
    metadata,
    # Every object that any version of a document names.
    Column("sha256", OrderedText, primary_key=True),
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Index("document_objects_by_document", "document_serial"),
)

copies = Table(
    "copies",
    metadata,
    # Objects that another place does not hold yet; a row goes when the copy was read back.
    Column("place", OrderedText, primary_key=True),
    Column("sha256", OrderedText, primary_key=True),
    Column("state", String, nullable=False),
    Column("since", OrderedText, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", OrderedText, nullable=False),
    Column("error_code", String, nullable=False),
    Index("copies_by_turn", "place", "state", "next_try", "sha256"),
)

fixity = Table(
    "fixity",
    metadata,
    # The last check of each object in each place; an empty time: never checked.
    Column("place", OrderedText, primary_key=True),
    Column("sha256", OrderedText, primary_key=True),
    Column("since", OrderedText, nullable=False),
    Column("checked_at", OrderedText, nullable=False),
    Column("outcome", String, nullable=False),
    Index("fixity_by_age", "place", "checked_at", "sha256"),
    Index("fixity_by_outcome", "outcome", "sha256"),
)

locks = Table(
    "locks",
    metadata,
    # What each object needs of its lock in each place that can lock, and what it has there.
    Column("place", OrderedText, primary_key=True),
    Column("sha256", OrderedText, primary_key=True),
    # Last day of the longest term, 9999-12-31 for permanent ones; empty: no term is known.
    Column("wanted", OrderedText, nullable=False),
    Column("is_open", Integer, nullable=False),
    Column("hold", Integer, nullable=False),
    # What the place was last known to keep; an empty time or no value: not known.
    Column("until", OrderedText, nullable=False),
    Column("holds", Integer, nullable=True),
    # When to look again; since when it is owed, empty when it is not.
    Column("due", OrderedText, nullable=False),
    Column("since", OrderedText, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error_code", String, nullable=False),
    Index("locks_by_turn", "place", "due", "sha256"),
    Index("locks_by_wait", "place", "since"),
)

locks_pending = Table(
    "locks_pending",
    metadata,
    # Papers that were filed, corrected, held or let go, and whose objects were not looked at since.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("since", OrderedText, nullable=False),
)

stamps_pending = Table(
    "stamps_pending",
    metadata,
    # A row exactly for the documents whose newest version waits for its stamp; see storage/stamps.py.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    # ISO 8601 in UTC; empty where the record does not tell.
    Column("since", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    # ISO 8601 in UTC; empty: at once.
    Column("next_try", String, nullable=False),
    Column("error_code", String, nullable=False),
    Index("stamps_pending_by_since", "since", "document_serial"),
)

counters = Table(
    "result_code_counters",
    metadata,
    # Keyed reference of what the codes begin with.
    Column("prefix", String, primary_key=True),
    Column("last", Integer, nullable=False),
)

destroyed_objects = Table(
    "destroyed_objects",
    metadata,
    # Objects that a disposal took away; records that are older than it still name them.
    Column("sha256", OrderedText, primary_key=True),
)

keeping_acts = Table(
    "keeping_acts",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("act", String, nullable=False),
    # Id of a document, or a dossier code.
    Column("target", String, nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Index("keeping_acts_by_case", "case_id"),
    Index("keeping_acts_by_target", "target"),
    Index("keeping_acts_by_act", "act", "serial"),
)

act_words = Table(
    "act_words",
    metadata,
    # Beside the acts, which never change: these move when keys do.
    Column("act_serial", ForeignKey("keeping_acts.serial"), primary_key=True),
    # Sealed: reasons and what people were told, in their own words.
    Column("words", Text, nullable=False),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("code", OrderedText, primary_key=True),
    Column("procedure", String, nullable=False),
    Column("received_on", String, nullable=False),
    # Sealed: the persons with their identity numbers.
    Column("persons", Text, nullable=False),
    Column("registered_by", String, nullable=False),
    Column("registered_at", String, nullable=False),
    Column("closed_at", String, nullable=True),
    # Keyed reference of the applicant, the first of those of linked numbers: reports go through dossiers
    # person by person.
    Column("applicant_ref", OrderedText, nullable=False, server_default=""),
    Index("dossiers_by_applicant", "applicant_ref", "code"),
)

dossier_told = Table(
    "dossier_told",
    metadata,
    # Code and version: every version of what the one-stop software told stays.
    Column("id", OrderedText, primary_key=True),
    Column("code", OrderedText, ForeignKey("dossiers.code"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("told_by", String, nullable=False),
    # Canonical JSON of codes and moments; see storage/told_bodies.py.
    Column("facts", Text, nullable=False),
    # Keyed reference of who handled it.
    Column("officer_ref", String(32), nullable=False),
    # Sealed: result papers and codes of results, which may tell whose they are.
    Column("personal", Text, nullable=False),
    Index("dossier_told_by_code", "code", "version", unique=True),
)

dossier_reads = Table(
    "dossier_reads",
    metadata,
    # Papers that were read for a dossier. An index: it can be made again from the journal.
    Column("code", OrderedText, primary_key=True),
    Column("document_id", String(36), primary_key=True),
    Index("dossier_reads_by_document", "document_id"),
)

dossier_counts = Table(
    "dossier_counts",
    metadata,
    # What figures count of a registered dossier, in the order that reports read it. An index: it can be made
    # again from the other tables; see storage/dossier_counts.py. Moments and lengths are microseconds.
    Column("office", OrderedText, primary_key=True),
    Column("level", OrderedText, primary_key=True),
    # Of reception in Vietnam, ISO 8601.
    Column("day", OrderedText, primary_key=True),
    Column("code", OrderedText, primary_key=True),
    Column("procedure", String, nullable=False),
    Column("channel", Integer, nullable=False),
    # Keyed references, empty when not known.
    Column("applicant_ref", OrderedText, nullable=False),
    Column("officer_ref", String(32), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    # As told; without one the rules say it when a report is made.
    Column("promised_at", BigInteger, nullable=True),
    # End of handling less what the citizen took.
    Column("until", BigInteger, nullable=True),
    Column("taken", BigInteger, nullable=False),
    Column("ended", Integer, nullable=False),
    Column("twice", Integer, nullable=False),
    # How it stands to the day that was told.
    Column("late", Integer, nullable=True),
    Column("punctuality", String, nullable=False),
    Column("overdue_from", BigInteger, nullable=True),
    # Paper types that the citizen brought; 1 when an earlier dossier of theirs had brought one of them.
    Column("kinds", Text, nullable=False),
    Column("again", Integer, nullable=False),
    # Minutes.
    Column("waited", Integer, nullable=True),
    Column("handling", Integer, nullable=True),
    *(Column(mark, Integer, nullable=False) for mark in MARKS),
    Index("dossier_counts_by_code", "code", unique=True),
    Index("dossier_counts_by_applicant", "applicant_ref", "received_at", "code"),
    sqlite_with_rowid=False,
)

dossier_count_marks = Table(
    "dossier_count_marks",
    metadata,
    # A number that grows with every change of a counted row of that month and place: whoever keeps sums of it
    # in memory knows when they are old.
    Column("month", OrderedText, primary_key=True),
    Column("office", OrderedText, primary_key=True),
    Column("level", OrderedText, primary_key=True),
    Column("version", Count, nullable=False),
    sqlite_with_rowid=False,
)

dossier_components = Table(
    "dossier_components",
    metadata,
    Column("code", OrderedText, primary_key=True),
    # Canonical JSON: components, how each came, and ids of papers.
    Column("body", Text, nullable=False),
    Column("declared_by", String, nullable=False),
    Column("declared_at", String, nullable=False),
)

journal_refs = Table(
    "journal_refs",
    metadata,
    # Which entries name a person; could be made again from the journal.
    Column("owner_ref", OrderedText, primary_key=True),
    Column("number", Count, primary_key=True, autoincrement=False),
)

journal = Table(
    "journal",
    metadata,
    Column("number", Count, primary_key=True),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("event", Text, nullable=False),
)


for _table in (versions, journal, owner_links, keeping_acts):
    for _dialect in ("sqlite", "postgresql"):
        for _statement in append_only(_table.name, dialect=_dialect):
            # A percent sign would be taken for a place to fill in.
            _ddl = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # left without types
            event.listen(_table, "after_create", _ddl.execute_if(dialect=_dialect))
