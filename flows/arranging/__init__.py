"""Arranging the pages of a file after it was split: what a person wants, and the papers it makes."""
