"""Write trained weights as ONNX for the program.

``python -m training.export lines.pt finder.pt ocr/net/weights``
"""

from __future__ import annotations

import argparse
from pathlib import Path

import onnx
import torch
from torch import nn

from training.alphabet import ALPHABET
from training.nets import FinderNet, LineNet

_OPSET = 17
# Rise with every set of weights that is committed: kept pages of another version are read again.
_LINES_VERSION, _FINDER_VERSION = "4", "2"


def _write(
    model: nn.Module,
    example: torch.Tensor,
    path: Path,
    *,
    axes: dict[str, dict[int, str]],
    notes: dict[str, str],
) -> None:
    torch.onnx.export(
        model.eval(),
        (example,),
        str(path),
        input_names=["ink"],
        output_names=["scores"],
        dynamic_axes=axes,
        opset_version=_OPSET,
        dynamo=False,
    )
    graph = onnx.load(path)
    # Where the weights were made is of no use to anybody: only what the program needs is kept.
    graph.doc_string = ""
    for node in graph.graph.node:
        node.doc_string = ""
    onnx.helper.set_model_props(graph, notes)
    onnx.save(graph, path)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=Path)
    parser.add_argument("finder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    lines = LineNet(len(ALPHABET) + 1)
    lines.load_state_dict(torch.load(options.lines, map_location="cpu"))
    _write(
        lines,
        torch.zeros(2, 1, 48, 512),
        options.out / "lines.onnx",
        axes={"ink": {0: "lines", 3: "width"}, "scores": {0: "lines", 1: "steps"}},
        notes={"alphabet": ALPHABET, "version": _LINES_VERSION},
    )
    finder = FinderNet()
    finder.load_state_dict(torch.load(options.finder, map_location="cpu"))
    _write(
        finder,
        torch.zeros(1, 1, 640, 608),
        options.out / "finder.onnx",
        axes={"ink": {2: "height", 3: "width"}, "scores": {2: "height", 3: "width"}},
        notes={"version": _FINDER_VERSION},
    )


if __name__ == "__main__":
    main()
