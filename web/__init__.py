"""The HTTP door. For now it lets ``motlan ingest`` hand a batch to a running ``motlan serve``."""
