"""The promise about errors: samples keyed a second time, what they prove, and what follows from it."""
