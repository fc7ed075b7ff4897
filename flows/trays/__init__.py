"""Trays of the station: gathered by operators, handed in, and worked on by the process that serves."""
