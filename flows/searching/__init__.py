"""Papers found by what stands on them: words taken in behind filing, questions, and places on the page."""
