"""Write the state of the gateway in lines, for a person at a terminal."""

from collections.abc import Iterator

from .advice import STOPPED, Advice, Level, advise
from .status import Status
from .words import LANES, STATES, spell_day, spell_duration, spell_moment, spell_size

MARKS = {Level.GOOD: "✓", Level.WATCH: "!", Level.BAD: "✗"}


def write_status(status: Status, *, is_running: bool = True) -> str:
    """Write what to know and to do first, then the figures."""
    pieces = [] if is_running else list(_write_advice(STOPPED))
    for advice in advise(status):
        pieces += _write_advice(advice)
    return "\n".join([f"Passerelle {status.ae_title}", *pieces, "", *_write_figures(status)]) + "\n"


def _write_advice(advice: Advice) -> Iterator[str]:
    yield f"{MARKS[advice.level]} {advice.title}"
    for number, step in enumerate(advice.steps, start=1):
        yield f"    {number}. {step}"


def _write_figures(status: Status) -> Iterator[str]:
    for state, label in STATES.items():
        count = status.arrived if state == "acknowledged" else status.states[state]
        yield f"{label} : {count}" + (" en 24 h" if state == "acknowledged" else "")
    for lane in status.lanes:
        waited = spell_duration(lane.oldest_seconds)
        yield f"  {LANES[lane.lane]} : {lane.waiting} en attente, la plus ancienne depuis {waited}"
    yield f"Déroulement des examens (MPPS) : {spell_steps(status)}"
    yield f"Confirmations de stockage : {spell_commitments(status)}"
    yield f"Débit : {spell_speed(status)}"
    yield f"Liaison : {spell_link(status)}"
    yield f"Dernière erreur : {status.last_error or 'aucune'}"
    yield f"Jeton : {spell_credential(status)}"
    yield f"Disque : {spell_size(status.disk.free_bytes)} libres sur {spell_size(status.disk.total_bytes)}"


def spell_speed(status: Status) -> str:
    """Say how fast images leave."""
    megabits = f"{status.bits_a_second / 1e6:.1f}".replace(".", ",")
    return f"{megabits} Mbit/s" if status.bits_a_second else "rien ne part en ce moment"


def spell_link(status: Status) -> str:
    """Say whether the platform answers, and since when."""
    if status.link.is_up is None or status.link.since is None:
        return "pas encore essayée"
    word = "établie" if status.link.is_up else "coupée"
    return f"{word} depuis {spell_moment(status.link.since)}"


def spell_steps(status: Status) -> str:
    """Say how many performed steps the platform does not have."""
    waiting, refused = status.backlog.steps_waiting, status.backlog.steps_refused
    said = f"{waiting} à envoyer" if waiting else "rien n’attend"
    said += _spell_wait(status.backlog.steps_oldest_seconds)
    return f"{said}, {refused} refusé{'s' if refused > 1 else ''}" if refused else said


def spell_commitments(status: Status) -> str:
    """Say how many modalities' questions wait for their answer."""
    waiting = status.backlog.commitments_waiting
    if not waiting:
        return "rien n’attend"
    said = "1 attend sa réponse" if waiting == 1 else f"{waiting} attendent leur réponse"
    return said + _spell_wait(status.backlog.commitments_oldest_seconds)


def _spell_wait(seconds: int) -> str:
    return f" depuis {spell_duration(seconds)}" if seconds else ""


def spell_credential(status: Status) -> str:
    """Say until when the platform knows this gateway, and whether that renews itself."""
    credential = status.credential
    if credential.is_by_hand:
        return "jeton donné à la main : ne se renouvelle pas"
    if not credential.is_held:
        return "aucun : la passerelle n’est pas enrôlée"
    if credential.ends_at is None:
        return "inconnu"
    how = "son renouvellement échoue" if credential.is_renewal_failing else "se renouvelle de lui-même"
    return f"valable jusqu’au {spell_day(credential.ends_at)}, {how}"
