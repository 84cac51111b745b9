"""Say what a technologist should know first, and what to do about it, at three in the morning."""

import time
from dataclasses import dataclass
from enum import StrEnum

from .asides import Aside
from .contact import Trouble
from .status import Status
from .words import (
    spell_day,
    spell_duration,
    spell_exam,
    spell_images,
    spell_moment,
    spell_reason,
    spell_size,
)

LATE_SECONDS = 600
"""An object that waits longer on a link that is up is late."""
MOST_NAMED = 5
"""How many exams set aside are named before all are counted."""
SHORT_CREDENTIAL_SECONDS = 7 * 24 * 3600
CALL_FOR_A_CODE = "Appelez l’administrateur de Diaphane : son code enrôle de nouveau la passerelle."
CALL_IF_URGENT = "Si l’examen est urgent, téléphonez au radiologue sans attendre."
KEPT = "Les images sont gardées ici et partiront d’elles-mêmes : n’envoyez rien une deuxième fois."


class Level(StrEnum):
    """How much a person is needed."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True)
class Advice:
    """One thing to know, in a sentence, and what to do, in order."""

    level: Level
    title: str
    steps: tuple[str, ...] = ()


STOPPED = Advice(
    Level.BAD,
    "La passerelle est arrêtée : rien n’est reçu et rien ne part.",
    (
        "Redémarrez l’ordinateur de la passerelle : elle repart seule, avec tout ce qu’elle gardait.",
        "Si elle ne repart pas, appelez l’informatique du site.",
        CALL_IF_URGENT,
    ),
)


def advise(status: Status) -> list[Advice]:
    """List what needs a person, the most pressing first; one reassuring line when nothing does."""
    judges = (
        _judge_contact,
        _judge_disk,
        _judge_credential,
        _judge_set_aside,
        _judge_steps,
        _judge_delay,
    )
    found = [judge(status) for judge in judges]
    return [each for each in found if each] or [_reassure(status)]


def _judge_contact(status: Status) -> Advice | None:
    problem = status.problem
    if problem is None:
        return None
    if problem.trouble is Trouble.SILENT:
        since = f" depuis {spell_moment(status.link.since)}" if status.link.since else ""
        return Advice(
            Level.BAD,
            f"La plateforme ne répond pas{since} : rien ne part.",
            (
                KEPT,
                "Un autre ordinateur du service a-t-il internet ? Sinon, appelez l’informatique du site.",
                CALL_IF_URGENT,
            ),
        )
    since = spell_moment(problem.since)
    if problem.trouble is Trouble.STRANGER:
        title = f"La plateforme ne reconnaît plus cette passerelle depuis {since}."
        return Advice(Level.BAD, title, (KEPT, CALL_FOR_A_CODE, CALL_IF_URGENT))
    step = "Appelez l’administrateur de Diaphane s’il ne s’en occupe pas déjà."
    title = f"La plateforme répond, mais elle est en panne depuis {since}."
    return Advice(Level.BAD, title, (KEPT, step, CALL_IF_URGENT))


def _judge_disk(status: Status) -> Advice | None:
    if not status.disk.is_low:
        return None
    title = f"Le disque de la passerelle est presque plein : il reste {spell_size(status.disk.free_bytes)}."
    return Advice(
        Level.BAD,
        title,
        (
            "Une fois plein, il fera refuser les envois de la modalité ; rien de reçu n’est perdu.",
            "Faites d’abord partir ce qui attend, puis appelez l’informatique du site.",
        ),
    )


def _judge_credential(status: Status) -> Advice | None:
    credential = status.credential
    if credential.is_renewal_failing and credential.ends_at is not None:
        left = credential.ends_at - time.time()
        if left < SHORT_CREDENTIAL_SECONDS:
            day = spell_day(credential.ends_at)
            title = f"Le jeton de la passerelle finit le {day}, et son renouvellement échoue."
            after = "Passé ce jour, rien ne part plus tant que la passerelle n’est pas enrôlée de nouveau."
            return Advice(Level.WATCH, title, (CALL_FOR_A_CODE, after, KEPT))
    if credential.is_file_lost:
        title = "Le fichier du jeton a disparu ou ne se lit plus : la passerelle continue de mémoire."
        step = "Ne redémarrez pas la passerelle avant : elle ne serait plus reconnue."
        return Advice(Level.WATCH, title, (CALL_FOR_A_CODE, step))
    return None


def _judge_steps(status: Status) -> Advice | None:
    refused = status.backlog.steps_refused
    if not refused:
        return None
    number = "1 examen" if refused == 1 else f"{refused} examens"
    return Advice(
        Level.WATCH,
        f"La plateforme refuse le déroulement (MPPS) de {number} : une personne doit regarder.",
        (
            "Les images partent tout de même : seuls manquent les horaires et les séries annoncées.",
            "Une fois la cause réglée : « diaphane-edge retry » fait un nouvel essai.",
        ),
    )


def _judge_set_aside(status: Status) -> Advice | None:
    if not status.queue.set_aside:
        return None
    asides = [each for each in status.asides if each.waits_here]
    steps = [f"Numéro {each.number} : {spell_aside(each)}" for each in asides[:MOST_NAMED]]
    if len(asides) > MOST_NAMED:
        steps.append(f"Et {len(asides) - MOST_NAMED} autres.")
    number = status.queue.set_aside
    title = "1 image est mise de côté" if number == 1 else f"{number} images sont mises de côté"
    last = "Pour décider, à un terminal de la passerelle : « diaphane-edge aside list »."
    return Advice(Level.WATCH, f"{title} : une personne doit décider.", (*steps, last))


def spell_aside(aside: Aside) -> str:
    """Name an exam set aside, and say why."""
    exam = spell_exam(aside.accession_number)
    when = spell_moment(aside.received_at)
    return f"{exam}, reçu à {when}, {spell_images(aside.images)}. {spell_reason(aside.reason)}."


def _judge_delay(status: Status) -> Advice | None:
    oldest = status.queue.oldest_seconds
    if oldest < LATE_SECONDS or (status.problem and status.problem.trouble is Trouble.SILENT):
        return None
    title = f"Une image attend depuis {spell_duration(oldest)} : les envois sont en retard."
    step = "La liaison est lente, ou beaucoup d’images partent : les urgences passent devant."
    return Advice(Level.WATCH, title, (step, CALL_IF_URGENT))


def _reassure(status: Status) -> Advice:
    waiting = status.queue.waiting
    if not waiting:
        return Advice(Level.GOOD, "Tout est parti : aucune image n’attend.")
    number = "1 image est en route" if waiting == 1 else f"{waiting} images sont en route"
    return Advice(Level.GOOD, f"{number}, tout se passe normalement.")
