"""How the line grows with workers: unit costs that were measured, a simulation of them, real runs beside
it.
"""
