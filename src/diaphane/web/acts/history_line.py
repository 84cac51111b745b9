"""One line of an act's history."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class HistoryLine:
    """What happened, how it is drawn, when, by whom, and a word about it."""

    title: str | Promise
    state: str
    at: datetime
    by: str
    note: str | Promise = ""
