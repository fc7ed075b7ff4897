"""The business in words: ids, codes, persons, documents, fields, page text, events, ports, errors.

Standard library only and no I/O: every other package may talk about a dossier without knowing who
reads, signs or stores it.
"""
