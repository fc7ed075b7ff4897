"""``motlan watch``: what scanners drop into a folder is handed in, and put where it belongs."""
