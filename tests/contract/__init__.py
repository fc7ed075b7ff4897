"""Cases for each port of ``dossier.ports``, run by every implementation."""
