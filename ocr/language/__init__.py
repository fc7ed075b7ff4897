"""Vietnamese as a language of finite syllables: which of several readings of a line was printed.

The way through: ``lattice.widen`` makes slots of alternatives, ``decode.decode`` chooses with the counts that
``model.load_model`` maps into memory. ``train`` makes the counts, ``learn`` the confusions; neither is needed
at run time. Nothing here looks at pixels or starts a program.
"""
