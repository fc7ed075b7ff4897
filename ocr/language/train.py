"""Make the tables of counts: ``python -m ocr.language.train ../shared/corpus/legal-text-vi.txt.xz``.

Only counts leave the corpus: of single syllables (with how they were cased), of pairs and of triples. The
last tenth of the lines is never counted; ``bench.language`` measures on it. Labels and titles of the papers
and names of the provinces, which the project holds itself, are counted as further lines.

Written to the data folder (all arrays sorted by key, little-endian):
    ``vocabulary.tsv``: token, count, then lower, title and upper case; the line number is the token's id.
    ``pair_keys.npy`` uint32 ``first << 13 | second``; ``pair_counts.npy`` uint32; ``pair_lefts.npy`` uint16:
    how many different tokens stand before the pair.
    ``triple_keys.npy`` uint32 ``index of the pair << 13 | third``; ``triple_counts.npy`` uint16, cut at
    65535; triples seen once are left out.
    ``letters.tsv``: letters of the words outside the vocabulary that are no Vietnamese syllable.
    ``cases.tsv``: how often a word of one case follows a word of another.
    ``figures.json``: discounts and totals.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ocr.language.model import DATA, ID_BITS
from ocr.language.names import NameWords, load_names
from ocr.language.syllables import base_letters, case_of, counting_form, is_syllable
from ocr.language.tokens import BORDER, CLASSES, UNKNOWN, running_tokens, take_apart

HELD_OUT = 0.1
_LEAST_SYLLABLE = 2
_LEAST_OTHER = 4
_LEAST_TRIPLE = 2
_LABEL_WEIGHT = 8
# A pair seen at most so often, with a twin seen so many times more, is a misprint of its twin.
_MOST_SLIPS = 3
_TWIN_RATIO = 150
_PROVINCE_FRAMES = ("tỉnh {}", "thành phố {}", "tỉnh {}", "ủy ban nhân dân tỉnh {}")
_NAMES_EACH = 60
_STRANGE_NAMES = 0.3
_PLACES_EACH = 100
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_NUMBER_FRAMES = (
    "ngày {0} tháng {1} năm một nghìn chín trăm {0}",
    "ngày {0} tháng {1} năm hai nghìn không trăm {0}",
    "ghi bằng chữ: ngày {0} tháng {1} năm",
)
_ROOT = Path(__file__).parents[2]

Ids = npt.NDArray[np.int64]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the corpus, write the tables, print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "corpus", type=Path, nargs="?", default=_ROOT / "../shared/corpus/legal-text-vi.txt.xz"
    )
    parser.add_argument("--tables", type=Path, default=_ROOT / "rulebook" / "tables")
    parser.add_argument("--names", type=Path, default=DATA, help="folder with names.toml")
    parser.add_argument("--out", type=Path, default=DATA)
    given = parser.parse_args(arguments)
    counted, _ = divide(read_lines(given.corpus))
    lines = [*counted, *(list(own_lines(given.tables)) * _LABEL_WEIGHT)]
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "places.tsv").write_text(place_rows(given.tables), encoding="utf-8")
    write_tables(lines, given.out, names=name_lines(load_names(given.names)))
    for path in sorted(given.out.iterdir()):
        sys.stdout.write(f"{path.name}\t{path.stat().st_size:,} B\n")
    return 0


def read_lines(corpus: Path) -> list[str]:
    """The lines of a text, plain or ``.xz``."""
    if corpus.suffix == ".xz":
        return lzma.decompress(corpus.read_bytes()).decode("utf-8").splitlines()
    return corpus.read_text(encoding="utf-8").splitlines()


def divide(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The lines to count and the last tenth, held out."""
    border = int(len(lines) * (1 - HELD_OUT))
    return lines[:border], lines[border:]


