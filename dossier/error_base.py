"""The root of the error tree (``dossier.errors``): what every error of ours can say."""

from __future__ import annotations

from typing import ClassVar, Literal

Lang = Literal["vi", "en"]


class MotlanError(Exception):
    """Root of all errors of ours.

    Attributes:
        code: stable, dotted, lower case; programs match on it.
        exit_code: what a command exits with when this error ends it.
        vi, en: sentence templates; ``{item}`` and the names given as details are filled in.
        next_vi, next_en: what the person can do now.
        item: the file name or record id that the error is about.
        cause: technical detail for the log, never shown at the counter.
    """

    code: ClassVar[str] = "motlan.error"
    exit_code: ClassVar[int] = 1
    vi: ClassVar[str] = "Có lỗi không lường trước với {item}."
    en: ClassVar[str] = "Something unforeseen went wrong with {item}."
    next_vi: ClassVar[str] = "Chạy lại; nếu vẫn lỗi, gửi tệp nhật ký cho bộ phận kỹ thuật."
    next_en: ClassVar[str] = "Run it again; if it fails again, send the log file to the technical team."

    def __init__(self, item: str = "", *, cause: str = "", **details: str | float) -> None:
        self.item = item
        self.cause = cause
        self.details = details
        super().__init__(f"{self.code}: {self.sentence('en')}")

    def sentence(self, lang: Lang = "vi") -> str:
        """What happened, to which item, in one sentence."""
        template = self.vi if lang == "vi" else self.en
        return template.format(item=self.item or "—", **self.details)

    def next_step(self, lang: Lang = "vi") -> str:
        """What the person can do now."""
        template = self.next_vi if lang == "vi" else self.next_en
        return template.format(item=self.item or "—", **self.details)

    def message(self, lang: Lang = "vi") -> str:
        """Sentence and next step, as commands print them."""
        return f"{self.sentence(lang)} {self.next_step(lang)}"

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders (worker processes) with their details."""
        return (_rebuild, (type(self), self.item, self.cause, self.details))


def _rebuild(kind: type[MotlanError], item: str, cause: str, details: dict[str, str | float]) -> MotlanError:
    return kind(item, cause=cause, **details)


class StoreError(MotlanError):
    """The store could not do its work."""

    code = "store.error"
    exit_code = 12
    vi = "Kho lưu trữ gặp lỗi với {item}."
    en = "The store failed on {item}."
    next_vi = "Không có gì bị mất; kiểm tra ổ đĩa rồi chạy lại cùng lệnh."
    next_en = "Nothing is lost; check the disk and run the same command again."
