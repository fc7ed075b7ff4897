"""Rules across the fields of one paper, one small function each; ``registry.py`` lists them.

A check looks at fields and says effects; it changes nothing. What the reasons mean stands in
``extraction/reasons.py`` and ``docs/evidence.md``.
"""
