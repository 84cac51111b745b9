"""What an act's history says of the links that show it outside (R43)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from diaphane.acts.models import Act
from diaphane.sharing.models import SharedLink
from diaphane.sharing.queries import list_links_of_act

from .history_line import HistoryLine


def list_shown_outside(act: Act) -> list[HistoryLine]:
    """List who was shown images by a link, who opened one, and what closed it, oldest first."""
    lines = [line for link in list_links_of_act(act) for line in _tell(link)]
    return sorted(lines, key=lambda line: line.at)


def _tell(link: SharedLink) -> Iterator[HistoryLine]:
    whom = _("%(name)s, %(structure)s") % {"name": link.recipient_name, "structure": link.recipient_structure}
    note = f"{whom} · {link.purpose}"
    yield HistoryLine(_("Shown outside by a link"), "done", link.created_at, link.sender_label, note)
    for visit in link.visits.all():
        yield HistoryLine(_("Link opened"), "done", visit.opened_at, link.recipient_name)
    if link.locked_at is not None:
        yield HistoryLine(_("Link locked after wrong codes"), "refused", link.locked_at, "Diaphane", whom)
    if link.revoked_at is not None:
        yield HistoryLine(_("Link revoked"), "done", link.revoked_at, link.revoked_by_label, whom)
