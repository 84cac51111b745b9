"""Say in French what the gateway knows by codes, for a person at the site; logs keep the codes."""

import re
from collections.abc import Mapping
from datetime import datetime

from .contact import Problem, Purpose, Trouble
from .lanes import Lane
from .reasons import Reason
from .states import State

STATES: Mapping[State, str] = {
    State.RECEIVED: "Reçues de la modalité, à compresser",
    State.DOUBLE: "Revenues écrites autrement, à comparer à la première",
    State.COMPRESSED: "Compressées et vérifiées, prêtes à partir",
    State.SENT: "En cours d’envoi, sans réponse encore",
    State.ACKNOWLEDGED: "Arrivées et vérifiées par la plateforme",
    State.SET_ASIDE: "Mises de côté : une personne doit regarder",
    State.DISCARDED: "Écartées par une personne, effacées après un mois",
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
REFUSALS: Mapping[str, str] = {
    "0110": "elle n’a pas pu la traiter",
    "0111": "elle tient déjà une autre version de cette image, et garde celle-ci à part dans"
    " « Images à rattacher », où une personne décide",
    "0117": "son identifiant n’est pas valable",
    "0122": "elle ne prend pas ce type d’objet",
    "0124": "son étude appartient à un autre site",
    "HTTP 400": "elle ne comprend pas l’envoi",
    "HTTP 409": "elle ne la prend pas",
    "HTTP 413": "l’image est trop grande",
    "HTTP 415": "elle ne prend pas ce type de fichier",
    "HTTP 422": "elle ne comprend pas l’envoi",
}
REFUSAL_FAMILIES: tuple[tuple[str, str], ...] = (
    ("A9", "le fichier n’est pas l’image annoncée"),
    ("C", "le fichier ne se lit pas"),
)
"""Failure Reasons of PS3.18 table I.2-2 that come in ranges, by their first digits."""
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
    """Say why objects are set aside, with the code of a refusal in brackets."""
    kind, _, code = reason.partition(" ")
    words = REASONS.get(kind, "Raison inconnue de cette version")
    if not code:
        return words
    return f"{words} : {_spell_refusal(code)} (code {code})"


def _spell_refusal(code: str) -> str:
    families = (words for digits, words in REFUSAL_FAMILIES if code.startswith(digits))
    return REFUSALS.get(code) or next(families, "elle ne dit pas pourquoi")


def spell_exam(accession_number: str) -> str:
    """Name an exam for the people of its site, by its accession number alone."""
    return f"Examen n° {accession_number}" if accession_number else "Examen sans numéro"


def spell_images(count: int) -> str:
    """Say how many images."""
    return f"{count} images" if count > 1 else f"{count} image"


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
