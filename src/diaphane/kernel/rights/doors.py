"""Addresses that ask for no right: what they show belongs to nobody, or to who asks alone.

An address that is neither here nor behind a right is refused to everyone.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Door:
    """Some addresses, by name, in words; ``is_open`` to visitors too, else to whoever is logged in."""

    label: Promise
    names: frozenset[str]
    is_open: bool


def _door(label: Promise, *names: str, is_open: bool = False) -> Door:
    return Door(label, frozenset(names), is_open)


DOORS: tuple[Door, ...] = (
    _door(
        _("Log in and out, choose a language"),
        "set_language",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "psc_start",
        "psc_come_back",
        "mfa_authenticate",
        "mfa_login_webauthn",
        is_open=True,
    ),
    _door(
        _("Come in as a patient, by the link of a mail and the code of a sheet"),
        "entrance:enter",
        "entrance:ask",
        is_open=True,
    ),
    _door(
        _("Open one’s account as a professional, by the link of a mail and a code that was said aloud"),
        "invitation",
        is_open=True,
    ),
    _door(
        _("Hear from Pro Santé Connect that a session ended, by its signature"), "psc_logout", is_open=True
    ),
    _door(_("Say whether the platform runs"), "healthz", "readyz", is_open=True),
    _door(_("Give figures to the supervision, by its own secret"), "metrics", is_open=True),
    _door(_("Let a gateway in by its code, which serves once"), "edge_api:enrol", is_open=True),
    _door(_("Go to one’s first page; see how pages are made"), "home", "gallery"),
    _door(
        _("Change one’s password and second factor"),
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "fresh_token",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate_webauthn",
        "psc_confirm",
        "ask_passkey",
    ),
    _door(
        _("See where one’s account is open, and close it there"),
        "connections",
        "end_connection",
        "end_other_connections",
    ),
    _door(
        _("Load the viewer’s program, without any image"),
        "viewer:application",
        "viewer:configuration",
        "viewer:part",
    ),
    _door(
        _("See one study by the link of a mail and the code that was said aloud, while it lasts"),
        "outside:enter",
        "outside:study",
        "outside:document",
        "outside:leave",
        "outside:films",
        "outside:pieces",
        "outside:picture",
        is_open=True,
    ),
    _door(_("Visit the demonstration"), "demo:tour", "demo:enter", "demo:code", "demo:mails", is_open=True),
)


_NAMES = frozenset().union(*(door.names for door in DOORS))


def is_door(name: str) -> bool:
    """Say whether an address, by its name, asks for no right."""
    return name in _NAMES
