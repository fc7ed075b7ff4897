"""Fills an empty store with invented papers, in bulk, as the program itself would have written them.

Bodies are sealed under keys of their own and can be opened; a few hundred different ones repeat.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import numpy as np

from bench.index.people import (
    TYPES,
    Shape,
    day_of,
    dossier_of,
    id_of,
    name_of,
    names_of,
    number_of,
    office_of,
    old_number_of,
    owner_of,
    uuid_text,
)
from bench.index.sinks import Row, Sink, batched
from dossier.documents import Document, DocumentState, Party, PartyRole
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId
from storage.aead import encrypt
from storage.bodies import document_to_text
from storage.documents import body_place
from storage.names import accented_form, name_reference, tokens
from storage.owner_rows import number_place
from storage.schema import metadata
from storage.vault import Vault

_BODIES: Final = 300
_CHUNK: Final = 200_000
_FILLED: Final = (
    "documents",
    "document_versions",
    "document_keys",
    "document_index",
    "parties",
    "document_names",
    "owner_numbers",
    "items",
)


def fill(sink: Sink, vault: Vault, shape: Shape, *, tell: Callable[[str], None]) -> None:
    """Write everything; the indexes are made when the rows are there, as a bulk load does."""
    started = time.perf_counter()

    def done(what: str) -> None:
        tell(f"{time.perf_counter() - started:6.0f} s  {what}")

    statements = _index_statements()
    for name in statements:
        sink.run(f"DROP INDEX {name}")
    _names(sink, vault, shape)
    done(f"{shape.names:,} names")
    _owners(sink, vault, shape)
    done(f"{shape.people:,} people")
    _papers(sink, vault, shape, done)
    for name, statement in statements.items():
        sink.run(statement)
        done(f"index {name}")


def _index_statements() -> dict[str, str]:
    found: dict[str, str] = {}
    for table in _FILLED:
        for index in sorted(metadata.tables[table].indexes, key=lambda each: str(each.name)):
            columns = ", ".join(column.name for column in index.columns)
            found[str(index.name)] = f"CREATE INDEX {index.name} ON {table} ({columns})"
    return found


def _names(sink: Sink, vault: Vault, shape: Shape) -> None:
    forms = [accented_form(name) for name in names_of(shape)]
    sink.write("names", ((place + 1, name_reference(vault, form)) for place, form in enumerate(forms)))
    remembering = _RememberingVault(vault)
    found: list[np.ndarray] = []
    bearers: list[np.ndarray] = []
    for place, form in enumerate(forms):
        made = np.fromiter(tokens(remembering, form), dtype=np.int64)
        found.append(made)
        bearers.append(np.full(len(made), place + 1, dtype=np.int64))
    all_tokens, all_names = np.concatenate(found), np.concatenate(bearers)
    order = np.lexsort((all_names, all_tokens))
    for start in range(0, len(order), _CHUNK):
        part = order[start : start + _CHUNK]
        sink.write("name_tokens", zip(all_tokens[part].tolist(), all_names[part].tolist(), strict=True))


class _RememberingVault(Vault):
    """Runs of words repeat from name to name."""

    def __init__(self, vault: Vault) -> None:
        self.token = lru_cache(maxsize=4_000_000)(vault.token)  # type: ignore[method-assign]


def _owners(sink: Sink, vault: Vault, shape: Shape) -> None:
    """Two records for who had an older number, and the link that joins them."""
    rows: list[Row] = []
    links: list[Row] = []
    at = datetime(2026, 11, 2, tzinfo=UTC).isoformat(timespec="microseconds")
    count = 0
    for person in range(shape.people):
        ids: list[str] = []
        for number, kind in ((number_of(person), "personal_id"), (old_number_of(person), "old_card")):
            if number:
                count += 1
                ids.append(uuid_text(count))
                reference = vault.reference("number", number)
                sealed = vault.seal(number, place=number_place(reference))
                rows.append((reference, sealed, ids[-1], kind, at, ""))
        if len(ids) == 2:
            place = len(links) + 1
            link = uuid_text(10**12 + place)
            links.append((place, link, "link", *ids, at, "quay-1", "", "", None))
    sink.write("owners", ((n, uuid_text(n), "person") for n in range(1, count + 1)))
    rows.sort(key=lambda row: str(row[0]))
    for some in batched(rows, _CHUNK):
        sink.write("owner_numbers", some)
    sink.write("owner_links", links)


def _papers(sink: Sink, vault: Vault, shape: Shape, done: Callable[[str], None]) -> None:
    bodies = _bodies(shape)
    reference = lru_cache(maxsize=4_000_000)(lambda number: vault.reference("number", number))
    batch = uuid_text(1)
    name_ids: list[np.ndarray] = []
    sink.write("batches", [(batch, "2026-11-02T00:00:00.000000+00:00", "", "", "")])
    for start in range(0, shape.papers, _CHUNK):
        papers = range(start + 1, min(start + _CHUNK, shape.papers) + 1)
        items = [_item(n) for n in range((papers[0] + 2) // 3, (papers[-1] + 2) // 3 + 1)]
        # The first file of a chunk may be the last of the one before.
        fresh = items[1:] if start and (papers[0] + 2) // 3 == (papers[0] + 1) // 3 else items
        sink.write("items", ((i, batch, 1, _hash(i), 1000, "", "read", "", 3) for i in fresh))
        sink.write("documents", (_document(n) for n in papers))
        sealed = [_sealed(vault, n, bodies[n % _BODIES]) for n in papers]
        sink.write(
            "document_versions", ((n, 1, body) for n, (body, _, _) in zip(papers, sealed, strict=True))
        )
        sink.write(
            "document_keys", ((n, key, wrapped) for n, (_, key, wrapped) in zip(papers, sealed, strict=True))
        )
        sink.write("document_index", (_looked_up_by(n, shape) for n in papers))
        sink.write("parties", (row for n in papers for row in _parties(reference, n, shape)))
        name_ids.append(np.array([name_of(owner_of(n, shape), shape) + 1 for n in papers]))
        done(f"{papers[-1]:,} papers")
    _document_names(sink, np.concatenate(name_ids))
    done("names of papers")


def _document_names(sink: Sink, name_ids: np.ndarray) -> None:
    """In the order of the table's key, or every row would touch a page of its own."""
    order = np.argsort(name_ids, kind="stable")
    for start in range(0, len(order), _CHUNK):
        part = order[start : start + _CHUNK]
        sink.write("document_names", zip(name_ids[part].tolist(), (part + 1).tolist(), strict=True))


