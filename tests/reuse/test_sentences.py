"""Every reason code has its sentences, and every code the package can give is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter

import pytest

from reuse.sentences import ROUTINE, SENTENCES, sentence
from reuse.verdict import because

# Codes given as literals in the package, and those that dossier.matching gives.
_LITERAL = re.compile(
    r"\"((?:type|owner|term|scope|standing|signature|trust|purpose|restriction|handover|component|data)\.[a-z_]+)\""
)


def _python_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _python_files(entry)
        elif entry.name.endswith(".py") and entry.name != "sentences.py":
            yield entry


def _used_codes() -> set[str]:
    sources = [*_python_files(files("reuse")), files("dossier") / "matching.py"]
    literal = {code for source in sources for code in _LITERAL.findall(source.read_text(encoding="utf-8"))}
    # Built from the table's words.
    return literal | {
        "component.form",
        "component.single_use",
        "component.condition_met",
        "component.condition_unknown",
    }


def test_the_codes_given_and_the_codes_with_a_sentence_are_the_same() -> None:
    assert _used_codes() == set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_is_whole_in_both_languages_with_the_same_values(code: str) -> None:
    entry = SENTENCES[code]
    names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (entry.vi, entry.en)]
    assert names[0] == names[1]
    details = dict.fromkeys(names[0], "x")
    for lang in ("vi", "en"):
        text = sentence(code, details, lang="vi" if lang == "vi" else "en")
        assert text.endswith(".")
        assert text[0].isupper() or text.startswith("x")
        assert "{" not in text


def test_days_are_shown_the_way_each_language_writes_them() -> None:
    reason = because("term.expired", until="2026-11-19")
    assert reason.sentence() == "Hết hiệu lực từ sau ngày 19/11/2026; đề nghị nộp giấy mới."
    assert reason.sentence("en") == "Expired after 2026-11-19; ask for a new one."


def test_an_event_without_words_is_still_told() -> None:
    text = because("standing.check_status", event="something_new").sentence()
    assert text == "Được dùng lại; cán bộ cần kiểm tra chưa có sự kiện làm chấm dứt hiệu lực."


def test_routine_codes_are_known_codes() -> None:
    assert set(SENTENCES) >= ROUTINE
