"""The text messages of the demo: written in a folder, sent to nobody."""

from pathlib import Path

from django.conf import settings

from diaphane.kernel.clock import now
from diaphane.kernel.identifiers import uuid7


class WrittenTexts:
    """A stand-in for a service of text messages: it says in each file that nothing left."""

    def send(self, *, to: str, body: str) -> None:
        """Write one message in a file of its own."""
        folder = Path(settings.DATA) / "texts"
        folder.mkdir(parents=True, exist_ok=True)
        words = f"Démonstration : rien n’est parti.\nÀ : {to}\nLe : {now():%Y-%m-%d %H:%M}\n\n{body}\n"
        (folder / f"{uuid7()}.txt").write_text(words, encoding="utf-8")
