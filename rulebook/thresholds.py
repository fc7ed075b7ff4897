"""``thresholds.toml`` of an office: from which confidence on a person is not asked.

[default]
key = 0.85              # key fields whose table says nothing
other = 0.75            # the rest
[birth_certificate]
full_name = 0.9         # this field, whatever its table says
"""

from __future__ import annotations

from importlib.resources.abc import Traversable

from rulebook.load import Reader
from rulebook.paper_spec import Papers, Thresholds
from rulebook.paper_table import DEFAULT, open_table
from rulebook.problems import Problems


def read_thresholds(source: Traversable, papers: Papers, problems: Problems) -> Thresholds:
    """Read the file; what is wrong is noted and left out.

    Args:
        source: the file.
        papers: types and fields it may name.
        problems: where everything that is wrong goes.
    """
    reader = open_table(source, problems)
    if reader is None:
        return Thresholds()
    key: float | None = None
    other: float | None = None
    fields: dict[tuple[str, str], float] = {}
    for name in reader.keys():  # noqa: SIM118 - no mapping: it names the keys of the table
        with problems.catching(source):
            section = reader.table(name)
            if section is None:
                continue
            if name == DEFAULT:
                key, other = _confidence(section, "key"), _confidence(section, "other")
                section.done()
            elif not papers.knows(name):
                reader.report(name, "không có loại giấy tờ này")
            else:
                fields |= _of_type(section, name, papers)
    return Thresholds(key=key, other=other, fields=fields)


def _of_type(section: Reader, type_: str, papers: Papers) -> dict[tuple[str, str], float]:
    known = papers.spec(type_).by_name
    found: dict[tuple[str, str], float] = {}
    for name in section.keys():  # noqa: SIM118 - no mapping: it names the keys of the table
        if name not in known:
            section.report(name, f"loại {type_} không có trường này")
            continue
        value = _confidence(section, name)
        if value is not None:
            found[(type_, name)] = value
    return found


def _confidence(section: Reader, key: str) -> float | None:
    """A number from 0 to 1; nothing, and a problem where it is none."""
    value = section.number(key)
    if value is not None and not 0.0 <= value <= 1.0:
        section.report(key, "ngoài khoảng 0 đến 1", code="rules.threshold")
        return None
    return value
