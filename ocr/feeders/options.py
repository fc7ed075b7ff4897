"""From what a device offers to the options it is given: every driver of SANE names things its own way.

Pure: reads the text of ``scanimage --all-options`` and answers with command-line options.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dossier.feeding import ScanWish

_LINE = re.compile(r"^\s+(-{1,2}[\w-]+)(?:\[=\(yes\|no\)\]|[ =])?(.*?)(?:\s+\[([^\]]*)\])?\s*$")
_RANGE = re.compile(r"^(-?[\d.]+)\.\.(-?[\d.]+)")
_NUMBER = re.compile(r"^-?[\d.]+")
_FEEDER = re.compile(r"adf|feeder", re.IGNORECASE)
_DUPLEX = re.compile(r"duplex|double|both", re.IGNORECASE)
_BACK = re.compile(r"\bback\b", re.IGNORECASE)
_MODES = {
    "color": (re.compile(r"^(24bit )?colou?r$", re.IGNORECASE), re.compile(r"colou?r", re.IGNORECASE)),
    "gray": (re.compile(r"^(true )?gr[ae]y(scale)?$", re.IGNORECASE), re.compile(r"gr[ae]y", re.IGNORECASE)),
}


@dataclass(frozen=True, slots=True)
class OptionError(Exception):
    """What was wished and is not offered."""

    reason: str


def offered(text: str) -> Mapping[str, tuple[str, ...]]:
    """Active options of a device and what each may be: ``{"--source": ("Flatbed", "ADF Duplex"), …}``.

    A range stands as it is written (``1..1200dpi``); an option that is inactive is left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None or match[3] == "inactive":
            continue
        name, values = match[1], match[2].split(" (in steps")[0].strip()
        if values or "yes|no" in line:
            found[name] = tuple(values.split("|")) if values else ("yes", "no")
    return found


def options_for(wish: ScanWish, offers: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Options for a scan with the feeder as wished.

    Raises:
        OptionError: the device has no such source, or cannot do both sides.
    """
    chosen = [*_source(wish, offers)]
    if "--mode" in offers:
        chosen.append(f"--mode={_mode(wish, offers['--mode'])}")
    if "--resolution" in offers:
        chosen.append(f"--resolution={_resolution(wish.resolution, offers['--resolution'])}")
    for names, size in ((("-x", "--page-width"), wish.width_mm), (("-y", "--page-height"), wish.height_mm)):
        # The page first: some drivers keep the area within it.
        chosen += [f"{name}={_within(size, offers[name])}" for name in reversed(names) if name in offers]
    return tuple(part for option in chosen for part in _spelt(option)) + wish.options


def resolution_of(options: Sequence[str], *, default: int) -> int:
    """Pixels per inch that these options ask for."""
    told = [option for option in options if option.startswith("--resolution=")]
    return int(told[0].partition("=")[2]) if told else default


def _spelt(option: str) -> tuple[str, ...]:
    """``-x=10`` is ``-x 10`` on the command line."""
    if option.startswith("--"):
        return (option,)
    name, _, value = option.partition("=")
    return (name, value)


def _source(wish: ScanWish, offers: Mapping[str, Sequence[str]]) -> list[str]:
    sources = offers.get("--source", ())
    if wish.source:
        if sources and wish.source not in sources:
            raise OptionError(f"--source {wish.source} ({', '.join(sources)})")
        return [f"--source={wish.source}"] if sources else []
    feeders = [source for source in sources if _FEEDER.search(source)]
    if not feeders:
        if wish.duplex:
            raise OptionError("--duplex")
        return []
    both = [source for source in feeders if _DUPLEX.search(source)]
    one = [source for source in feeders if source not in both and not _BACK.search(source)]
    if not wish.duplex:
        return [f"--source={(one or feeders)[0]}", *_switched_off(offers)]
    if both:
        return [f"--source={both[0]}"]
    if "--adf-mode" in offers:
        mode = next((value for value in offers["--adf-mode"] if _DUPLEX.search(value)), "")
        if mode:
            return [f"--source={feeders[0]}", f"--adf-mode={mode}"]
    if "--duplex" in offers:
        return [f"--source={feeders[0]}", "--duplex=yes"]
    raise OptionError("--duplex")


def _switched_off(offers: Mapping[str, Sequence[str]]) -> list[str]:
    """A device may remember that it took both sides last time."""
    return ["--duplex=no"] if "--duplex" in offers else []


def _mode(wish: ScanWish, modes: Sequence[str]) -> str:
    for pattern in _MODES[wish.mode]:
        for mode in modes:
            if pattern.search(mode):
                return mode
    raise OptionError(f"--mode {wish.mode} ({', '.join(modes)})")


def _resolution(wanted: int, values: Sequence[str]) -> int:
    """The wished one, else the next finer, else the finest."""
    span = _RANGE.match(values[0])
    if span is not None:
        return round(min(max(wanted, float(span[1])), float(span[2])))
    steps = sorted(round(float(match[0])) for value in values if (match := _NUMBER.match(value)))
    if not steps:
        return wanted
    return next((step for step in steps if step >= wanted), steps[-1])


def _within(wanted: float, values: Sequence[str]) -> str:
    span = _RANGE.match(values[0])
    size = min(wanted, float(span[2])) if span is not None else wanted
    return f"{size:g}"
