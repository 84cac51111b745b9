"""The words of what a patient is told of an appointment: a date, an hour, where to log in (R49, R128)."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from .appointment_models import AppointmentNotice

_Kind = AppointmentNotice.Kind
_SUBJECTS: dict[str, Promise] = {
    _Kind.CONFIRMED: gettext_lazy("Your appointment is confirmed"),
    _Kind.MOVED: gettext_lazy("Your appointment is moved"),
    _Kind.CANCELLED: gettext_lazy("Your appointment does not take place"),
    _Kind.WEEK: gettext_lazy("Your appointment in a few days"),
    _Kind.EVE: gettext_lazy("Your appointment very soon"),
}
_SENTENCES: dict[str, Promise] = {
    _Kind.CONFIRMED: gettext_lazy("Your appointment is on %(day)s at %(hour)s."),
    _Kind.MOVED: gettext_lazy("Your appointment is moved: it is now on %(day)s at %(hour)s."),
    _Kind.CANCELLED: gettext_lazy("Your appointment on %(day)s at %(hour)s does not take place."),
    _Kind.WEEK: gettext_lazy("We remind you of your appointment on %(day)s at %(hour)s."),
    _Kind.EVE: gettext_lazy("We remind you of your appointment on %(day)s at %(hour)s."),
}


def compose_mail(notice: AppointmentNotice) -> EmailMessage:
    """Write the mail: no name, no exam, no place; they are in the patient's space."""
    with override("fr"):
        end = _("This message was sent by a machine; nobody reads the answers.")
        body = "\n\n".join([_("Hello,"), _spell(notice), _invite(notice), settings.BASE_URL, end])
        return EmailMessage(str(_SUBJECTS[notice.kind]), body, to=[notice.recipient])


def compose_text(notice: AppointmentNotice) -> str:
    """Write the text message: the same, in one line."""
    with override("fr"):
        return f"{_spell(notice)} {settings.BASE_URL}"


def _spell(notice: AppointmentNotice) -> str:
    starts_at = localtime(notice.appointment.starts_at)
    return str(_SENTENCES[notice.kind]) % {
        "day": date_format(starts_at, "l j F Y"),
        "hour": date_format(starts_at, "H:i"),
    }


def _invite(notice: AppointmentNotice) -> str:
    if notice.kind == _Kind.CANCELLED:
        return _("Log in to read what follows, or call the place that made the appointment:")
    return _("Log in to read where to come, how to get ready, what to bring, and to answer some questions:")
