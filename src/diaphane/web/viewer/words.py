"""What our scripts say in the viewer, in the reader's language."""

from django.utils.translation import gettext as _


def list_words() -> dict[str, str]:
    """Return our own words, each by its name in the scripts."""
    return {
        "current": _("Current exam"),
        "prior": _("Prior exam"),
        "keyImage": _("Key image"),
        "keep": _("Keep as a key image"),
        "release": _("Key image: take it back"),
        "kept": _("The key image is kept, and beside the report"),
        "taken": _("The key image is taken back"),
        "noFrame": _("A reconstruction is no key image: go back to the series as it was made"),
        "elsewhere": _("Only the images of this exam are kept as its key images"),
        "failed": _("The key image could not be kept: try again, or reload the page."),
        "series": _("Series"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "otherMeasures": _("Other measurements"),
        "otherTools": _("Other tools"),
        "settings": _("Settings"),
        "loggedOut": _("You are logged out: reload the page and log in again"),
    }
