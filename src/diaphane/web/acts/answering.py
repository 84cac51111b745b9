"""Answer a form sent by htmx, or by a browser without scripts, with the same view."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def is_fragment(request: HttpRequest) -> bool:
    """Say whether htmx sent this, and awaits pieces of the page."""
    return request.headers.get("HX-Request") == "true"


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Send the person to another page once a form was accepted."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def say_wrong(request: HttpRequest, form: forms.Form) -> HttpResponse:
    """Say what is wrong with what was typed, at its fields; the page keeps it."""
    return render(request, "acts/_form_errors.html", {"form": form}, status=422)
