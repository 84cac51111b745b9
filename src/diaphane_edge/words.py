"""Say in French what the gateway knows by codes, for a person at the site; logs keep the codes."""

import re
from collections.abc import Mapping
from datetime import datetime

from .contact import Problem, Purpose, Trouble
from .journal import State
from .lanes import Lane
from .reasons import Reason

STATES: Mapping[State, str] = {
    State.RECEIVED: "Reçues de la modalité, à compresser",
    State.COMPRESSED: "Compressées et vérifiées, prêtes à partir",
    State.SENT: "En cours d’envoi, sans réponse encore",
    State.ACKNOWLEDGED: "Arrivées et vérifiées par la plateforme",
    State.SET_ASIDE: "Mises de côté : une personne doit regarder",
}
LANES: Mapping[Lane, str] = {
    Lane.VITAL: "Urgence vitale",
    Lane.URGENT: "Urgence",
    Lane.UNKNOWN: "Non annoncé",
    Lane.DELAYED: "Urgence différée",
    Lane.SCHEDULED: "Programmé",
    Lane.PRIOR: "Examens antérieurs",
}
REASONS: Mapping[str, str] = {
    Reason.OTHER_CONTENT: "La même image est revenue avec un autre contenu : seule la première part",
    Reason.FILE_MISSING: "Le fichier a disparu du disque : renvoyez l’examen depuis la modalité",
    Reason.FILE_DAMAGED: "Le disque a abîmé le fichier : renvoyez l’examen depuis la modalité",
    Reason.REFUSED: "La plateforme refuse l’image",
}
TROUBLES: Mapping[Trouble, str] = {
    Trouble.SILENT: "La plateforme ne répond pas : la liaison du site est sans doute coupée",
    Trouble.STRANGER: "La plateforme ne reconnaît pas cette passerelle : il faut l’enrôler de nouveau",
    Trouble.FAILING: "La plateforme répond qu’elle est en panne",
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.IMAGES: "envoi des images",
    Purpose.STEPS: "envoi du déroulement des examens",
    Purpose.WORKLIST: "worklist DICOM",
    Purpose.COMMITMENTS: "confirmation de stockage",
    Purpose.PRIORS: "recherche des antériorités",
    Purpose.STATUS: "état de la passerelle",
    Purpose.CREDENTIALS: "renouvellement du jeton",
}
UNBROKEN = re.compile(
    r" (?=[:;?!»×])|(?<=«) |(?<=\d h) (?=\d)"
    r"|(?<=\d) (?=(?:s|min|h|j|[kMG]?o|Mbit/s|examens?)\b)"
)
UNITS = ((3600 * 24, "j"), (3600, "h"), (60, "min"), (1, "s"))


def typeset(words: str) -> str:
    """Bind what French typography keeps on one line: high punctuation, guillemets, figures and units."""
    return UNBROKEN.sub("\N{NO-BREAK SPACE}", words)


def spell_problem(problem: Problem) -> str:
    """Say what goes wrong, in a sentence, with the detail that a repairer asks for."""
    return f"{TROUBLES[problem.trouble]} ({PURPOSES[problem.purpose]}, {problem.detail})."


def spell_reason(reason: str) -> str:
    """Say why objects are set aside, with the code of a refusal."""
    kind, _, code = reason.partition(" ")
    words = REASONS.get(kind, reason)
    return f"{words} (code {code})" if code and kind in REASONS else words


def spell_duration(seconds: float) -> str:
    """Say how long, in its largest unit and the next: « 2 h 05 min »."""
    left = max(0, int(seconds))
    for position, (size, name) in enumerate(UNITS):
        if left >= size or size == 1:
            whole, rest = divmod(left, size)
            if size == 1 or not rest // UNITS[position + 1][0]:
                return f"{whole} {name}"
            smaller, smaller_name = UNITS[position + 1]
            return f"{whole} {name} {rest // smaller:02d} {smaller_name}"
    return "0 s"


def spell_moment(moment: float) -> str:
    """Say when, by the site's own clock, with the day unless it is today."""
    then = datetime.fromtimestamp(moment).astimezone()
    today = datetime.now().astimezone().date()
    return f"{then:%H h %M}" if then.date() == today else f"le {then:%d/%m à %H h %M}"


def spell_day(moment: float) -> str:
    """Say a day, by the site's own calendar."""
    return f"{datetime.fromtimestamp(moment).astimezone():%d/%m/%Y}"


def spell_now() -> str:
    """Say the time by the site's own clock, to the second: a page that stands still is seen to."""
    return f"{datetime.now().astimezone():%H:%M:%S}"


def spell_size(size: float) -> str:
    """Say a size in the unit that suits it."""
    for unit in ("o", "ko", "Mo", "Go"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "o" else f"{size:.1f} {unit}".replace(".", ",")
        size /= 1000
    return f"{size:.1f} To".replace(".", ",")
