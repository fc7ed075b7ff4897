"""Every kind of bad input that the issue names has a test of the name that docs/api.md tells."""

from __future__ import annotations

import re

from tests.project.test_layout import ROOT

NAMED = (
    "malformed",
    "oversize",
    "slow-loris",
    "path tricks",
    "wrong content type",
    "replayed",
    "expired",
    "alg: none",
    "key confusion",
    "clock skew",
    "ids of others",
    "XLSX bombs",
    "procedure of tomorrow",
    "owner with no number",
)


def test_every_kind_of_bad_input_has_its_test() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    section = text.partition("## Bad input")[2].partition("\n## ")[0]
    assert [kind for kind in NAMED if kind not in section] == []
    wanted = set(re.findall(r"`(test_[a-z0-9_]+)`", section)) - {"test_bad_input"}
    written = {
        name
        for folder in ("web", "rulebook")
        for file in (ROOT / "tests" / folder).glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert sorted(wanted - written) == []
    assert len(wanted) >= len(NAMED)
