"""The committed weights as a checkpoint to train on: ``python -m training.restore ocr/net/weights out.pt``.

For the line recogniser alone. In the ONNX file every normalisation has been folded into the convolution
before it; here it comes back as one that changes nothing but adds the bias of that convolution.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.alphabet import ALPHABET
from training.nets import LineNet

# ONNX orders the gates of an LSTM as input, output, forget, cell; torch as input, forget, cell, output.
_GATES = (0, 2, 3, 1)


def restored(path: Path) -> LineNet:
    """The line recogniser of an ONNX file that ``training.export`` wrote."""
    graph = onnx.load(path).graph
    values = {
        entry.name: torch.from_numpy(numpy_helper.to_array(entry).copy()) for entry in graph.initializer
    }
    model = LineNet(len(ALPHABET) + 1)
    folded = [
        node for node in graph.node if node.op_type == "Conv" and node.input[1] not in model.state_dict()
    ]
    for node, (conv, norm) in zip(folded, _pairs(model), strict=True):
        conv.weight.data = values[node.input[1]]
        norm.weight.data = torch.sqrt(torch.ones_like(norm.weight) + norm.eps)
        norm.bias.data = values[node.input[2]]
    kept = {name: values[name] for name in model.state_dict() if name in values}
    model.load_state_dict(kept, strict=False)
    _fill_memory(model.memory, *(values[name] for name in _inputs(graph, "LSTM")[1:4]))
    model.out.weight.data = values[_inputs(graph, "MatMul")[1]].T.contiguous()
    return model


def _pairs(model: LineNet) -> list[tuple[nn.Module, nn.Module]]:
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
    options = parser.parse_args()
    torch.save(restored(options.weights / "lines.onnx").state_dict(), options.out)


if __name__ == "__main__":
    main()
