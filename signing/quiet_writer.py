"""Writes a further revision of a PDF without touching what the file says about itself."""

from __future__ import annotations

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class QuietWriter(IncrementalPdfFileWriter):
    """Adds what it is told to and nothing else: neither the metadata nor the version of the file change."""

    output_version = (1, 4)

    def _update_meta(self) -> None:
        """Who signed and when stands in the signature; title and dates of the document stay as they are."""
