"""The index of names: keyed tokens of every run of words, accented and bare, whole and cut off.

A look-up is one token, so it costs the same however common a name is: names that hold the token, the newest
known first, and under each name its papers, the newest first. Papers of one name stand together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from dossier.persons import search_form
from storage.bodies import storable
from storage.ready import Additions, Ready
from storage.schema import document_names, name_tokens, names
from storage.vault import Vault, vault_of

_INDEXED_WORDS: Final = 16
_ACCENTED: Final = "name accented"
_BARE: Final = "name bare"
_CUT: Final = "*"
_LONGEST_CUT: Final = 24

_NAMES_OF: Final = Ready(
    select(document_names.c.name_id).where(document_names.c.document_serial == bindparam("serial"))
)
_NAME: Final = Ready(select(names.c.id).where(names.c.name_ref == bindparam("reference")))


def accented_form(text: str) -> str:
    """Lower case NFC with one space between words, accents kept."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def query_token(vault: Vault, name: str, *, accents: bool | None) -> int | None:
    """The token that papers of a name are found by; nothing when the query has no word.

    Args:
        vault: of the store.
        name: words beside each other in the name; a last word that ends in ``*`` is the beginning of one.
        accents: whether they count; ``None``: when the query has any.
    """
    words = accented_form(name.rstrip().removesuffix(_CUT))
    bare = search_form(words)
    if not bare:
        return None
    counts = bare != words if accents is None else accents
    cut = _CUT if name.rstrip().endswith(_CUT) else ""
    return vault.token(_ACCENTED if counts else _BARE, (words if counts else bare) + cut)


def index(adding: Additions, *, serial: int, found: Collection[str], is_new: bool = False) -> None:
    """Make a document found by these names and no others; a new one was found by none before."""
    wanted = {form for name in found if (form := _indexed_form(name))}
    connection = adding.connection
    vault = vault_of(connection)
    before = set() if is_new else {name for (name,) in _NAMES_OF.rows(connection, {"serial": serial})}
    now = {_known(connection, vault, form) for form in wanted}
    gone = before - now
    if gone:
        connection.execute(
            delete(document_names).where(
                document_names.c.document_serial == serial, document_names.c.name_id.in_(gone)
            )
        )
        _forget_unused(connection, gone)
    added = [{"name_id": name_id, "document_serial": serial} for name_id in sorted(now - before)]
    adding.add(document_names, *added)


def tokens(vault: Vault, form: str) -> set[int]:
    """Every token of a name in its accented form."""
    accented = form.split()
    bare = search_form(form).split()
    return {
        vault.token(purpose, text)
        for purpose, words in ((_ACCENTED, accented), (_BARE, bare))
        for text in _texts(words)
    }


def name_reference(vault: Vault, form: str) -> str:
    """What a name is known by."""
    return vault.reference("name", form)


def _indexed_form(name: str) -> str:
    return " ".join(accented_form(storable(name)).split()[:_INDEXED_WORDS])


def _texts(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        for end in range(start, len(words)):
            before = "".join(f"{word} " for word in words[start:end])
            last = words[end]
            yield f"{before}{last}"
            for length in range(1, min(len(last), _LONGEST_CUT) + 1):
                yield f"{before}{last[:length]}{_CUT}"


def _known(connection: Connection, vault: Vault, form: str) -> int:
    """The id of a name, which is made known when it is not."""
    reference = name_reference(vault, form)
    found = _NAME.scalar(connection, {"reference": reference})
    if found is not None:
        return int(found)
    made = connection.execute(insert(names).values(name_ref=reference).returning(names.c.id)).scalar_one()
    rows = [{"token": token, "name_id": made} for token in sorted(tokens(vault, form))]
    connection.execute(insert(name_tokens), rows)
    return int(made)


def _forget_unused(connection: Connection, candidates: Collection[int]) -> None:
    """A name that no paper bears any more leaves nothing behind."""
    used = select(document_names.c.name_id).where(document_names.c.name_id.in_(candidates))
    unused = set(candidates) - set(connection.execute(used).scalars())
    if unused:
        connection.execute(delete(name_tokens).where(name_tokens.c.name_id.in_(unused)))
        connection.execute(delete(names).where(names.c.id.in_(unused)))
