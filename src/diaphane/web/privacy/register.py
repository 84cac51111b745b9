"""The register of processing, as a page (R37)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.privacy.register import list_pages
from diaphane.web.roles import needs


@require_safe
@needs("privacy.register")
def register(request: HttpRequest) -> HttpResponse:
    """Show why data are held, on which ground, about whom, for whom, how long, and in which tables."""
    return render(request, "privacy/register.html", {"pages": list_pages()})
