"""A province on one machine: hosts that are network namespaces, and the bad days that befall them."""