def own_lines(tables: Path) -> Iterator[str]:
    """Labels and titles of the papers, and provinces as papers name them, from the rulebook's tables."""
    for path in sorted((tables / "papers").glob("*.toml")):
        yield from _phrases(tomllib.loads(path.read_text(encoding="utf-8")))
    places = tomllib.loads((tables / "places" / "provinces.toml").read_text(encoding="utf-8"))
    for province in places["province"]:
        for frame in _PROVINCE_FRAMES:
            yield frame.format(province["name"])
    for number in range(1, 100):
        for frame in _NUMBER_FRAMES:
            yield frame.format(below_hundred(number), below_hundred(number % 12 + 1))


def below_hundred(number: int) -> str:
    """0 to 99 in words, as civil-status papers write dates out."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    last = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, _DIGITS[ones])
    return f"{head} {last}".strip()


def place_rows(tables: Path) -> str:
    """Neighbouring words of the names of provinces, in counting form."""
    places = tomllib.loads((tables / "places" / "provinces.toml").read_text(encoding="utf-8"))
    pairs = {
        (counting_form(one), counting_form(two))
        for province in places["province"]
        for name in (province["name"], province["now"])
        for one, two in itertools.pairwise(name.replace("-", " ").split())
    }
    return "".join(f"{one}\t{two}\n" for one, two in sorted(pairs))


def _phrases(value: object) -> Iterator[str]:
    """All texts of a table that hold Vietnamese words: those with a blank and no sign of a pattern."""
    if isinstance(value, str):
        if " " in value and not set(value) & set("\\[]{}^$|*+"):
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _phrases(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _phrases(inner)


def name_lines(names: NameWords) -> Iterator[list[str]]:
    """Tokens of made names: what announces a person, a surname by its share, a middle word, an unknown word.

    Laws name few people, so the counts would know neither ``ông Nguyễn Văn`` nor that any word may follow.
    """
    middles = itertools.cycle(sorted(names.middles))
    for before in sorted(names.before_person):
        for surname, share in sorted(names.surnames.items()):
            for _ in range(round(share * _NAMES_EACH)):
                yield [BORDER, before, surname, next(middles), UNKNOWN]
        for _ in range(round(_NAMES_EACH * _STRANGE_NAMES)):
            yield [BORDER, before, UNKNOWN, UNKNOWN, UNKNOWN]
    for before in sorted(names.before_place):
        for _ in range(_PLACES_EACH):
            yield [BORDER, before, UNKNOWN, UNKNOWN]


def write_tables(lines: Iterable[str], out: Path, *, names: Iterable[list[str]] = ()) -> None:
    """Count all lines and made names, and write the tables into a folder that exists."""
    running: list[str] = []
    cases: Counter[tuple[str, str]] = Counter()
    forms: Counter[tuple[str, str]] = Counter()
    for line in lines:
        running.extend(running_tokens(line)[:-1])
        _count_cases(line, forms, cases)
    for tokens in names:
        running.extend(tokens)
    running.append(BORDER)
    counts = Counter(running)
    vocabulary = _vocabulary(counts)
    number = {token: index for index, token in enumerate(vocabulary)}
    unknown = number[UNKNOWN]
    ids = np.fromiter((number.get(token, unknown) for token in running), dtype=np.int64, count=len(running))
    ids = without_slips(ids, vocabulary)
    rows = (
        _row(token, int(n), forms)
        for token, n in zip(vocabulary, np.bincount(ids, minlength=len(vocabulary)), strict=True)
    )
    (out / "vocabulary.tsv").write_text("".join(rows), encoding="utf-8")
    strange = Counter(
        letter
        for token, n in counts.items()
        if token not in number and not is_syllable(token)
        for letter in token * n
    )
    _write_counts(out / "letters.tsv", {(letter,): n for letter, n in strange.items()})
    _write_counts(out / "cases.tsv", cases)
    _write_arrays(ids, out)


def without_slips(ids: Ids, vocabulary: Sequence[str]) -> Ids:
    """The text with misprints made unknown: pairs hardly ever seen whose twin with other accents is common.

    Published laws hold a few ``thâm quyên`` beside thousands of ``thẩm quyền``; counted, they would vouch
    for the very mistakes to be found. The rarer word of such a pair becomes the unknown token.
    """
    numbers: dict[str, int] = {}
    bases = np.array([numbers.setdefault(base_letters(token), len(numbers)) for token in vocabulary])
    pairs = (ids[:-1] << ID_BITS) | ids[1:]
    keys, index, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    plain = (bases[keys >> ID_BITS] << ID_BITS) | bases[keys & ((1 << ID_BITS) - 1)]
    _, twins = np.unique(plain, return_inverse=True)
    most = np.zeros(int(twins.max()) + 1, dtype=np.int64)
    np.maximum.at(most, twins, counts)
    slip = (counts <= _MOST_SLIPS) & (counts * _TWIN_RATIO <= most[twins])
    single = np.bincount(ids, minlength=len(vocabulary))
    cleaned = ids.copy()
    for place in np.flatnonzero(slip[index]):
        rarer = place + int(single[ids[place]] > single[ids[place + 1]])
        if ids[rarer] >= len(CLASSES):
            cleaned[rarer] = CLASSES.index(UNKNOWN)
    return cleaned


def _vocabulary(counts: Mapping[str, int]) -> list[str]:
    known = [
        token
        for token, n in counts.items()
        if token not in CLASSES and n >= (_LEAST_SYLLABLE if is_syllable(token) else _LEAST_OTHER)
    ]
    known.sort(key=lambda token: (-counts[token], token))
    return [*CLASSES, *known][: (1 << ID_BITS) - 2]


def _row(token: str, count: int, forms: Mapping[tuple[str, str], int]) -> str:
    cased = "\t".join(str(forms[token, case]) for case in ("lower", "title", "upper"))
    return f"{token}\t{count}\t{cased}\n"


def _count_cases(line: str, forms: Counter[tuple[str, str]], cases: Counter[tuple[str, str]]) -> None:
    previous = "start"
    for word in line.split():
        printed = take_apart(word)
        case = case_of(printed.core)
        if case != "none" and printed.core.isalpha():
            forms[counting_form(printed.core), case] += 1
        cases[previous, case] += 1
        previous = "start" if printed.ends else case


def _write_counts(path: Path, counts: Mapping[tuple[str, str], int] | Mapping[tuple[str], int]) -> None:
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    path.write_text("".join("\t".join((*key, str(n))) + "\n" for key, n in rows), encoding="utf-8")


def _write_arrays(ids: Ids, out: Path) -> None:
    pairs = (ids[:-1] << ID_BITS) | ids[1:]
    pair_keys, pair_index, pair_counts = np.unique(pairs, return_inverse=True, return_counts=True)
    triples = (pair_index[:-1].astype(np.int64) << ID_BITS) | ids[2:]
    triple_keys, triple_counts = np.unique(triples, return_counts=True)
    # The pair that ends each triple, to count what stands before it.
    seconds = pair_keys[triple_keys >> ID_BITS] & ((1 << ID_BITS) - 1)
    ends = (seconds << ID_BITS) | (triple_keys & ((1 << ID_BITS) - 1))
    lefts = np.zeros(len(pair_keys), dtype=np.int64)
    np.add.at(lefts, np.searchsorted(pair_keys, ends), 1)
    kept = triple_counts >= _LEAST_TRIPLE
    figures = {
        "tokens": len(ids),
        "discount_pairs": _discount(lefts),
        "discount_triples": _discount(triple_counts),
    }
    (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    np.save(out / "pair_keys.npy", pair_keys.astype("<u4"))
    np.save(out / "pair_counts.npy", pair_counts.astype("<u4"))
    np.save(out / "pair_lefts.npy", np.minimum(lefts, 65535).astype("<u2"))
    np.save(out / "triple_keys.npy", triple_keys[kept].astype("<u4"))
    np.save(out / "triple_counts.npy", np.minimum(triple_counts[kept], 65535).astype("<u2"))


def _discount(counts: Ids) -> float:
    """Ney's estimate ``n1 / (n1 + 2 n2)``: 0 to 1, taken off every count."""
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return round(once / max(1, once + 2 * twice), 6)


if __name__ == "__main__":
    sys.exit(main())
