"""The archive's desk: long work that people ask for, terms that have ended, the journal and its proofs."""
