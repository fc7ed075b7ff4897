"""Invented Vietnamese dossiers: the maker of the sample scans and the truth beside them."""
