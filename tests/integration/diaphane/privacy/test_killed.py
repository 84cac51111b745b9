"""An erasure whose process is killed: before the rows are gone, nothing is; after, the next run goes on."""

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages

from diaphane.acts.models import Act
from diaphane.imaging.models import ErasedFile, Instance
from diaphane.kernel.actors import Role
from diaphane.patients.models import Patient
from diaphane.privacy import erasure_guards
from diaphane.privacy.deciding import approve_erasure, propose_erasures
from diaphane.privacy.erasing import erase_decided
from diaphane.privacy.erasure_models import ErasureState
from diaphane.privacy.models import Erasure
from tests import reading_scenes
from tests.factories import make_actor
from tests.scenes import make_territory

ROOT = Path(__file__).resolve().parents[4]
SCRIPT = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from diaphane.imaging import storage
from diaphane.privacy import erasing, erasure_guards

at = datetime.fromisoformat(sys.argv[1])
erasure_guards.now = lambda: at
real = {"_erase_patients": erasing._erase_patients, "delete": storage.DurableFolder.delete}

def die_in_the_transaction(*args):
    real["_erase_patients"](*args)
    os.kill(os.getpid(), signal.SIGKILL)

def die_after_one_file(self, name):
    real["delete"](self, name)
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "rows":
    erasing._erase_patients = die_in_the_transaction
else:
    storage.DurableFolder.delete = die_after_one_file
erasing.erase_decided(at=at)
"""


def count_files() -> int:
    return len(list(storages["objects"].list_keys()))  # type: ignore[attr-defined]


def run_until_killed(at: datetime, moment: str, database_url: str) -> None:
    """Erase what was decided in a process of its own, which is killed at a moment."""
    environment = dict(
        os.environ,
        DATABASE_URL=database_url,
        DIAPHANE_MODE="test",
        DIAPHANE_DATA=str(settings.DATA),
        DJANGO_SETTINGS_MODULE="diaphane.config.settings",
        PYTHONPATH=f"{ROOT / 'src'}",
    )
    command = [sys.executable, "-c", SCRIPT, at.isoformat(), moment]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("moment", ["rows", "files"])
def test_a_killed_erasure_is_whole_or_goes_on(
    database_url: str, at: datetime, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    territory = make_territory()
    reading_scenes.signed(territory)
    later = at + timedelta(days=366 * 21)
    due = later + timedelta(days=8)
    monkeypatch.setattr(erasure_guards, "now", lambda: due)
    propose_erasures(at=later)
    officer = make_actor(Role.DPO, territory.site)
    approve_erasure(erasure_id=Erasure.objects.get().pk, by=officer, at=later)
    assert count_files() == 3

    run_until_killed(due, moment, database_url)
    if moment == "rows":
        assert Erasure.objects.get().state == ErasureState.APPROVED
        assert (Act.objects.count(), Instance.objects.count(), count_files()) == (1, 2, 3)
    else:
        assert Erasure.objects.get().state == ErasureState.ERASING
        assert not Patient.objects.filter(pk=territory.patient.pk).exists()
        assert (ErasedFile.objects.count(), count_files()) == (3, 2)

    assert erase_decided(at=due) == 1
    assert Erasure.objects.get().state == ErasureState.DONE
    assert (Act.objects.count(), ErasedFile.objects.count(), count_files()) == (0, 0, 0)
