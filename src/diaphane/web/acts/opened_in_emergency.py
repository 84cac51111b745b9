"""What an act's history says of who opened it in an emergency: its site is told there (R43)."""

from django.utils.translation import gettext as _

from diaphane.acts.emergency_queries import list_emergencies_of_act
from diaphane.acts.models import Act

from .history_line import HistoryLine


def list_opened_in_emergency(act: Act) -> list[HistoryLine]:
    """List who opened an act outside its team, and why, oldest first."""
    return [
        HistoryLine(
            _("Opened in an emergency, outside the team"),
            "done",
            each.opened_at,
            f"{each.person_label}, {each.structure_label}",
            f"{each.get_motive_display()} · {each.words}",
        )
        for each in list_emergencies_of_act(act.pk)
    ]
