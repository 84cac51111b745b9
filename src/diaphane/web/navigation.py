"""Where each role may go: one table, read by the header."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role


@dataclass(frozen=True)
class Entry:
    """One place of the navigation, by the name of its address."""

    label: Promise
    icon: str
    url_name: str


@dataclass(frozen=True)
class Link:
    """An entry whose address exists; ``is_current`` on the page it leads to and below."""

    label: Promise
    icon: str
    href: str
    is_current: bool


_REPORTS = Entry(_("Reports"), "file-certificate", "reports:list")
_IDENTITIES = Entry(_("Identities"), "id-badge-2", "identities:list")
_PROTOCOLS = Entry(_("Protocol book"), "book", "protocols:list")
_PAPERS = Entry(_("Papers"), "files", "papers:list")
_ON_DUTY = Entry(_("On duty now"), "phone-call", "rosters:now")
_RULES = Entry(_("Rules of the guide"), "checklist", "rules")
_RIGHTS = Entry(_("Who may do what"), "lock", "rights")
_REGISTER = Entry(_("Register"), "book-2", "privacy:register")
NAVIGATION: dict[Role, tuple[Entry, ...]] = {
    Role.REQUESTING_PHYSICIAN: (
        Entry(_("Exam requests"), "clipboard-text", "requesting:list"),
        _REPORTS,
        _ON_DUTY,
        _IDENTITIES,
        _PAPERS,
        _RULES,
    ),
    Role.IMAGEUR: (
        Entry(_("Reading list"), "report-medical", "reading_room:list"),
        _REPORTS,
        _PROTOCOLS,
        _ON_DUTY,
        _PAPERS,
        _RULES,
    ),
    Role.TECHNOLOGIST: (
        Entry(_("Exams of the day"), "calendar-event", "technologist:board"),
        _PROTOCOLS,
        _ON_DUTY,
        _IDENTITIES,
        _PAPERS,
        _RULES,
    ),
    Role.TREATING_PHYSICIAN: (_REPORTS, _RULES),
    Role.SECRETARY: (Entry(_("Exam requests"), "clipboard-text", "requesting:list"), _RULES),
    Role.PATIENT: (
        Entry(_("My exams"), "heart", "patient:home"),
        Entry(_("My people"), "users", "patient:people"),
        Entry(_("My data"), "shield-lock", "patient:data"),
    ),
    Role.ADMINISTRATOR: (
        _IDENTITIES,
        Entry(_("Directory"), "users", "directory:people"),
        _PAPERS,
        _REGISTER,
        _RIGHTS,
        _RULES,
    ),
    Role.PLATFORM_ADMINISTRATOR: (
        Entry(_("Structures"), "building-hospital", "directory:structures"),
        _REGISTER,
        _RIGHTS,
        _RULES,
    ),
    Role.DPO: (
        Entry(_("Emergency accesses"), "lock-open", "emergency:review_list"),
        Entry(_("Looks that stand out"), "eye", "unusual"),
        Entry(_("Breaches"), "alarm", "privacy:breaches"),
        Entry(_("Retention"), "hourglass", "privacy:retention"),
        _REGISTER,
        _RIGHTS,
    ),
}


def list_links(role: Role, *, path: str) -> list[Link]:
    """List the places open to a role; a page that does not exist yet is left out.

    Where one place is below another, the nearest to the page is the current one.
    """
    places = []
    for entry in NAVIGATION.get(role, ()):
        try:
            places.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue
    above = [href for _entry, href in places if path.startswith(href)]
    current = max(above, key=len, default=None)
    return [Link(entry.label, entry.icon, href, href == current) for entry, href in places]
