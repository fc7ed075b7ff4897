"""One file per kind of value: find it in a text, clean it, say how well it fits its kind."""
