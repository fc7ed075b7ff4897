from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dossier.errors import EngineError, EngineMissingError
from ocr.net.session import Network


def test_weights_that_are_not_there_are_named() -> None:
    with pytest.raises(EngineMissingError) as caught:
        Network("no-such-network").note("version")
    assert (caught.value.code, caught.value.item) == ("engine.missing", "no-such-network.onnx")


def test_weights_that_are_not_there_are_noticed_at_the_first_run_not_before() -> None:
    network = Network("no-such-network")
    with pytest.raises(EngineMissingError):
        network.run(np.zeros((1, 1, 48, 64), dtype=np.float32))


def test_ink_of_a_wrong_shape_is_a_failure_of_the_engine() -> None:
    with pytest.raises(EngineError) as caught:
        Network("lines").run(np.zeros((1, 1, 47, 64), dtype=np.float32))
    assert not isinstance(caught.value, EngineMissingError)


def test_both_weights_say_their_version() -> None:
    assert Network("lines").note("version") != ""
    assert Network("finder").note("version") != ""


def test_threads_share_one_network_and_get_what_one_gets() -> None:
    network = Network("lines")
    rng = np.random.default_rng(5)
    inks = [rng.random((1, 1, 48, 64), dtype=np.float32) for _ in range(8)]
    alone = [Network("lines").run(ink) for ink in inks]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(network.run, inks))
    for one, other in zip(alone, together, strict=True):
        assert np.allclose(one, other, atol=1e-5)
