"""How campaigns are told: tables with bars for people, plain data for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from cli.table import text_table
from cli.words import day, printable
from dossier.campaigns import BoxState, Campaign, CampaignState
from dossier.errors import Lang

if TYPE_CHECKING:
    from flows.campaign_run import Worked
    from flows.campaigns import Stand
    from rulebook.campaign_pace import Estimate

Label = Callable[[str], str]
"""Vietnamese name of a paper type."""

_STATES: Mapping[CampaignState, Mapping[Lang, str]] = {
    CampaignState.OPEN: {"vi": "đang làm", "en": "open"},
    CampaignState.PAUSED: {"vi": "tạm dừng", "en": "paused"},
    CampaignState.CLOSED: {"vi": "đã đóng", "en": "closed"},
}
_BOXES: Mapping[BoxState, Mapping[Lang, str]] = {
    BoxState.FREE: {"vi": "chưa ai nhận", "en": "free"},
    BoxState.TAKEN: {"vi": "đang làm", "en": "taken"},
    BoxState.DONE: {"vi": "xong", "en": "done"},
}
_UNREAD: Mapping[Lang, str] = {
    "vi": "Không đọc được, hộp chưa xong",
    "en": "Not readable, the box is not done",
}
_NO_SCAN: Mapping[Lang, str] = {"vi": "Không phải bản quét, bỏ qua", "en": "No scan, left out"}
_MOST_BOXES = 40
_CELLS = 20


def campaigns_table(found: Sequence[Campaign], lang: Lang, *, label: Label) -> str:
    """Name, office, types in words, targets, state."""
    if not found:
        return "Chưa có chiến dịch nào.\n" if lang == "vi" else "No campaigns.\n"
    heads = ["Chiến dịch", "Cơ quan", "Loại", "Chỉ tiêu", "Trạng thái"]
    if lang == "en":
        heads = ["Campaign", "Office", "Types", "Targets", "State"]
    rows = [
        (
            one.name,
            one.office,
            ", ".join(map(label, one.types)) or "—",
            ", ".join(f"{year}: {_percent(share)}" for year, share in one.targets) or "—",
            _STATES[one.state][lang],
        )
        for one in found
    ]
    return text_table(heads, rows)


def stand_text(stand: Stand, lang: Lang, *, label: Label) -> str:
    """How far it is, how fast it goes, what is left, and the boxes."""
    vi = lang == "vi"
    progress, pace = stand.progress, stand.pace
    lines = [
        f"{printable(stand.campaign.name)}  ({stand.campaign.office}, {_STATES[stand.campaign.state][lang]})",
        bar(progress.share, stand.target)
        + f"  {progress.papers:,}/{progress.results:,} ({_percent(progress.share)})"
        + (f"; chỉ tiêu {stand.year}: " if vi else f"; target {stand.year}: ")
        + (_percent(stand.target) if stand.target else "—"),
        (
            f"Tốc độ: {pace.per_day:.1f} giấy tờ/ngày ({pace.papers} trong {pace.days} ngày làm việc qua)"
            if vi
            else f"Pace: {pace.per_day:.1f} papers a day ({pace.papers} in the last {pace.days} working days)"
        ),
        ("Đến chỉ tiêu: " if vi else "To the target: ")
        + (_left(stand.to_target, lang) if stand.target else ("chưa đặt" if vi else "none is set")),
        ("Đến hết: " if vi else "To the end: ") + _left(stand.to_end, lang),
    ]
    text = "\n".join(lines) + "\n\n"
    for title, groups in _groups(stand, lang, label):
        heads = [title, "Đã số hóa", "Đã đếm", ""] if vi else [title, "Digitised", "Counted", ""]
        text += text_table(heads, [_group(name, *counts) for name, counts in groups]) + "\n"
    return text + _boxes_text(stand, lang)


def bar(share: Fraction | None, target: Fraction = Fraction(0)) -> str:
    """A bar of characters with a mark where the target is."""
    filled = round((share or 0) * _CELLS)
    cells = ["█" if place < filled else "░" for place in range(_CELLS)]
    if target:
        cells.insert(round(target * _CELLS), "|")
    return "".join(cells)


def worked_text(worked: Worked, lang: Lang) -> str:
    """What a run did and where it goes on."""
    box = worked.box
    done = worked.before + worked.files
    if lang == "vi":
        text = (
            f"Hộp {printable(box.declared.label)}: {worked.files} tệp, {worked.papers} giấy tờ, "
            f"{worked.refused} tệp không nhận; {done}/{box.files} tệp đã xong.\n"
        )
        following = f"Tiếp theo: {printable(box.next_file)}\n"
        waited = f"Đã nhường quầy {worked.gave_way} lần.\n"
    else:
        text = (
            f"Box {printable(box.declared.label)}: {worked.files} files, {worked.papers} papers, "
            f"{worked.refused} refused; {done} of {box.files} files are done.\n"
        )
        following = f"Next: {printable(box.next_file)}\n"
        waited = f"Gave way to the counter {worked.gave_way} times.\n"
    left_out = "".join(
        f"{_UNREAD[lang] if one.unread else _NO_SCAN[lang]}: {printable(one.name)}  [{one.code}]\n"
        for one in worked.left_out
    )
    return text + (waited if worked.gave_way else "") + (following if box.next_file else "") + left_out


def campaign_json(one: Campaign) -> dict[str, object]:
    """A campaign as plain data."""
    return {
        "campaign": one.id,
        "name": one.name,
        "office": one.office,
        "types": list(one.types),
        "targets": {str(year): float(share) for year, share in one.targets},
        "state": one.state.value,
    }


def stand_json(stand: Stand) -> dict[str, object]:
    """How a campaign stands, as plain data."""
    progress, pace = stand.progress, stand.pace
    return {
        **campaign_json(stand.campaign),
        "results": progress.results,
        "digitised": progress.papers,
        "share": float(progress.share) if progress.share is not None else None,
        "year": stand.year,
        "target": float(stand.target),
        "pace": {
            "days": pace.days,
            "papers": pace.papers,
            "per_day": round(pace.per_day, 2),
            "low": round(pace.low, 2) if pace.low is not None else None,
            "high": round(pace.high, 2) if pace.high is not None else None,
        },
        "to_target": _estimate_json(stand.to_target),
        "to_end": _estimate_json(stand.to_end),
        "by_year": {str(year): list(counts) for year, counts in progress.by_year.items()},
        "by_office": {name: list(counts) for name, counts in progress.by_office.items()},
        "by_type": {name: list(counts) for name, counts in progress.by_type.items()},
        "by_operator": dict(progress.by_operator),
        "boxes": [
            {
                "box": box.declared.label,
                "office": box.declared.office,
                "year": box.declared.year or None,
                "type": box.declared.type or None,
                "results": box.declared.results,
                "state": box.state.value,
                "operator": box.operator or None,
                "files": box.files,
                "done": box.done,
                "papers": box.papers,
                "next_file": box.next_file or None,
            }
            for box in stand.boxes
        ],
    }


def worked_json(worked: Worked) -> dict[str, object]:
    """What a run did, as plain data."""
    return {
        "box": worked.box.declared.label,
        "state": worked.box.state.value,
        "files": worked.files,
        "before": worked.before,
        "papers": worked.papers,
        "refused": worked.refused,
        "gave_way": worked.gave_way,
        "left": worked.left,
        "left_out": [{"file": one.name, "code": one.code, "unread": one.unread} for one in worked.left_out],
        "next_file": worked.box.next_file or None,
    }


def _estimate_json(found: Estimate) -> dict[str, object]:
    return {
        "left": found.left,
        "days": found.days,
        "soonest": found.soonest,
        "latest": found.latest,
        "ends": found.ends.isoformat() if found.ends else None,
        "ends_latest": found.ends_latest.isoformat() if found.ends_latest else None,
    }


def _left(found: Estimate, lang: Lang) -> str:
    vi = lang == "vi"
    if not found.left:
        return "đã đạt" if vi else "reached"
    papers = f"còn {found.left:,} giấy tờ" if vi else f"{found.left:,} papers left"
    if found.days is None:
        return papers + ("; chưa đủ số liệu để ước lượng" if vi else "; nothing to estimate from yet")
    told = f"{papers}, ~{found.days} " + ("ngày làm việc" if vi else "working days")
    if found.soonest is not None:
        latest = str(found.latest) if found.latest is not None else ("chưa rõ" if vi else "unknown")
        told += f" ({found.soonest}–{latest})" if vi else f" ({found.soonest} to {latest})"
    return told + (f" → {day(found.ends)}" if found.ends else "")


def _groups(
    stand: Stand, lang: Lang, label: Label
) -> Sequence[tuple[str, list[tuple[str, tuple[int, int]]]]]:
    progress, vi = stand.progress, lang == "vi"
    several = "nhiều" if vi else "several"
    return (
        (
            "Năm" if vi else "Year",
            [(str(year or several), counts) for year, counts in progress.by_year.items()],
        ),
        ("Cơ quan" if vi else "Office", list(progress.by_office.items())),
        (
            "Loại" if vi else "Type",
            [(label(type_) if type_ else several, counts) for type_, counts in progress.by_type.items()],
        ),
    )


def _group(name: str, counted: int, done: int) -> tuple[str, str, str, str]:
    share = Fraction(min(done, counted), counted) if counted else None
    return name, f"{done:,}", f"{counted:,}" if counted else "—", bar(share) if counted else ""


def _boxes_text(stand: Stand, lang: Lang) -> str:
    vi = lang == "vi"
    heads = ["Hộp", "Trạng thái", "Người làm", "Tệp", "Giấy tờ", "Tệp tiếp theo"]
    if not vi:
        heads = ["Box", "State", "Operator", "Files", "Papers", "Next file"]
    order = {BoxState.TAKEN: 0, BoxState.FREE: 1, BoxState.DONE: 2}
    shown = sorted(stand.boxes, key=lambda box: order[box.state])
    rows = [
        (
            box.declared.label,
            _BOXES[box.state][lang],
            box.operator or "—",
            f"{box.done}/{box.files}" if box.files else "—",
            f"{box.papers}/{box.declared.results}",
            box.next_file or "—",
        )
        for box in shown[:_MOST_BOXES]
    ]
    rest = len(shown) - len(rows)
    more = (f"… và {rest} hộp khác (--json)\n" if vi else f"… and {rest} more (--json)\n") if rest else ""
    return (text_table(heads, rows) if rows else "") + more


def _percent(share: Fraction | None) -> str:
    return "—" if share is None else f"{float(share * 100):.1f} %"
