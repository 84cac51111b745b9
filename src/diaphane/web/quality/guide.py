"""What the guide and the other texts ask, requirement by requirement, and where this version stands."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.kernel.transitions import iter_guards
from diaphane.web.roles import needs


class State(TextChoices):
    """How much of a requirement this version carries."""

    WHOLE = "whole", pgettext_lazy("requirement", "Whole")
    PART = "part", pgettext_lazy("requirement", "In part")
    NO = "no", pgettext_lazy("requirement", "Not yet")


class Force(TextChoices):
    """Who asks it, and how much."""

    REQUIRED = "M", _("Required by the guide or by the law")
    RECOMMENDED = "S", _("Recommended by the guide")
    IDEA = "I", _("An idea of the other texts")


@dataclass(frozen=True)
class Requirement:
    """One requirement, and in French, as on the screens, what is asked and what is missing of it."""

    id: str
    force: Force
    clause: str
    title: str
    state: State
    missing: str = ""


@cache
def list_requirements() -> tuple[Requirement, ...]:
    """List the requirements, R1 first.

    Raises:
        ValueError, TypeError: the file says something that has no meaning here.
    """
    written = tomllib.loads(files(__package__).joinpath("guide.toml").read_text(encoding="utf-8"))
    return tuple(
        Requirement(id=name, **each | {"force": Force(each["force"]), "state": State(each["state"])})
        for name, each in written.items()
    )


@needs("platform.rules")
def guide(request: HttpRequest) -> HttpResponse:
    """Show what this version carries of the guide, and what it does not."""
    requirements = list_requirements()
    counts = Counter(each.state for each in requirements)
    guarded = {guard.requirement for _table, _step, guard in iter_guards()}
    shown = {
        "requirements": [(each, each.id in guarded) for each in requirements],
        "counts": [(state, str(counts[state])) for state in State],
    }
    return render(request, "quality/guide.html", shown)
