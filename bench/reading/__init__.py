"""``motlan bench ocr``: the reader beside what people would use instead, on pages with known text."""
