"""Where a link leads: a page that asks for the code. Opening it consumes nothing and says nothing (R39)."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from diaphane.accounts.operations import TooManyTriesError
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError
from diaphane.sharing.opening import open_link
from diaphane.web.mailed_links import CodeInput, MailedLinkForm

from .doors import let_in


class OpenForm(MailedLinkForm):
    """The link, and the code that was said aloud."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Eight letters and digits. Your colleague says them to you, by telephone."),
        widget=CodeInput(autocomplete="one-time-code"),
    )


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with it, begin a visit and lead to the study, at an address without the key."""
    if request.method != "POST":
        return render(request, "outside/enter.html", {"form": OpenForm()})
    form = OpenForm(request.POST)
    if not form.is_valid():
        return render(request, "outside/enter.html", {"form": form}, status=422)
    try:
        opening = open_link(key=form.cleaned_data["key"], code=form.cleaned_data["code"], at=now())
    except TooManyTriesError:
        raise
    except DiaphaneError as error:
        form.add_error("code", str(error))
        return render(request, "outside/enter.html", {"form": form}, status=error.status_code)
    response = redirect("outside:study", link_id=opening.visit.link_id)
    let_in(response, opening)
    return response
