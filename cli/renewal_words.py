"""Words for renewal and forecast: why documents end, what was done, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cli.table import text_table
from cli.words import Words, day, printable
from dossier.errors import Lang
from dossier.evidence import EndReason

if TYPE_CHECKING:
    from flows.forecast import Forecast
    from flows.renewal import Action, Outcome, RenewalRun

REASONS: Mapping[EndReason, Words] = {
    EndReason.STAMP_ENDS: {
        "vi": "chứng thư số của dấu thời gian cuối hết hạn",
        "en": "the last timestamp's certificate ends",
    },
    EndReason.DIGEST_ENDS: {
        "vi": "thuật toán băm không còn được dùng",
        "en": "the digest is no longer allowed",
    },
    EndReason.REVOCATION_OUTLIVED: {
        "vi": "dữ liệu thu hồi còn hạn sau ngày chứng thư số hết hạn",
        "en": "revocation data outlives a certificate",
    },
    EndReason.NO_EVIDENCE: {
        "vi": "chưa có dữ liệu kiểm chứng lâu dài (dưới B-LTA)",
        "en": "no long-term evidence (below B-LTA)",
    },
    EndReason.STAMP_PENDING: {
        "vi": "còn chờ dấu thời gian (B-B)",
        "en": "a timestamp is pending (B-B)",
    },
    EndReason.NOT_PASSED: {
        "vi": "chữ ký không hợp lệ từ khi lưu",
        "en": "did not pass when it was filed",
    },
    EndReason.UNSIGNED: {"vi": "không có chữ ký", "en": "not signed"},
}
_DONE: Mapping[str, Words] = {
    "planned": {"vi": "đến hạn", "en": "due"},
    "renewed": {"vi": "đã gia hạn", "en": "renewed"},
    "failed": {"vi": "KHÔNG gia hạn được", "en": "NOT renewed"},
}
_DEMO: Words = {
    "vi": "Dấu thời gian: MẪU (DEMO), không có giá trị pháp lý.\n",
    "en": "Timestamps: DEMO, without legal value.\n",
}


def outcome_line(outcome: Outcome, lang: Lang) -> str:
    """One document of a run."""
    parts = [f"{outcome.document}  {_DONE[outcome.action.value][lang]}"]
    if outcome.due is not None and outcome.because is not None:
        word = "hạn" if lang == "vi" else "due"
        parts.append(f"{word} {day(outcome.due)}: {REASONS[outcome.because][lang]}")
    if outcome.next_due is not None:
        parts.append(f"{'lần sau' if lang == 'vi' else 'next'} {day(outcome.next_due)}")
    if outcome.error is not None:
        parts.append(f"{outcome.error.message(lang)} [{outcome.error.code}]")
    return printable("; ".join(parts)) + "\n"


def outcome_json(outcome: Outcome, lang: Lang) -> dict[str, object]:
    """The same for programs."""
    error = outcome.error
    return {
        "document": outcome.document,
        "action": outcome.action.value,
        "due": outcome.due.isoformat() if outcome.due else None,
        "reason": outcome.because.value if outcome.because else None,
        "next_due": outcome.next_due.isoformat() if outcome.next_due else None,
        "error": {"code": error.code, "message": error.message(lang)} if error else None,
    }


def run_line(run: RenewalRun, actions: Sequence[Action], lang: Lang, *, demo: bool) -> str:
    """What a run did in all."""
    told = ", ".join(f"{run.counts[action]} {_DONE[action.value][lang]}" for action in actions)
    looked = f"{run.looked_at} {'tệp mới được xem' if lang == 'vi' else 'new files looked at'}"
    return f"{looked}; {told}.\n" + (_DEMO[lang] if demo else "")


def forecast_text(found: Forecast, lang: Lang) -> str:
    """The future of the archive as a table with what to do."""
    vi = lang == "vi"
    heads = ["Nếu không làm gì thì không còn kiểm tra được" if vi else "Lost if nothing is done"]
    for prospect in found.prospects:
        when = f"{'sau' if vi else 'in'} {prospect.years} {'năm' if vi else 'years'}"
        now = "hiện nay" if vi else "now"
        heads.append(f"{when if prospect.years else now} ({day(prospect.on)})")
    reasons = [reason for reason in EndReason if any(reason in each.lost for each in found.prospects)]
    rows = [
        [REASONS[reason][lang], *(_number(each.lost.get(reason, 0)) for each in found.prospects)]
        for reason in reasons
    ]
    rows.append(["Cộng" if vi else "Total", *(_number(each.total) for each in found.prospects)])
    return text_table(heads, rows) + _remarks(found, lang) + _years(found, lang) + _examples(found, lang)


def forecast_json(found: Forecast) -> dict[str, object]:
    """The same for programs."""
    return {
        "at": found.at.isoformat(),
        "documents": found.documents,
        "unsigned": found.unsigned,
        "unseen": found.unseen,
        "overdue": found.overdue,
        "prospects": [
            {
                "years": each.years,
                "on": each.on.isoformat(),
                "lost": each.total,
                "reasons": {reason.value: count for reason, count in each.lost.items()},
            }
            for each in found.prospects
        ],
        "ends": [
            {"year": group.year, "reason": group.reason.value, "documents": group.count}
            for group in found.by_year
        ],
        "due": [{"month": month, "documents": count} for month, count in found.due],
        "examples": {
            reason.value: [
                {
                    "document": row.document,
                    "level": row.life.level,
                    "ends": row.ends.isoformat() if row.ends else None,
                    "due": row.due.isoformat() if row.due else None,
                    "digests": list(row.life.digests),
                    "notes": list(row.notes),
                }
                for row in rows
            ]
            for reason, rows in found.examples.items()
        },
    }


def _remarks(found: Forecast, lang: Lang) -> str:
    vi = lang == "vi"
    lines = [
        f"{_number(found.documents)} giấy tờ đã lưu kho, {_number(found.unsigned)} không có chữ ký."
        if vi
        else f"{_number(found.documents)} documents filed, {_number(found.unsigned)} not signed."
    ]
    if found.unseen:
        count = _number(found.unseen)
        lines.append(
            f"⚠ {count} giấy tờ chưa được xem nên chưa tính: chạy 'motlan renew --dry-run'."
            if vi
            else f"⚠ {count} documents were not looked at yet and do not count: run 'motlan renew --dry-run'."
        )
    if found.overdue:
        count = _number(found.overdue)
        lines.append(
            f"⚠ {count} giấy tờ đã đến hạn gia hạn: chạy 'motlan renew'."
            if vi
            else f"⚠ {count} documents are due: run 'motlan renew'."
        )
    if found.due:
        name = "Các đợt gia hạn tới" if vi else "Next renewals"
        lines.append(f"{name}: " + "; ".join(f"{month} {_number(count)}" for month, count in found.due))
    return "\n".join(lines) + "\n"


def _years(found: Forecast, lang: Lang) -> str:
    rows = [[str(group.year), REASONS[group.reason][lang], _number(group.count)] for group in found.by_year]
    heads = ["Năm", "Lý do", "Giấy tờ"] if lang == "vi" else ["Year", "Reason", "Documents"]
    return "\n" + text_table(heads, rows) if rows else ""


def _examples(found: Forecast, lang: Lang) -> str:
    heads = (
        ["Giấy tờ", "Mức", "Kiểm tra được đến", "Hạn gia hạn", "Lý do"]
        if lang == "vi"
        else ["Document", "Level", "Verifies until", "Due", "Reason"]
    )
    rows = [
        [
            row.document,
            row.life.level,
            day(row.ends.date()) if row.ends else "—",
            day(row.due) if row.due else "—",
            REASONS[reason][lang],
        ]
        for reason, examples in found.examples.items()
        for row in examples
    ]
    return "\n" + text_table(heads, rows) if rows else ""


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