def _item(number: int) -> str:
    return uuid_text(10**6 + number)


def _hash(item: str) -> str:
    """Of bytes of its own: files with the same bytes would all be looked at as one paper."""
    return hashlib.sha256(item.encode("ascii")).hexdigest()


def _document(paper: int) -> Row:
    item = _item((paper + 2) // 3)
    return (paper, id_of(paper), 1, item, paper % 3 + 1, TYPES[paper % 8], "filed", None)


def _looked_up_by(paper: int, shape: Shape) -> Row:
    day = day_of(paper, shape.papers).isoformat()
    return (paper, day, TYPES[paper % 8], dossier_of(paper), office_of(paper))


def _parties(reference: Callable[[str], str], paper: int, shape: Shape) -> Iterator[Row]:
    owner = owner_of(paper, shape)
    # Every fourth paper still bears the number its owner had before.
    number = (old_number_of(owner) if paper % 4 == 0 else "") or number_of(owner)
    yield (paper, 0, "owner", "subject", reference(number))
    if paper % 3 == 0:
        yield (
            paper,
            1,
            "related",
            "mother",
            reference(number_of(owner_of(paper + 1, shape))),
        )


def _sealed(vault: Vault, paper: int, body: bytes) -> tuple[bytes, str, bytes]:
    key, wrapped = vault.new_key(paper)
    place = f"{body_place(1)}/{paper}".encode()
    sealed = encrypt(key.key, body, associated=place, random_bytes=os.urandom)
    return sealed, wrapped.key_id, wrapped.wrapped


def _bodies(shape: Shape) -> list[bytes]:
    """Compressed records of a dozen fields each."""
    names = names_of(replace(shape, papers=min(shape.papers, 20_000)))
    return [
        zlib.compress(record_text(number, names[number % len(names)]).encode(), 1)
        for number in range(_BODIES)
    ]


def record_text(number: int, name: str) -> str:
    """The body of a record of a dozen fields."""
    return document_to_text(_record(number, name))


def _record(number: int, name: str) -> Document:
    fields = tuple(
        Field(
            name=f"field_{place}",
            value=f"{name} {number * place}",
            printed=f"{name.upper()} {number * place}",
            confidence=0.5 + place / 40,
            page=1,
            box=Box(place * 100, number, place * 100 + 90, number + 20),
        )
        for place in range(12)
    )
    return Document(
        id=DocumentId(uuid_text(number)),
        version=1,
        item=ItemId(_item(number)),
        pages=(1,),
        type=TYPES[number % 8],
        type_confidence=0.97,
        fields=fields,
        parties=(Party(role=PartyRole.OWNER, relation="subject", number=number_of(number), name=name),),
        state=DocumentState.FILED,
        filed_at=datetime(2026, 11, 2, tzinfo=UTC),
    )


def to_stderr(line: str) -> None:
    """Tell a person how far it is."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
