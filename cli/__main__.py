"""``python -m cli`` is ``motlan``."""

from cli.main import main

main()
