"""Write a version of a paper, from the model or from the version before (R17)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.papers.kinds import KINDS, name_roles
from diaphane.organisations.papers.queries import find_last_text
from diaphane.organisations.papers.starting import read_starter
from diaphane.organisations.papers.writing import write_paper
from diaphane.web.acts.answering import go
from diaphane.web.directory.employing_forms import say_missing
from diaphane.web.roles import needs

from .forms import PaperForm
from .reading import find_kind


@require_http_methods(["GET", "HEAD", "POST"])
@needs("paper.see", "paper.write")
def write(request: HttpRequest, paper_kind: str) -> HttpResponse:
    """Show the text to start from, and keep what was written as the next version."""
    actor, kind = require_actor(request), find_kind(paper_kind)
    form = PaperForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = write_paper(kind=kind, body=form.cleaned_data["body"], by=actor, at=now())
        except GuardError as error:
            say_missing(form, error)
        else:
            return go(request, reverse("papers:version", args=[made.pk]))
    last = find_last_text(kind, actor=actor)
    if not form.is_bound:
        form.initial = {"body": last or read_starter(kind)}
    context = {
        "form": form,
        "kind": kind,
        "terms": KINDS[kind],
        "is_first": not last,
        "may_write": actor.role in KINDS[kind].writers,
        "writers": name_roles(KINDS[kind].writers),
    }
    return render(request, "papers/write.html", context, status=422 if form.errors else 200)
