"""Bundles: two desks without the network, and their centre."""
