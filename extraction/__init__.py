"""Page text to documents and fields. Pure functions: no I/O, no clock, no randomness.

`document.understand` is the door: pages of one file in, documents with fields, doubts and parties out.
"""
