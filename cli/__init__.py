"""The command ``motlan``. Modules of commands import what they need when they run: ``--help`` stays quick."""
