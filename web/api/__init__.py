"""The HTTP service for machines: its shell, its errors, its addresses."""
