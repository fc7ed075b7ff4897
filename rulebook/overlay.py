"""Writes the words a person took over into the office's file for a paper type, as TOML people can edit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from rulebook.paper_spec import PaperSpec


def overlay_name(type_: str) -> str:
    """Name of the file that holds what was learned about a type."""
    return f"{type_}.learned.toml"


def label_entry(spec: PaperSpec, field: str, label: str, *, documents: int, day: date) -> str:
    """A label of a field as the overlay holds it, with a line for people."""
    form = f"học từ {documents} giấy tờ, {day:%d/%m/%Y}"
    return (
        f"# {spec.by_name[field].label_vi}\n"
        "[[field]]\n"
        f"name = {_text(field)}\n"
        f"labels = [{{ text = {_text(label)}, form = {_text(form)} }}]\n"
    )


def overlay(spec: PaperSpec, before: str, entries: Sequence[str]) -> str:
    """The file with entries added at its end; what stands there, also by hand, stays as it is."""
    head = before or (
        f"# Nhãn cơ quan đã chấp nhận cho: {spec.label_vi}. Có thể sửa tay; kiểm tra: motlan rules check\n"
        f"extends = {_text(spec.type)}\n"
        'source = "motlan rules adopt"\n'
    )
    return "\n".join((head.rstrip("\n") + "\n", *entries))


def _text(text: str) -> str:
    """A TOML basic string; JSON's is one, but for a delete character, which no table may hold."""
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)
