"""Archive packages, built from records and bytes that are handed in, and checked."""
