"""Pages for what Django itself refuses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that the form is too old, and that going back keeps the text."""
    message = _(
        "This form has expired. Go back, reload the page and send it again: your text is still there."
    )
    return render(request, "refusals/page.html", {"message": message}, status=403)
