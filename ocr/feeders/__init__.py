"""Trays of paper: scanners through SANE, and a folder of pictures that stands in for one."""
