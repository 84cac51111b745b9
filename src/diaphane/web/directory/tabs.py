"""The three parts of the directory, as tabs."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_PARTS = (
    ("people", _("People"), "directory:people"),
    ("structures", _("Structures"), "directory:structures"),
    ("conventions", _("Conventions"), "directory:conventions"),
)


@dataclass(frozen=True)
class Tab:
    """One tab, as the component draws it."""

    label: Promise
    href: str
    is_current: bool
    count: int | None = None


def list_tabs(current: str) -> list[Tab]:
    """List the parts, one of them current."""
    return [Tab(label, reverse(name), key == current) for key, label, name in _PARTS]
