"""Say what is wrong with a gateway: to the site, with what to do; to the imageur, what it means for them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import is_awaited, may_receive_images
from diaphane.imaging.alerts import STEP_KINDS, list_alerts_about_images, list_alerts_about_steps
from diaphane.imaging.models import GatewayAlert

Kind = GatewayAlert.Kind
KEPT = gettext_lazy("Send nothing again: what the gateway received is kept there and will leave by itself.")
CALL = gettext_lazy("If an exam is urgent, phone the radiologist now.")
_TITLES: dict[str, Promise] = {
    Kind.SILENT: gettext_lazy("The gateway %(name)s has said nothing since %(since)s."),
    Kind.LATE: ngettext_lazy(
        "%(number)d image waits on the gateway %(name)s since %(since)s.",
        "%(number)d images wait on the gateway %(name)s, the oldest since %(since)s.",
        "number",
    ),
    Kind.SET_ASIDE: ngettext_lazy(
        "%(number)d image is set aside on the gateway %(name)s: it will not leave by itself.",
        "%(number)d images are set aside on the gateway %(name)s: they will not leave by themselves.",
        "number",
    ),
    Kind.STEPS: ngettext_lazy(
        "%(number)d performed step (MPPS) waits on the gateway %(name)s since %(since)s.",
        "%(number)d performed steps (MPPS) wait on the gateway %(name)s, the oldest since %(since)s.",
        "number",
    ),
    Kind.REFUSED: ngettext_lazy(
        "The platform refuses %(number)d performed step (MPPS) of the gateway %(name)s.",
        "The platform refuses %(number)d performed steps (MPPS) of the gateway %(name)s.",
        "number",
    ),
    Kind.COMMITMENT: ngettext_lazy(
        "%(number)d storage commitment waits for its answer on the gateway %(name)s since %(since)s.",
        "%(number)d storage commitments wait for their answer on the gateway %(name)s,"
        " the oldest since %(since)s.",
        "number",
    ),
    Kind.DISK: gettext_lazy("The disk of the gateway %(name)s is nearly full."),
}
STEPS: dict[str, tuple[str | Promise, ...]] = {
    Kind.SILENT: (
        gettext_lazy("Is the gateway's computer on? If not, switch it on: it starts by itself."),
        gettext_lazy("Does another computer of the department reach the internet? If not, call IT."),
        KEPT,
        CALL,
    ),
    Kind.LATE: (
        gettext_lazy("Stop other large transfers on the site's link, if there are any."),
        gettext_lazy(
            "On the gateway’s computer, open its page or type “diaphane-edge status”:"
            " it says whether images are leaving, and how fast."
        ),
        CALL,
    ),
    Kind.SET_ASIDE: (
        gettext_lazy(
            "The card of each exam concerned says how many images and why; so do, on the gateway’s computer,"
            " its page and “diaphane-edge aside list”."
        ),
        gettext_lazy("Send these images again from the modality, or decide with “diaphane-edge aside”."),
        gettext_lazy("Do not count on them for the reading until then."),
    ),
    Kind.STEPS: (
        gettext_lazy("The images leave all the same: only the times and the announced series are missing."),
        gettext_lazy("Open the gateway's own page: it says whether the platform answers."),
        gettext_lazy("Count the images with the radiologist before the patient leaves."),
    ),
    Kind.REFUSED: (
        gettext_lazy("The images leave all the same: only the times and the announced series are missing."),
        gettext_lazy("Call the administrator of Diaphane; then “diaphane-edge retry” tries again."),
        gettext_lazy("Count the images with the radiologist before the patient leaves."),
    ),
    Kind.COMMITMENT: (
        gettext_lazy("Delete nothing on the modality: it does not know yet that its images are safe."),
        gettext_lazy("Is the modality on, and does it take the answer? If not, call its maintenance."),
        gettext_lazy("Open the gateway's own page: it says whether the platform answers."),
    ),
    Kind.DISK: (
        gettext_lazy("Call IT: the gateway's disk needs room."),
        gettext_lazy("Once it is full, the modality's images are refused; nothing received is lost."),
    ),
}


@dataclass(frozen=True)
class AlertLine:
    """One alert as the board of its site shows it."""

    alert: GatewayAlert
    title: str
    steps: tuple[str | Promise, ...]

    @property
    def is_open(self) -> bool:
        """Say whether nobody has seen it yet."""
        return self.alert.acknowledged_at is None


@dataclass(frozen=True)
class Delay:
    """Why what an exam's site makes may come late, in a word and in a sentence, and who sees to it."""

    label: str
    title: str
    who: str
    is_of_images: bool


def describe_alert(alert: GatewayAlert) -> AlertLine:
    """Write one alert for the people of its site."""
    return AlertLine(alert, _title(alert), STEPS[alert.kind])


def find_delay(exam: Exam) -> Delay | None:
    """Say why the images of an exam, or else what the modality says of it, come late; None if nothing does.

    Images are late while some are still to come. A storage commitment that waits delays nothing here.
    """
    if not is_awaited(exam):
        return None
    alerts = list_alerts_about_images(exam.act)
    alerts = [*(alerts if alerts and may_receive_images(exam) else []), *list_alerts_about_steps(exam.act)]
    if not alerts:
        return None
    is_of_images = alerts[0].kind not in STEP_KINDS
    label = _("Images late") if is_of_images else _("Announced series late")
    return Delay(label, _title(alerts[0]), _say_who(alerts[0]), is_of_images)


def _title(alert: GatewayAlert) -> str:
    values = {"name": alert.gateway.ae_title, "since": _moment(alert.since), "number": alert.number}
    return str(_TITLES[alert.kind] % values)


def _say_who(alert: GatewayAlert) -> str:
    site = alert.gateway.site
    if alert.acknowledged_by_label:
        return _("%(who)s sees to it at %(site)s.") % {"who": alert.acknowledged_by_label, "site": site.name}
    words = _("Nobody at %(site)s has seen the alert yet.") % {"site": site.name}
    if not site.phone:
        return words
    phone = _("Phone: %(phone)s.") % {"phone": site.phone}
    return f"{words} {phone}"


def _moment(at: datetime) -> str:
    """Say when, with the day unless it is today."""
    then = localtime(at)
    if then.date() == localtime().date():
        return f"{then:%H:%M}"
    return _("%(day)s at %(time)s") % {"day": f"{then:%d/%m}", "time": f"{then:%H:%M}"}
