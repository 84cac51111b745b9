"""Where signed documents are kept: the object store."""

from django.core.files.storage import Storage, storages


def open_storage() -> Storage:
    """Return the object store (a folder by default, S3 by configuration)."""
    return storages["objects"]
