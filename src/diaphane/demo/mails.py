"""The mails of the demo: written in a folder, sent to nobody, read on a page."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.utils import timezone

MOST = 20
_BETWEEN = b"-" * 79
"""What Django's file backend writes after each mail of a file."""


@dataclass(frozen=True)
class Mail:
    """One mail as its recipient would read it."""

    to: str
    subject: str
    text: str
    written_at: datetime


def get_folder() -> Path:
    """Return where the mails are written."""
    return Path(settings.EMAIL_FILE_PATH)


def list_mails() -> list[Mail]:
    """List the latest mails, the last one first."""
    files = sorted(get_folder().glob("*.log"), key=lambda each: each.stat().st_mtime, reverse=True)
    return [mail for file in files[:MOST] for mail in reversed(_read(file))][:MOST]


def _read(file: Path) -> list[Mail]:
    written_at = datetime.fromtimestamp(file.stat().st_mtime, tz=timezone.get_current_timezone())
    parts = [each.strip() for each in file.read_bytes().split(_BETWEEN)]
    messages = [message_from_bytes(each, policy=default) for each in parts if each]
    return [Mail(str(each["To"]), str(each["Subject"]), _read_text(each), written_at) for each in messages]


def _read_text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain",))
    return str(body.get_content()).strip() if body is not None else ""
