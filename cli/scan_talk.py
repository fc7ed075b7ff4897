"""What ``motlan scan`` says and asks: one line a page while it runs, few questions, each with its keys."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cli.context import complain, print_json
from cli.words import Words, printable
from dossier.coaching import Severity
from dossier.documents import DocumentState

if TYPE_CHECKING:
    from dossier.coaching import Advice
    from dossier.error_base import Lang, MotlanError
    from dossier.feeding import Device
    from flows.report import BatchReport
    from flows.scanning import PageSeen
    from storage.scans import Scan
    from wiring.services import Services

SIGNS: Mapping[Severity, str] = {Severity.NOTE: "·", Severity.LOOK: "!", Severity.RESCAN: "✗"}
_PAGE: Words = {"vi": "Trang", "en": "Page"}
_GOOD: Words = {"vi": "tốt", "en": "good"}
_STACK: Words = {"vi": "Cả xấp", "en": "The stack"}
_TAKEN_UP: Words = {
    "vi": "Đang có {count} trang. Đặt tiếp vào khay các tờ từ trang {next}.",
    "en": "{count} pages are here. Put the sheets from page {next} on into the tray.",
}
_DROPPED: Words = {"vi": "Đã để riêng trang {page}.", "en": "Page {page} was set aside."}
_LATER: Words = {
    "vi": "{count} trang được giữ lại. Làm tiếp: motlan scan --resume {scan}",
    "en": "{count} pages are kept. Go on with: motlan scan --resume {scan}",
}
_TROUBLE: Words = {
    "vi": "Đã giữ {count} trang. Xử lý xong: [Enter] quét tiếp · [b] bỏ trang cuối · "
    "[n] nộp các trang đã có · [s] để sau: ",
    "en": "{count} pages are kept. When done: [Enter] go on · [b] drop the last page · "
    "[n] hand in what is here · [s] later: ",
}
_BEFORE: Words = {
    "vi": "Hết giấy, có {count} trang. [Enter] nộp · [t] quét thêm · [b] bỏ trang cuối · [s] để sau: ",
    "en": "The tray is empty, {count} pages. [Enter] hand in · [t] scan more · [b] drop the last page · "
    "[s] later: ",
}
_KEYS: Mapping[str, str] = {"b": "drop", "n": "finish", "s": "later", "t": "more"}
_SURE: Words = {
    "vi": "Bỏ hẳn {count} trang đã quét? Gõ 'bo' để đồng ý: ",
    "en": "Throw {count} scanned pages away? Type 'bo' to agree: ",
}
_DISCARDED: Words = {"vi": "Đã bỏ {count} trang.", "en": "{count} pages were thrown away."}
_NO_DEVICE: Words = {
    "vi": "Không thấy máy quét nào. Kiểm tra dây, nguồn và mạng; máy quét mạng cần gói sane-airscan.",
    "en": "No scanner is found. Check cable, power and network; network scanners need sane-airscan.",
}
_CHECK: Words = {"vi": "KIỂM TRA CÁC MỤC NÀY", "en": "CHECK THESE FIELDS"}
_NOTHING: Words = {"vi": "Không có mục nào cần kiểm tra.", "en": "Nothing has to be checked."}
_QUESTIONS: Mapping[str, Words] = {
    "owner": {"vi": "chủ giấy tờ", "en": "owner"},
    "type": {"vi": "loại giấy tờ", "en": "type"},
    "pages": {"vi": "các trang của giấy tờ", "en": "its pages"},
    "dossier": {"vi": "mã hồ sơ", "en": "dossier"},
    "signature": {"vi": "chữ ký", "en": "signature"},
}


class Talk:
    """Speaks to a person at a terminal, or in JSON lines to a program."""

    def __init__(
        self,
        lang: Lang,
        *,
        as_json: bool,
        may_ask: bool,
        hear: Callable[[], str] | None = None,
    ) -> None:
        """Speak a language; ``may_ask`` when somebody sits at the keyboard, whose lines ``hear`` gives."""
        self._hear = hear or sys.stdin.readline
        self._lang: Lang = lang
        self.as_json = as_json
        self.may_ask = may_ask

    def page(self, seen: PageSeen) -> None:
        """A page was kept."""
        if self.as_json:
            advice = [one.as_json() for one in seen.advice]
            told = {"kept_s": round(seen.kept_s, 3), "told_s": round(seen.told_s, 3)}
            print_json({"page": seen.number, "advice": advice, **told})
            return
        if not seen.advice:
            self._say(f"{_PAGE[self._lang]} {seen.number}: {_GOOD[self._lang]}")
        for one in sorted(seen.advice, key=lambda one: -one.severity):
            self._say(advice_line(one, self._lang))
        if any(one.severity is Severity.RESCAN for one in seen.advice) and sys.stderr.isatty():
            # The paper is in the hand now, and the eyes may be on it.
            sys.stderr.write("\a")

    def stack(self, advice: Sequence[Advice]) -> None:
        """What is to be told about the stack."""
        if self.as_json:
            print_json({"stack": [one.as_json() for one in advice]})
        else:
            for one in advice:
                self._say(advice_line(one, self._lang))

    def trouble(self, error: MotlanError) -> None:
        """The device has trouble."""
        complain(error, self._lang)

    def taken_up(self, count: int) -> None:
        """An unfinished scan goes on."""
        if not self.as_json:
            self._say(_TAKEN_UP[self._lang].format(count=count, next=count + 1))

    def dropped(self, page: int) -> None:
        """The last page was set aside."""
        self._say(_DROPPED[self._lang].format(page=page))

    def discarded(self, scan: str, count: int) -> None:
        """A scan was given up."""
        if self.as_json:
            print_json({"discarded": scan, "pages": count})
        else:
            self._say(_DISCARDED[self._lang].format(count=count))

    def kept_for_later(self, scan: Scan, count: int) -> None:
        """Stopped on purpose."""
        self._say(_LATER[self._lang].format(count=count, scan=scan.id))

    def unfinished(self, scan: Scan) -> None:
        """One line about a scan that was not handed in; the owner's number is not shown."""
        count, dossier = len(scan.numbers()), scan.told.get("dossier", "")
        if self.as_json:
            print_json({"scan": scan.id, "pages": count, "dossier": dossier})
        else:
            self._say(f"{scan.id}  {count:4} {_PAGE[self._lang].lower()}  {printable(dossier) or '—'}")

    def devices(self, found: Sequence[Device]) -> None:
        """The scanners that are there."""
        for device in found:
            if self.as_json:
                told = {"vendor": device.vendor, "model": device.model, "type": device.kind}
                print_json({"device": device.name, **told})
            else:
                self._say(printable(f"{device.name}\n    {device.vendor} {device.model} ({device.kind})"))
        if not found and not self.as_json:
            self._say(_NO_DEVICE[self._lang])

    def offers(self, options: Mapping[str, Sequence[str]]) -> None:
        """What one scanner offers."""
        if self.as_json:
            print_json({name: list(values) for name, values in options.items()})
            return
        for name, values in options.items():
            self._say(printable(f"{name:24} {' | '.join(values)}"))

    def after_trouble(self, count: int) -> str:
        """``go_on``, ``drop``, ``finish`` or ``later``."""
        choice = self._ask(_TROUBLE[self._lang].format(count=count), keys="bns" if count else "s")
        return choice or "go_on"

    def before_handing_in(self, count: int) -> str:
        """``finish``, ``more``, ``drop`` or ``later``."""
        choice = self._ask(_BEFORE[self._lang].format(count=count), keys="tbs" if count > 1 else "ts")
        return choice or "finish"

    def really_discard(self, count: int) -> bool:
        """Whether a person means it."""
        sys.stdout.write(_SURE[self._lang].format(count=count))
        sys.stdout.flush()
        return self._hear().strip().lower() == "bo"

    def fields_to_check(self, services: Services, report: BatchReport) -> str:
        """What a person has to look at, paper by paper: the end of the clerk's wait."""
        lines: list[str] = []
        for row in report.papers:
            document = row.document
            if document.state is not DocumentState.WAITING:
                continue
            labels = {field.name: field.label_vi for field in services.papers.spec(document.type).fields}
            read = {field.name: field.value for field in document.fields}
            lines.append(f"  {row.label}  ({document.id})")
            for name in document.questions:
                shown = labels.get(name) or _QUESTIONS.get(name, {}).get(self._lang, name)
                lines.append(f"    {shown}: {read.get(name, '') or '…'}")
        if not lines:
            return f"{_NOTHING[self._lang]}\n"
        return printable("\n".join([_CHECK[self._lang], *lines, ""]))

    def _say(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def _ask(self, question: str, *, keys: str) -> str:
        """What the key stands for; empty for Enter, later at the end of input, asked again for any other."""
        while True:
            sys.stdout.write(question)
            sys.stdout.flush()
            line = self._hear()
            if not line:
                return "later"
            key = line.strip().lower()
            if not key:
                return ""
            if key in keys and key in _KEYS:
                return _KEYS[key]


def advice_line(advice: Advice, lang: Lang) -> str:
    """One advice as people read it."""
    place = f"{_PAGE[lang]} {advice.page}" if advice.page else _STACK[lang]
    return printable(f"{SIGNS[advice.severity]} {place}: {advice.sentence(lang)}  [{advice.code}]")
