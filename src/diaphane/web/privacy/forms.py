"""What is asked on the pages of persons' data."""

from django.utils.translation import gettext_lazy as _

from diaphane.web.acts.forms import text
from diaphane.web.identities.forms import LONGEST_REASON, ReasonForm


class ExportForm(ReasonForm):
    """Who asked the site for a copy, and how."""

    reason = text(
        _("Who asked for it, and how"),
        longest=LONGEST_REASON,
        hint=_("For example: the patient, at the desk, identity card seen"),
    )
