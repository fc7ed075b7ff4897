"""One network, loaded once: home of ONNX Runtime."""

from __future__ import annotations

import threading
from importlib.resources import files
from typing import cast

import numpy as np
import numpy.typing as npt
import onnxruntime

from dossier.errors import EngineError, EngineMissingError

FloatArray = npt.NDArray[np.float32]

_WEIGHTS = "ocr.net.weights"


class Network:
    """Runs one network of ``ocr/net/weights`` on one core; may be called from several threads at once.

    Args:
        name: file name without ending.
        keeps_memory: what it needs for one run is kept for the next. That never shrinks, so only a network
            whose runs are all small may do it.
    """

    def __init__(self, name: str, *, keeps_memory: bool = False) -> None:
        self._name = name
        self._keeps_memory = keeps_memory
        self._lock = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None

    def run(self, ink: FloatArray) -> FloatArray:
        """Scores for ink (1 black, 0 paper), shapes as ``training.nets`` gives them.

        Raises:
            EngineMissingError: the weights are not there or cannot be loaded.
            EngineError: the network failed.
        """
        session = self._loaded()
        try:
            (scores,) = session.run(None, {"ink": ink})
        except Exception as error:
            # ONNX Runtime raises classes of its own that have no common ancestor below Exception.
            raise EngineError(cause=f"{type(error).__name__}: {error}") from error
        return cast("FloatArray", scores)

    def note(self, key: str) -> str:
        """What the weights say of themselves, such as ``version`` or ``alphabet``."""
        return str(self._loaded().get_modelmeta().custom_metadata_map[key])

    def _loaded(self) -> onnxruntime.InferenceSession:
        with self._lock:
            if self._session is None:
                self._session = _load(self._name, keeps_memory=self._keeps_memory)
            return self._session


def _load(name: str, *, keeps_memory: bool) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = keeps_memory
    options.log_severity_level = 3
    try:
        weights = files(_WEIGHTS).joinpath(f"{name}.onnx").read_bytes()
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EngineMissingError(f"{name}.onnx", cause=f"{type(error).__name__}: {error}") from error
