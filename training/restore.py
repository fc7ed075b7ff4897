"""The committed weights as checkpoints to train on: ``python -m training.restore ocr/net/weights folder …``.

In the ONNX files every normalisation has been folded into the convolution before it; here it comes back with
the mean and the spread that lines and pages drawn for the purpose have there, so that training goes on from
the same function.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.alphabet import ALPHABET
from training.faces import Faces
from training.lines import Lines
from training.nets import FinderNet, LineNet
from training.pages import Pages
from training.shards import draw_batches, read_corpus
from training.texts import Texts
from training.wear import worn, worn_page

# ONNX orders the gates of an LSTM as input, output, forget, cell; torch as input, forget, cell, output.
_GATES = (0, 2, 3, 1)
_LINES, _WIDTH = 768, 256
_PAGES = 24
Net = TypeVar("Net", LineNet, FinderNet)


def restored(path: Path, model: Net, sample: Tensor) -> Net:
    """A network of an ONNX file that ``training.export`` wrote.

    Args:
        path: the file.
        model: a new network of the kind that the file holds.
        sample: worn lines or windows of pages as in training (n by 1 by height by width; 1 ink, 0 paper).
    """
    graph = onnx.load(path).graph
    values = {
        entry.name: torch.from_numpy(numpy_helper.to_array(entry).copy()) for entry in graph.initializer
    }
    folded = [
        node for node in graph.node if node.op_type == "Conv" and node.input[1] not in model.state_dict()
    ]
    for node, (conv, norm) in zip(folded, _pairs(model), strict=True):
        conv.weight.data = values[node.input[1]]
        norm.bias.data = values[node.input[2]]
    kept = {name: values[name] for name in model.state_dict() if name in values}
    model.load_state_dict(kept, strict=False)
    if isinstance(model, LineNet):
        _fill_memory(model.memory, *(values[name] for name in _inputs(graph, "LSTM")[1:4]))
        model.out.weight.data = values[_inputs(graph, "MatMul")[1]].T.contiguous()
    _unfold(model.eval(), sample)
    return model


@torch.no_grad()  # type: ignore[untyped-decorator]
def _unfold(model: nn.Module, sample: Tensor) -> None:
    """Give every normalisation the statistics of its input; what the network computes stays the same."""

    def take_in(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        seen = inputs[0].transpose(0, 1).flatten(1)
        mean, spread = seen.mean(1), seen.var(1)
        norm.bias.data += mean
        norm.weight.data = torch.sqrt(spread + norm.eps)
        norm.running_mean.data, norm.running_var.data = mean, spread

    hooks = [norm.register_forward_pre_hook(take_in) for _, norm in _pairs(model)]
    model(sample)
    for hook in hooks:
        hook.remove()


def _windows(corpus: Path, fonts: Path, count: int) -> Tensor:
    """So many windows of worn pages."""
    pages = Pages(Texts(read_corpus(corpus), seed=87), Faces(fonts), seed=88)
    drawn = [pages.draw() for _ in range(count)]
    maps = np.stack([np.stack((page.ink, page.bands, page.foreign)) for page in drawn])
    paper, _ = worn_page(torch.from_numpy(maps).float() / 255, rng=random.Random(89))
    return 1 - paper


def _sample(corpus: Path, fonts: Path, count: int) -> Tensor:
    """So many worn lines, cut to a common width."""
    lines = Lines(Texts(read_corpus(corpus), seed=77), Faces(fonts), seed=78)
    rng = random.Random(79)
    rows = [
        1 - worn(torch.from_numpy(arrays["ink"]).unsqueeze(1).float() / 255, rng=rng)[..., :_WIDTH]
        for arrays in draw_batches(lines, count, batch=16)
        if arrays["ink"].shape[2] >= _WIDTH
    ]
    return torch.cat(rows)


def _pairs(model: nn.Module) -> list[tuple[nn.Module, nn.Module]]:
    """Convolutions with the normalisation behind each, in the order of the graph."""
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Conv1d | nn.Conv2d)]
    norms = [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)]
    return list(zip([layer for layer in layers if layer.bias is None], norms, strict=True))


def _inputs(graph: onnx.GraphProto, kind: str) -> list[str]:
    return next(list(node.input) for node in graph.node if node.op_type == kind)


def _fill_memory(memory: nn.LSTM, inward: Tensor, around: Tensor, biases: Tensor) -> None:
    for place, suffix in enumerate(("", "_reverse")):
        ours, theirs = biases[place].chunk(2)
        for name, value in (
            ("weight_ih", inward[place]),
            ("weight_hh", around[place]),
            ("bias_ih", ours),
            ("bias_hh", theirs),
        ):
            gates = value.chunk(4)
            getattr(memory, f"{name}_l0{suffix}").data = torch.cat([gates[gate] for gate in _GATES])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--fonts", type=Path, required=True)
    options = parser.parse_args()
    lines = restored(
        options.weights / "lines.onnx",
        LineNet(len(ALPHABET) + 1),
        _sample(options.corpus, options.fonts, _LINES),
    )
    torch.save(lines.state_dict(), options.out / "lines.pt")
    finder = restored(
        options.weights / "finder.onnx", FinderNet(), _windows(options.corpus, options.fonts, _PAGES)
    )
    torch.save(finder.state_dict(), options.out / "finder.pt")


if __name__ == "__main__":
    main()
