"""Is this paper already held, and may it be used? Pure functions: no clock, no store, no network."""
