"""Tests of the store; ``faults`` and ``builders`` serve the contract tests too."""
