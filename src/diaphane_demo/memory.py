"""Remember which exams were sent, across restarts of the scanner and of the gateway."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path


class Memory:
    """Keep, per step, when its images were acquired and which have been settled.

    The file holds identifiers of steps and numbers of images: nothing of a patient.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._steps: dict[str, dict[str, object]] = {}
        if path.is_file():
            self._steps = json.loads(path.read_text())

    def begin(self, step: str, now: datetime) -> datetime:
        """Return when the step's images were acquired: now, the first time that it is asked."""
        entry = self._steps.setdefault(step, {"acquired_at": now.isoformat(), "settled": [], "sent": False})
        self._save()
        return datetime.fromisoformat(str(entry["acquired_at"]))

    def is_sent(self, step: str) -> bool:
        """Tell whether every image of the step was settled."""
        return bool(self._steps.get(step, {}).get("sent"))

    def get_settled(self, step: str) -> set[str]:
        """Return the images of the step that the gateway has stored or refused for good."""
        settled = self._steps.get(step, {}).get("settled", [])
        return set(settled) if isinstance(settled, list) else set()

    def settle(self, step: str, images: Iterable[str], *, sent: bool) -> None:
        """Record the settled images of a step, and whether that is all of them."""
        entry = self._steps[step]
        entry["settled"] = [] if sent else sorted(self.get_settled(step) | set(images))
        entry["sent"] = sent
        self._save()

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("w") as file:
            json.dump(self._steps, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
