"""Machine-readable zones (ICAO Doc 9303) of identity cards and passports, checked by their digits."""
