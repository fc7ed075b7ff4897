"""A line finder and a line recogniser for Vietnamese print, made for one processor core.

Two small convolutional networks, drawn and trained by ``training/`` on invented text in free fonts.
``finder`` marks the printed lines of a page, ``crops`` cuts each to one size, ``session`` runs the networks,
``ctc`` turns scores along a line into words with alternatives, ``views`` looks again at doubtful lines, and
``engine`` keeps the contract of ``ocr.engine``.
"""
