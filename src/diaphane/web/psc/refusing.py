"""Say why an answer of Pro Santé Connect opens nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from diaphane.accounts.psc_refusals import PscRefusedError


def refuse(request: HttpRequest, error: PscRefusedError) -> HttpResponse:
    """Show the reason, and what to do."""
    context = {"message": error.message, "advice": error.advice}
    return render(request, "psc/refused.html", context, status=error.status_code)
