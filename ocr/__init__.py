"""Pixels to page text, and the searchable PDF/A. Home of OpenCV, Tesseract, pdfplumber and PDF assembly.

The way of a page: ``sources`` opens a file by its content → ``images`` decodes one page → ``orientation``,
``ink``, ``deskew`` and ``cleaning`` make the text image → an ``engine`` recognises it → ``layout`` puts the
words in reading order → ``checks`` notice what is wrong with the page. ``reader`` is the door to all of it;
``searchable`` writes the two-layer PDF/A.

Importing this package alone loads none of the image libraries, so that commands start fast.
"""
