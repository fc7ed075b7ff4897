"""The law as dated tables (TOML) and their reading: paper types, procedures, places, deadlines.

What the law changes is data with its article and its first and last day, never a constant in code. A wrong
table stops the start with file and line.
"""
