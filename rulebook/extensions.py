"""An office's file that adds printed words to a paper type: labels, titles, phrases, openings of blocks.

It may add words, and the term of keeping where no table of a verified article states one: that is the
office's own term table. Fields, keys, validity and sensitivity of a type stay what its table says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rulebook.load import Reader
from rulebook.paper_spec import Find, PaperSpec, Retention
from rulebook.paper_table import read_retention
from rulebook.problems import Problems
from rulebook.variants import Variant, key_of, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Words for a type, with the places of its parts."""

    reader: Reader
    type: str
    titles: tuple[Variant, ...]
    anchors: tuple[str, ...]
    labels: tuple[tuple[str, tuple[Variant, ...], Reader], ...]
    openings: tuple[tuple[str, tuple[Variant, ...], Reader], ...]
    retention: Retention | None

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.reader.source.name


def is_extension(reader: Reader) -> bool:
    """Whether the file adds words to a type instead of describing one."""
    return reader.has("extends")


def read_extension(reader: Reader, problems: Problems) -> Extension | None:
    """Read a file with ``extends``; nothing, and a problem, when the type is not clear."""
    with problems.catching(reader.source):
        found = Extension(
            reader=reader,
            type=reader.need("extends", str),
            titles=reader.variants("titles"),
            anchors=texts(reader.variants("anchors")),
            labels=_named_words(reader, problems, "field", "labels"),
            openings=_named_words(reader, problems, "block", "anchors"),
            retention=read_retention(reader),
        )
        # Where the words come from, for people; nothing depends on it.
        reader.take("source", str, default="")
        reader.done()
        return found
    return None


def _named_words(
    reader: Reader, problems: Problems, section: str, key: str
) -> tuple[tuple[str, tuple[Variant, ...], Reader], ...]:
    found = []
    for entry in reader.tables(section):
        with problems.catching(entry.source):
            name, words = entry.need("name", str), entry.variants(key)
            if not words:
                entry.report(key, "thiếu")
            entry.done()
            found.append((name, words, entry))
    return tuple(found)


def extended(spec: PaperSpec, extension: Extension) -> PaperSpec:
    """The type with the words added; what does not fit is reported and left out."""
    titles = _joined(spec.title_variants, extension.titles)
    labels: dict[str, tuple[Variant, ...]] = {field.name: field.variants for field in spec.fields}
    for name, words, entry in extension.labels:
        field = spec.by_name.get(name)
        if field is None:
            entry.report("name", f"loại {spec.type} không có trường {name}")
        elif not {Find.LABEL, Find.TABLE} & set(field.find):
            entry.report("name", f"trường {name} không được tìm theo nhãn")
        else:
            labels[name] = _joined(labels[name], words)
    openings: dict[str, tuple[Variant, ...]] = {block.name: block.variants for block in spec.blocks}
    for name, words, entry in extension.openings:
        if name not in openings:
            entry.report("name", f"loại {spec.type} không có phần {name}")
        else:
            openings[name] = _joined(openings[name], words)
    return replace(
        spec,
        retention=_retention(spec, extension),
        title_variants=titles,
        titles=texts(titles),
        anchors=tuple(dict.fromkeys((*spec.anchors, *extension.anchors))),
        fields=tuple(
            replace(field, variants=labels[field.name], labels=texts(labels[field.name]))
            for field in spec.fields
        ),
        blocks=tuple(
            replace(block, variants=openings[block.name], anchors=texts(openings[block.name]))
            for block in spec.blocks
        ),
        extended_by=(*spec.extended_by, extension.file),
    )


def places_of(extension: Extension) -> Mapping[str, Reader]:
    """Where each label and title of the extension stands, by its key."""
    places = {key_of(title.text): extension.reader for title in extension.titles}
    places |= {key_of(word.text): entry for _, words, entry in extension.labels for word in words}
    return places


def _retention(spec: PaperSpec, extension: Extension) -> Retention | None:
    if extension.retention is None:
        return spec.retention
    if spec.retention is not None and spec.retention.verified:
        extension.reader.report("retention", f"loại {spec.type} đã có thời hạn được kiểm chứng")
        return spec.retention
    return extension.retention


def _joined(before: tuple[Variant, ...], added: tuple[Variant, ...]) -> tuple[Variant, ...]:
    known = {variant.text for variant in before}
    return (*before, *(variant for variant in added if variant.text not in known))
