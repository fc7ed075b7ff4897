"""The screens, one file each: what a page asks of the flows, and what it shows."""
