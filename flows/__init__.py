"""The recipes of the house: plain functions that call steps in the order the law fixes.

``capture``, ``extract`` and ``issue`` are plain; ``runs`` wraps them in Prefect; ``submit`` is what others
see.
"""
