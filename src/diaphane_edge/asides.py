"""What a person decides of the objects that are set aside: leave all the same, or not at all.

A decision is taken exam by exam and reason by reason. It is written down in the journal with who took it,
and told in the gateway's log.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .journal import Entry, Journal
from .logs import log
from .reasons import ASKED_THERE, Reason
from .spool import Spool
from .states import WAITING, State

KEPT_SECONDS = 30 * 24 * 3600.0
"""How long what was discarded may be taken back."""
LOST = frozenset({str(Reason.FILE_MISSING), str(Reason.FILE_DAMAGED)})


class Choice(StrEnum):
    """What a person may decide."""

    SEND = "send"
    DISCARD = "discard"
    RESTORE = "restore"


class NotPossibleError(ValueError):
    """Say in French why a decision cannot be taken."""


@dataclass(frozen=True)
class Aside:
    """Objects of one exam, set aside or discarded for one reason; `number` names them for a decision."""

    number: int
    accession_number: str
    received_at: float
    reason: str
    images: int
    is_discarded: bool
    study_instance_uid: str = ""

    @property
    def waits_here(self) -> bool:
        """Tell whether a person decides here, and not at the platform, which keeps the object aside."""
        return not self.is_discarded and self.reason != ASKED_THERE


def list_asides(journal: Journal) -> list[Aside]:
    """List what is set aside or discarded, the oldest first, with the exam's number where it is known."""
    rows = journal.query(
        "SELECT min(one.id),"
        " coalesce(nullif(max(one.accession_number), ''), max(study.accession_number),"
        "  (SELECT max(accession_number) FROM object WHERE study_instance_uid = one.study_instance_uid), ''),"
        " min(one.received_at), one.reason, count(*), one.state = 'discarded',"
        " one.study_instance_uid"
        " FROM object AS one LEFT JOIN study USING (study_instance_uid)"
        " WHERE one.state IN ('set_aside', 'discarded')"
        " GROUP BY one.study_instance_uid, one.reason, one.state ORDER BY min(one.id)"
    )
    return [
        Aside(number, accession_number, received_at, reason, images, bool(is_discarded), study)
        for number, accession_number, received_at, reason, images, is_discarded, study in rows
    ]


def decide(journal: Journal, number: int, choice: Choice, *, by: str) -> int:
    """Take a decision on the objects that a number names, all of them or none; return how many.

    Raises NotPossibleError.
    """
    with journal.transaction():
        entries = _list_group(journal, number)
        for entry in entries:
            RULES[choice](journal, entry)
            journal.change(
                "INSERT INTO decision (sop_instance_uid, choice, reason, made_by, made_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (entry.sop_instance_uid, choice, entry.reason or "", by, time.time()),
            )
    return len(entries)


def tell_decisions(journal: Journal) -> None:
    """Write in the log the decisions that are not there yet."""
    rows = journal.query(
        "SELECT id, sop_instance_uid, choice, reason, made_by, made_at FROM decision"
        " WHERE NOT is_told ORDER BY id"
    )
    for number, sop, choice, reason, made_by, made_at in rows:
        journal.change("UPDATE decision SET is_told = 1 WHERE id = ?", (number,))
        log.warning(
            "object_decided", sop_instance_uid=sop, choice=choice, reason=reason, by=made_by, at=int(made_at)
        )


def erase_discarded(spool: Spool) -> None:
    """Erase what was discarded long ago."""
    for entry in spool.journal.list_discarded(before=time.time() - KEPT_SECONDS):
        spool.forget(entry)
        log.warning("object_erased", sop_instance_uid=entry.sop_instance_uid)


def _list_group(journal: Journal, number: int) -> list[Entry]:
    named = journal.get(number)
    group = [
        entry
        for entry in journal.list_for_a_person()
        if named
        and (entry.study_instance_uid, entry.reason, entry.state)
        == (named.study_instance_uid, named.reason, named.state)
    ]
    if not group:
        raise NotPossibleError(f"Rien de mis de côté ne porte le numéro {number}.")
    return group


def _send(journal: Journal, entry: Entry) -> None:
    """Let an object go: the platform judges it, and keeps other content apart."""
    if entry.state is not State.SET_ASIDE:
        raise NotPossibleError("Ces images sont écartées : « restore » d’abord.")
    if entry.reason in LOST:
        raise NotPossibleError("Le disque n’a plus ces images : renvoyez l’examen depuis la modalité.")
    if entry.reason == ASKED_THERE:
        raise NotPossibleError(
            "La plateforme garde déjà ces images à part : on y décide, dans « Images à rattacher »."
        )
    if any(each.state in WAITING for each in journal.list_all(entry.sop_instance_uid)):
        raise NotPossibleError("La première version n’est pas encore partie : attendez qu’elle soit arrivée.")
    journal.move(entry, State.RECEIVED)


def _discard(journal: Journal, entry: Entry) -> None:
    if entry.state is not State.SET_ASIDE:
        raise NotPossibleError("Ces images sont déjà écartées.")
    journal.move(entry, State.DISCARDED, reason=entry.reason)


def _restore(journal: Journal, entry: Entry) -> None:
    if entry.state is not State.DISCARDED:
        raise NotPossibleError("Ces images ne sont pas écartées.")
    journal.move(entry, State.SET_ASIDE, reason=entry.reason)


RULES: Mapping[Choice, Callable[[Journal, Entry], None]] = {
    Choice.SEND: _send,
    Choice.DISCARD: _discard,
    Choice.RESTORE: _restore,
}
