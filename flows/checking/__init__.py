"""The check station: what waits, who has it on the table, what they answer, and what they look at."""
