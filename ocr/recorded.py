"""An engine that replays what another engine once gave: for tests, demonstrations and old results."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from dossier.errors import EngineError
from ocr.arrays import GrayImage
from ocr.engine import Engine, EngineWord, RecogniseMode

Recording = dict[str, tuple[EngineWord, ...]]


def image_key(image: GrayImage, *, mode: RecogniseMode) -> str:
    """Name of an image in a recording: the SHA-256 of its shape, its grey values and the mode."""
    digest = hashlib.sha256(f"{mode} {image.shape[0]} {image.shape[1]} ".encode())
    digest.update(image.tobytes())
    return digest.hexdigest()


class RecordingEngine:
    """Hands every call on to a real engine and remembers the answers in ``recording``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.recording: Recording = {}

    def version(self) -> str:
        """The version of the engine behind it."""
        return self._engine.version()

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """See ``ocr.engine``."""
        words = self._engine.recognise(image, dpi=dpi, mode=mode, seconds=seconds)
        self.recording[image_key(image, mode=mode)] = words
        return words


class RecordedEngine:
    """Replays a recording. An image it does not know is an ``EngineError``, never an empty page."""

    def __init__(self, recording: Mapping[str, tuple[EngineWord, ...]], *, version: str) -> None:
        self._recording = dict(recording)
        self._version = version

    def version(self) -> str:
        """The version given when the recording was made."""
        return self._version

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """See ``ocr.engine``."""
        del dpi, seconds
        key = image_key(image, mode=mode)
        if key not in self._recording:
            raise EngineError(cause=f"no recording for image {key}")
        return self._recording[key]
