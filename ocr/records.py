"""What reading a file gives: one frozen record, with a JSON form that gives it back unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NotRequired, Self, TypedDict

from dossier.fingerprints import Fingerprint
from dossier.text import PageJson, PageText, page_from_json, page_to_json
from ocr.lazy_pages import LazyPages

FileKind = Literal["jpeg", "png", "tiff", "pdf"]


class StageJson(TypedDict):
    """CPU seconds of one page, stage by stage."""

    decode: float
    clean: float
    recognise: float


class PageReadingJson(TypedDict):
    """One finished page, as it is kept in the work folder."""

    page: PageJson
    stages: StageJson
    fingerprint: NotRequired[str]


class FileReadingJson(TypedDict):
    """A file that was read, as plain data."""

    kind: FileKind
    signed: bool
    pages: list[PageReadingJson]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSeconds:
    """CPU seconds a page took: this process and the engine's child programs together."""

    decode: float = 0.0
    clean: float = 0.0
    recognise: float = 0.0

    @property
    def total(self) -> float:
        """All stages."""
        return self.decode + self.clean + self.recognise


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page, what it cost, and its fingerprint; none for pages that were read before there were any."""

    page: PageText
    stages: StageSeconds
    fingerprint: Fingerprint | None = None

    def moved_to(self, number: int) -> Self:
        """The same as page ``number`` (1-based) of another file."""
        findings = tuple(replace(finding, page=number) for finding in self.page.findings)
        return replace(self, page=replace(self.page, page=number, findings=findings))

    def to_json(self) -> PageReadingJson:
        """The record as plain data."""
        stages = self.stages
        told: PageReadingJson = {
            "page": page_to_json(self.page),
            "stages": {
                "decode": stages.decode,
                "clean": stages.clean,
                "recognise": stages.recognise,
            },
        }
        if self.fingerprint is not None:
            told["fingerprint"] = str(self.fingerprint)
        return told

    @classmethod
    def from_json(cls, data: PageReadingJson) -> Self:
        """Rebuild from ``to_json``.

        Raises:
            KeyError, TypeError, ValueError: the data is not a page.
        """
        stages = data["stages"]
        kept = data.get("fingerprint")
        return cls(
            page_from_json(data["page"]),
            StageSeconds(decode=stages["decode"], clean=stages["clean"], recognise=stages["recognise"]),
            Fingerprint.from_text(kept) if kept is not None else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """All that was read in one file.

    Attributes:
        kind: what the content is, whatever the name says.
        signed: a PDF that arrived with a filled signature field; it must never be rewritten.
        readings: one for each page, in order; those of a long file come from the disk each time
            (``ocr.long_readings``), so whoever wants few asks for few.
    """

    kind: FileKind
    signed: bool
    readings: Sequence[PageReading]

    @property
    def pages(self) -> Sequence[PageText]:
        """The pages in order, 1-based numbers inside."""
        readings = self.readings
        if isinstance(readings, tuple):
            return tuple(reading.page for reading in readings)
        return LazyPages(len(readings), lambda place: readings[place].page)

    @property
    def stages(self) -> Sequence[StageSeconds]:
        """CPU seconds by stage, one for each page."""
        readings = self.readings
        return LazyPages(len(readings), lambda place: readings[place].stages)

    def numbered(self, numbers: Sequence[int]) -> Sequence[PageReading]:
        """Some pages, by their 1-based numbers, in that order; numbers that the file has not are left out."""
        readings = self.readings
        places = [number - 1 for number in numbers if 0 < number <= len(readings)]
        if isinstance(readings, tuple):
            return tuple(readings[place] for place in places)
        return LazyPages(len(places), lambda place: readings[places[place]])

    def texts(self, numbers: Sequence[int]) -> Sequence[PageText]:
        """The text of the same pages."""
        return FileReading(kind=self.kind, signed=self.signed, readings=self.numbered(numbers)).pages

    def with_pages(self, anew: Mapping[int, PageReading]) -> Self:
        """The same with some pages read anew, by their 1-based numbers."""
        readings = self.readings
        if isinstance(readings, tuple):
            changed = tuple(anew.get(number, one) for number, one in enumerate(readings, start=1))
            return replace(self, readings=changed)
        return replace(
            self,
            readings=LazyPages(len(readings), lambda place: anew.get(place + 1) or readings[place]),
        )

    def to_json(self) -> FileReadingJson:
        """The record as plain data."""
        return {
            "kind": self.kind,
            "signed": self.signed,
            "pages": [reading.to_json() for reading in self.readings],
        }

    @classmethod
    def from_json(cls, data: FileReadingJson) -> Self:
        """Rebuild from ``to_json``.

        Raises:
            KeyError, TypeError, ValueError: the data is not a reading.
        """
        return cls(
            kind=data["kind"],
            signed=data["signed"],
            readings=tuple(PageReading.from_json(entry) for entry in data["pages"]),
        )
