"""Both catalogues have the same keys, all of them are used, and every key that is used is there."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from starlette.requests import Request

import web.station
from dossier.admission import FieldScope
from dossier.api_errors import RequestError
from dossier.archive_orders import OrderKind, OrderState
from dossier.arranging import AsideKind
from dossier.asking import AskReason
from dossier.declared import Came
from dossier.documents import SignatureStatus
from dossier.errors import Lang, MotlanError, all_errors
from dossier.events import EventKind
from dossier.evidence import EndReason
from dossier.keeping import Act, DisposalState
from dossier.matching import Match
from dossier.quality import Route
from dossier.staff import StaffRole
from dossier.staff_errors import PageRefusedError, ProviderRefusedError
from dossier.trays import FileState, TrayState
from dossier.trust import Standing as PaperStanding
from dossier.trust import TermKind
from flows.citizen import _LOOKS
from flows.quality.certificates import Standing
from flows.trays.counted import Verdict
from reuse.answer import Status
from rulebook.packages import PackageKind
from rulebook.procedures import Whose
from tests.web.office import Office
from tests.web.station.conftest import site_of
from web.station.screens.arrange import _MOVES
from web.station.visit import NAVIGATION, Visit
from web.station.words import LANGUAGES, words_of

FOLDER = Path(web.station.__path__[0])
MADE = {
    "role": [role.value for role in StaffRole],
    "status": [status.value for status in Status],
    "came": [came.value for came in Came],
    "reason": [reason.value for reason in AskReason],
    "signature": [status.value for status in SignatureStatus],
    "aside": [kind.value for kind in AsideKind],
    "arranging": [
        *("split", "merge", "right", "left", "back", "on", "aside", "undo"),
        *(f"did_{act}" for act in (*_MOVES, "took", "undo", "reset", "type")),
    ],
    "standing": [standing.value for standing in PaperStanding],
    "term": [kind.value for kind in TermKind],
    "look": [kind.value.replace(".", "_") for kind in _LOOKS],
    "purpose": ["giai_quyet_thu_tuc", "chu_the_du_lieu", "luu_tru", "van_hanh", "khan_cap"],
    "order": [kind.value for kind in OrderKind],
    "order_state": [state.value for state in OrderState],
    "package_kind": [kind.value for kind in PackageKind],
    "disposal_state": [state.value for state in DisposalState],
    "disposal_act": [act.value.partition(".")[2] for act in Act if act.value.startswith("disposal.")],
    "end_reason": [reason.value.replace(".", "_") for reason in EndReason],
    "journal_kind": [kind.value.replace(".", "_") for kind in EventKind],
    "tray": [state.value for state in TrayState],
    "tray_file": [state.value for state in FileState],
    "component": [verdict.value for verdict in Verdict],
    "use": [match.value for match in Match],
    "whose": [whose.value for whose in Whose],
    "dashboard": ["table_766", "table_plan"],
    "nav": [page.value for page, _, _ in NAVIGATION],
    "accounts": [
        *(f"fields_{one.value}" for one in FieldScope),
        *(f"done_{act}" for act in ("roles", "disable", "sessions")),
    ],
    "second": ["said_second", "said_third"],
    "quality": [
        *(f"standing_{one.value}" for one in Standing),
        *(f"says_{one.value}" for one in Standing),
        *(f"route_{route.value}" for route in Route),
    ],
    "site": [
        "under_an_hour",
        *(f"{many}{unit}{end}" for unit in ("hour", "day") for many, end in (("one_", ""), ("", "s"))),
    ],
    "home": [page.value for page, _, _ in NAVIGATION if page.value != "home"],
}
"""Keys that are put together: section, and every value that can be its end."""


def used() -> set[str]:
    """Every key that a template or a screen names, and those that are put together."""
    sources = [*FOLDER.rglob("*.j2"), *(FOLDER / "screens").rglob("*.py"), *FOLDER.glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    sections = {key.partition(".")[0] for key in words_of("vi").known}
    named = {
        key
        for key in re.findall(r'"([a-z_]+\.[a-z_]+)"', text)
        if key.partition(".")[0] in sections and not key.endswith("_")
    }
    made = {f"{section}.{end}" for section, ends in MADE.items() for end in ends}
    facts = {f"counter.fact_{end}" for end in ("yes", "no", "unknown")}
    return named | made | facts | told() | by_code("trouble") | by_code("detail")


def by_code(section: str) -> set[str]:
    """Words for codes that are kept: one that lacks has words of its family, or its name."""
    return {key for key in words_of("vi").known if key.partition(".")[0] == section}


def details_in_code() -> set[str]:
    """Names under which entries of the journal keep something, where the code writes them down."""
    root, found = FOLDER.parents[1], set[str]()
    for package in ("flows", "storage", "web", "wiring"):
        for path in (root / package).rglob("*.py"):
            text = path.read_text("utf-8")
            if "details={" not in text or "Event(" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if (
                    isinstance(node, ast.keyword)
                    and node.arg == "details"
                    and isinstance(node.value, ast.Dict)
                ):
                    found |= {str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)}
    return found


def test_details_of_entries_have_words() -> None:
    names = details_in_code()
    assert len(names) > 100
    assert {name for name in names if f"detail.{name}" not in words_of("vi").known} == set()
    assert words_of("en").detail("sha256") == "SHA-256"
    assert words_of("vi").detail("không có") == "không có"


def test_codes_of_errors_that_are_kept_have_words() -> None:
    codes = {kind.code for kind in all_errors()}
    known = {code.replace(".", "_") for code in codes} | {code.partition(".")[0] for code in codes}
    assert {key.removeprefix("trouble.") for key in by_code("trouble")} <= known | {"other"}
    vi = words_of("vi")
    assert vi.trouble("signing.timestamp_unavailable") == "Máy chủ dấu thời gian chưa trả lời."
    assert vi.trouble("signing.pades") == vi("trouble.signing")
    assert vi.trouble("<script>") == vi("trouble.other")


def told() -> set[str]:
    """What is said about errors in other words than to machines: each is an error of the tree."""
    codes = {kind.code.replace(".", "_") for kind in all_errors()}
    keys = {key for key in words_of("vi").known if key.partition(".")[0] in {"said", "help"}}
    assert {key.partition(".")[2] for key in keys} <= codes
    return keys


def test_both_languages_have_the_same_keys_with_the_same_places() -> None:
    vi, en = (words_of(lang) for lang in LANGUAGES)
    assert vi.known == en.known
    for key in vi.known:
        assert places(vi(key)) == places(en(key)), key
        assert vi(key).strip() == vi(key) != "", key


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_key_is_used_and_every_key_that_is_used_is_there() -> None:
    assert used() == words_of("vi").known


def of(kind: type[MotlanError]) -> MotlanError:
    """One of a kind, with something in every place of its sentences."""
    places = {name for _, name, _, _ in Formatter().parse(kind.vi + kind.next_vi) if name}
    return kind("x", **dict.fromkeys(places - {"item"}, "1"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_before_a_page_is_sent_to_the_service_for_machines(office: Office, lang: Lang) -> None:
    visit = Visit(site_of(office).station, Request({"type": "http"}), words_of(lang))
    machines = re.compile(r"/v1|Motlan-|Retry-After|Bearer|API|api-key|khóa hoặc mã truy cập|this key")
    # What only machines send, and what only a command is told.
    elsewhere = {
        "access.credentials",
        "access.key_unknown",
        "answer.invalid",
        "access.provider",
        "request.range",
    }
    found = {
        kind.code
        for kind in all_errors()
        if issubclass(kind, RequestError)
        and kind.code not in elsewhere
        and not kind.code.startswith(("client.", "webhook", "changes.", "citizen."))
        and (machines.search(visit.sentence(of(kind))) or machines.search(visit.next_step(of(kind))))
    }
    assert found == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_section_stands_in_one_catalogue(lang: Lang) -> None:
    found = [
        name
        for one in (FOLDER / "words" / lang).glob("*.toml")
        for name in tomllib.loads(one.read_text("utf-8"))
    ]
    assert len(found) == len(set(found)) > 10


def test_the_languages_are_not_copies_of_each_other() -> None:
    vi, en = (words_of(lang) for lang in LANGUAGES)
    same = {key for key in vi.known if vi(key) == en(key)}
    assert same == {"site.name"}


def test_a_key_that_is_not_there_fails() -> None:
    with pytest.raises(KeyError):
        words_of("vi")("nothing.here")


def test_pages_name_no_command_and_no_setting_to_people() -> None:
    for lang in LANGUAGES:
        text = "\n".join(one.read_text("utf-8") for one in (FOLDER / "words" / lang).glob("*.toml"))
        assert "motlan users" not in text
        assert "MOTLAN_" not in text


@pytest.mark.parametrize("error", [PageRefusedError(), ProviderRefusedError()], ids=lambda error: error.code)
def test_help_on_pages_speaks_of_people_not_of_commands(error: MotlanError) -> None:
    whom: dict[Lang, str] = {"vi": "quản trị của cơ quan", "en": "the administrator of your office"}
    for lang in LANGUAGES:
        assert whom[lang] in words_of(lang)(f"help.{error.code.replace('.', '_')}")
