"""The second version of the line recogniser as the larger third: ``python -m training.grow 2.pt 3.pt``.

What the third has more (a residual block, two mixing blocks) begins as an addition of nothing, so that both
compute the same and training goes on where it was.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from training.nets import LineNet

# The convolution that stands behind the new residual block, before and now.
_MOVED = {"eye.5.": "eye.6."}
# What the new blocks add is scaled by these.
_SILENT = (
    "eye.5.inner.2.weight",
    "along.2.down.weight",
    "along.2.down.bias",
    "along.3.down.weight",
    "along.3.down.bias",
)


def grown(second: dict[str, Tensor]) -> LineNet:
    """The third version that computes what the second does, from the second's weights.

    Args:
        second: state of a checkpoint of the second version.
    """
    # The alphabet had fewer signs then.
    model = LineNet(len(second["out.bias"]))
    state = model.state_dict()
    for name, value in second.items():
        place = next((new + name[len(old) :] for old, new in _MOVED.items() if name.startswith(old)), name)
        state[place] = value
    for name in _SILENT:
        state[name] = torch.zeros_like(state[name])
    model.load_state_dict(state)
    return model


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("second", type=Path)
    parser.add_argument("third", type=Path)
    options = parser.parse_args()
    torch.save(grown(torch.load(options.second, map_location="cpu")).state_dict(), options.third)


if __name__ == "__main__":
    main()
