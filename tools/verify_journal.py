"""Checks a journal written by ``motlan journal export``, with nothing of the program that wrote it.

    python3 verify_journal.py JOURNAL.jsonl [ROOTS.pem]

The file may also be the proof of one entry, which begins there and ends at a head behind it: the line
{"proof":{"entry":N,"after":"HASH"}} says so. The hash that was sealed covers the entry and all behind it.

Needs Python 3.11; for signatures also ``openssl`` 3 and, in one PEM file, the roots that you trust.
Exit code 0: it holds. 1: it does not, and the first fault is told. The hash of an entry is SHA-256 over
{"event":EVENT,"number":N,"previous":"HASH"}, EVENT being its own text. A sealed head is
{"at","entries","hash","previous"}, signed by a detached CMS with an RFC 3161 timestamp.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
TOKEN = bytes.fromhex("060b2a864886f70d010910020e")


class FaultError(Exception):
    """The journal does not hold; the words say where and how."""


def chained(number: int, previous: str, event: str) -> str:
    text = f'{{"event":{event},"number":{number},"previous":"{previous}"}}'
    return hashlib.sha256(text.encode()).hexdigest()


def walk(
    entries: list[dict[str, Any]], wanted: dict[int, set[str]], *, first: int = 1, after: str = GENESIS
) -> str:
    """Follow the chain through every head; give the last hash."""
    last, seen = after, set[str]()
    follower = {entry["previous"]: entry["number"] for entry in entries}
    for number, entry in enumerate(entries, first):
        right = chained(number, last, entry["event"])
        if (entry["number"], entry["previous"], entry["hash"]) != (number, last, right):
            moved = follower.get(last, 0) > number
            raise FaultError(fault(entry, number, last, moved=moved, double=entry["hash"] in seen))
        if wanted.get(number, {right}) != {right}:
            raise FaultError(f"fork: entry {number} is not the one that was sealed")
        seen.add(right)
        last = right
    behind = first + len(entries)
    if max(wanted, default=0) >= behind:
        raise FaultError(f"truncated: entry {behind} and what follows are missing")
    return last


def fault(entry: dict[str, Any], number: int, last: str, *, moved: bool, double: bool) -> str:
    if entry["number"] < number or double:
        return f"entry {entry['number']} was inserted"
    following = chained(number + 1, entry["previous"], entry["event"])
    if entry["number"] > number or (entry["hash"] == following and not moved):
        return f"entry {number} was removed"
    if moved:
        return f"from entry {number} on the entries were reordered"
    forked = entry["previous"] != last and entry["hash"] == chained(number, entry["previous"], entry["event"])
    return f"fork: entry {number} follows another chain" if forked else f"entry {number} was edited"


def check_heads(entries: list[dict[str, Any]], heads: list[str]) -> None:
    """Each head names the one before, and every head that the journal tells of is there."""
    last, there = GENESIS, set[str]()
    for text in heads:
        if json.loads(text)["previous"] != last:
            raise FaultError(
                f"the head at entry {json.loads(text)['entries']} does not follow the one before"
            )
        last = hashlib.sha256(text.encode()).hexdigest()
        there.add(last)
    for event in (json.loads(entry["event"]) for entry in entries):
        if event["kind"] == "journal.sealed" and event["details"]["head"] not in there:
            raise FaultError(f"the sealed head at entry {event['details']['entries']} was removed")


def inside(data: bytes) -> list[bytes]:
    """The DER values within a DER value."""
    found, start = [], 2 + max(0, data[1] - 0x80)
    while start < len(data):
        long = max(0, data[start + 1] - 0x80)
        size = int.from_bytes(data[start + 2 : start + 2 + long], "big") if long else data[start + 1]
        found.append(data[start : start + 2 + long + size])
        start += len(found[-1])
    return found


def openssl(folder: str, *arguments: object) -> str | None:
    line = ["openssl", *map(str, arguments)]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def check_signature(text: str, cms: bytes, roots: Path, folder: str) -> None:
    """Signature and timestamp of a head, judged for the moment of the timestamp."""
    where = f"of the head at entry {json.loads(text)['entries']}"
    *_, value, unsigned = inside(inside(inside(inside(inside(cms)[1])[0])[-1])[0])
    kind, tokens = inside(inside(unsigned)[0])
    if kind != TOKEN or value[0] != 0x04:
        raise FaultError(f"there is no timestamp {where}")
    value, token = value[2 + max(0, value[1] - 0x80) :], inside(tokens)[0]
    for name, content in (("head", text.encode()), ("cms", cms), ("value", value), ("token", token)):
        (Path(folder) / name).write_bytes(content)
    shown = openssl(folder, "ts", "-reply", "-token_in", "-in", "token", "-text") or ""
    stamp = re.search(r"Time stamp: (\w+ +\d+ [\d:]+)[.\d]* (\d+) GMT", shown)
    if stamp is None:
        raise FaultError(f"the timestamp {where} cannot be read")
    moment = datetime.strptime(f"{stamp[1]} {stamp[2]}", "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    trusted = ("-attime", int(moment.timestamp()), "-CAfile", roots)
    if openssl(folder, "ts", "-verify", "-token_in", "-in", "token", "-data", "value", *trusted) is None:
        raise FaultError(f"the timestamp {where} does not hold")
    files = ("-inform", "DER", "-in", "cms", "-content", "head", "-binary", "-out", "out")
    if openssl(folder, "cms", "-verify", *files, "-purpose", "any", *trusted) is None:
        raise FaultError(f"the signature {where} does not hold")
    if abs(moment - datetime.fromisoformat(json.loads(text)["at"])) > timedelta(days=1):
        raise FaultError(f"the claimed time {where} is not that of its timestamp")


def verify(journal: Path, roots: Path | None = None) -> str:
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").split("\n") if line]
    entries = [line for line in lines if "event" in line]
    heads = {line["head"]: base64.b64decode(line["signature"]) for line in lines if "head" in line}
    wanted: dict[int, set[str]] = {}
    for head in map(json.loads, heads):
        wanted.setdefault(head["entries"], set()).add(head["hash"])
    for kept in (line["kept"] for line in lines if "kept" in line):
        wanted.setdefault(kept["number"], set()).add(kept["hash"])
    proof = next((line["proof"] for line in lines if "proof" in line), None)
    if proof is None:
        last = walk(entries, wanted)
        check_heads(entries, list(heads))
    else:
        if max(wanted, default=0) != int(proof["entry"]) + len(entries) - 1:
            raise FaultError("the proof does not end at a head")
        last = walk(entries, wanted, first=int(proof["entry"]), after=proof["after"])
    with tempfile.TemporaryDirectory() as folder:
        for text, cms in heads.items():
            if roots is not None:
                check_signature(text, cms, roots.resolve(), folder)
    signed = "signatures checked" if roots else "signatures NOT checked (no roots given)"
    signed = signed if heads or proof is None else "NOT sealed yet"
    if proof is not None:
        where = f"the journal whose entry {max(wanted)} has the hash {last}"
        return f"HOLDS: entry {proof['entry']} is in {where}, {signed}"
    return f"HOLDS: {len(entries)} entries, last hash {last}, {len(heads)} sealed heads, {signed}"


if __name__ == "__main__":
    try:
        print(verify(*map(Path, sys.argv[1:])))
    except FaultError as error:
        sys.exit(f"BROKEN: {error}")
    except (ValueError, LookupError, TypeError, OSError) as error:
        sys.exit(f"BROKEN: not an exported journal ({type(error).__name__}); see the top of this file")
