"""A folder that scanners drop files into: what lies there, what is finished, what belongs together."""
