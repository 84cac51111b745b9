"""Who may do what: the table of rights, as the code obeys it (R41, R42)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from diaphane.kernel.actors import Role
from diaphane.kernel.rights import DOORS, SECTIONS, Right, Section
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs


@dataclass(frozen=True)
class Line:
    """One action: who may do it, on what, and whether that is me."""

    right: Right
    is_mine: bool

    @property
    def roles(self) -> str:
        """Return who may do it, in words and in the order of the roles."""
        return ", ".join(str(role.label) for role in Role if role in self.right.roles)


@dataclass(frozen=True)
class Part:
    """The actions of one moment of the journey."""

    label: Promise
    lines: tuple[Line, ...]


def list_parts(role: Role) -> list[Part]:
    """List the whole table, with what a role may do marked."""
    return [Part(section.label, tuple(_lines_of(section, role))) for section in SECTIONS]


def _lines_of(section: Section, role: Role) -> Iterator[Line]:
    for right in section.rights:
        yield Line(right, role in right.roles)


@require_safe
@needs("platform.rights")
def rights(request: HttpRequest) -> HttpResponse:
    """Show the table of rights, and the addresses that ask for none."""
    parts = list_parts(require_actor(request).role)
    return render(request, "quality/rights.html", {"parts": parts, "doors": DOORS})
