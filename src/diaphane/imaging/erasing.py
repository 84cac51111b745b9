"""Let files of the store go: first written down beside what erases their rows, then one after another (R37).

A file and a row have no transaction in common. So the keys are written in the transaction that erases the
rows; each file then goes before its line does, and a run that was killed goes on where it stood.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.files.storage import storages

from .erased_models import ErasedFile
from .models import Instance, Reconciliation


def mark_erased(keys: Iterable[str], *, decision_id: UUID) -> int:
    """Write down files to erase, in the caller's transaction; return how many."""
    marks = [ErasedFile(key=key, decision_id=decision_id) for key in sorted({key for key in keys if key})]
    ErasedFile.objects.bulk_create(marks, batch_size=1000, ignore_conflicts=True)
    return len(marks)


def erase_marked(*, decision_id: UUID) -> int:
    """Erase the files of a decision that are still there; return how many lines were struck out.

    Raises:
        OSError: the store refuses; what is not erased stays written down.
    """
    count = 0
    for mark in ErasedFile.objects.filter(decision_id=decision_id):
        if not _is_kept(mark.key):
            storages["objects"].delete(mark.key)
        mark.delete()
        count += 1
    return count


def _is_kept(key: str) -> bool:
    """Say whether a row came since that needs this very file."""
    return any(model.objects.filter(storage_key=key).exists() for model in (Instance, Reconciliation))
