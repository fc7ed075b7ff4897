"""How well papers are understood: type, fields, questions and confidence against what stands on them."""
