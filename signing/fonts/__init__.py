"""The one typeface that marks are set in, and the script that builds it."""
