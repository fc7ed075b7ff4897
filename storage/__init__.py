"""Records, bytes, citizen index and journal of one data folder. Home of SQLAlchemy, alembic and minio.

Importing the package costs nothing; ``storage.store`` brings SQLAlchemy in, ``storage.schema_upgrade``
alembic, and only ``create_store`` needs the latter.
"""
