"""Draw the state of the gateway as a page that needs nothing from elsewhere, for the site's own people."""

from collections.abc import Iterable, Sequence
from html import escape as escape_markup

from .advice import Advice, Level, advise, spell_aside
from .states import State
from .status import Status
from .status_text import spell_commitments, spell_credential, spell_link, spell_speed, spell_steps
from .words import LANES, STATES, spell_duration, spell_size, typeset

LOST = "La passerelle ne répond plus : ce qui suit est ancien."
LEVELS = {Level.GOOD: "Tout va bien", Level.WATCH: "À regarder", Level.BAD: "À faire maintenant"}


def draw_page(status: Status, *, site: str, drawn_at: str) -> str:
    """Return the page: what to know and do first, then what waits, then the figures."""
    name = escape(f"Passerelle {status.ae_title}")
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_summary(status)} – {name}</title>"
        '<link rel="stylesheet" href="/page.css"><script src="/page.js" defer></script></head><body>'
        f"<header><h1>{name}</h1>"
        f'<p>{escape(site)} · état à <span id="drawn">{escape(drawn_at)}</span></p></header>'
        f'<main><section class="advice bad" id="lost" role="alert" hidden><h2>{LOST}</h2></section>'
        f'<div id="state">{"".join(map(_draw_advice, advise(status)))}'
        f"{_draw_queue(status)}{_draw_discarded(status)}{_draw_states(status)}{_draw_backlog(status)}{_draw_figures(status)}</div></main></body></html>"
    )


def _summary(status: Status) -> str:
    return escape(LEVELS[advise(status)[0].level])


def _draw_advice(advice: Advice) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in advice.steps)
    listed = f"<ol>{steps}</ol>" if steps else ""
    return (
        f'<section class="advice {advice.level}"><p class="level">{LEVELS[advice.level]}</p>'
        f"<h2>{escape(advice.title)}</h2>{listed}</section>"
    )


def _draw_queue(status: Status) -> str:
    rows = [
        (LANES[each.lane], str(each.waiting), spell_duration(each.oldest_seconds)) for each in status.lanes
    ]
    if not rows:
        return ""
    return _draw_table("Ce qui attend, les urgences d’abord", ("Urgence", "Images", "La plus ancienne"), rows)


def _draw_discarded(status: Status) -> str:
    """Draw what a person discarded and may still take back; what is set aside stands in the advice."""
    rows = [
        (f"Numéro {each.number}", spell_aside(each).removesuffix("."))
        for each in status.asides
        if each.is_discarded
    ]
    return _draw_facts("Écarté par une personne, encore gardé", rows) if rows else ""


def _draw_states(status: Status) -> str:
    rows = [
        (label + (" (24 h)" if state is State.ACKNOWLEDGED else ""), str(_count(status, state)))
        for state, label in STATES.items()
    ]
    return _draw_table("Où en sont les images", ("État", "Images"), rows)


def _count(status: Status, state: State) -> int:
    return status.arrived if state is State.ACKNOWLEDGED else status.states[state]


def _draw_backlog(status: Status) -> str:
    rows = (
        ("Déroulement des examens (MPPS)", spell_steps(status)),
        ("Confirmations de stockage", spell_commitments(status)),
    )
    return _draw_facts("Ce que disent et demandent les modalités", rows)


def _draw_figures(status: Status) -> str:
    rows = (
        ("Liaison avec la plateforme", spell_link(status)),
        ("Débit d’envoi", spell_speed(status)),
        ("Dernière erreur", status.last_error or "aucune"),
        ("Jeton de la passerelle", spell_credential(status)),
        ("Disque", f"{spell_size(status.disk.free_bytes)} libres sur {spell_size(status.disk.total_bytes)}"),
    )
    return _draw_facts("Liaison et disque", rows)


def _draw_facts(title: str, rows: Iterable[tuple[str, str]]) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f"<section><h2>{escape(title)}</h2><dl>{facts}</dl></section>"


def _draw_table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(each)}</td>" for each in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f"<section><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></section>"
    )


def escape(words: str) -> str:
    """Make words fit for the page."""
    return escape_markup(typeset(words))
