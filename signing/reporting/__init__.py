"""Verification reports as people and programs keep them: HTML, PDF, JSON, ETSI XML, text."""
