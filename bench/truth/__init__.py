"""The truth set: made pages of every paper type whose text, key strings and fields are known.

``python -m bench.truth`` makes it into ``bench/out/truth`` (git-ignored; images are never committed). A set
has two halves that share neither layout nor font nor names, places and sentences: the reader may be tuned
on ``tune``, only ``test`` is reported. Each layout is made in four grades:

* ``clean``: flat on the glass, 200 or 300 dpi, colour, grey or fax (G4);
* ``light``: the usual office scan: skew to 2 degrees, yellowed paper, a little shine-through, dust;
* ``worn``: skew to 5 degrees, folds, uneven light, shine-through, faded print, the spine of a book, holes;
* ``bad``: skew to 10 degrees, turned by 90, 180 or 270 degrees, phone photos in perspective, strong shadows.

Seals, signatures, stamps, pen notes and what shines through are on the pages and never in the text.
Two-column heads are read left column first. ``README.md`` beside this file has the table of fonts.
"""
