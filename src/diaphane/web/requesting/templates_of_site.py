"""The templates of a site, and the copy of an earlier request: two ways not to type the same words again."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.queries import get_structure
from diaphane.requests.copying import copy_request
from diaphane.requests.models import RequestTemplate
from diaphane.requests.queries import get_request
from diaphane.requests.templates_of_site import (
    FILLED,
    apply_template,
    archive_template,
    get_template,
    list_templates,
    write_template,
)
from diaphane.web.acts.answering import go, say_wrong
from diaphane.web.acts.forms import text
from diaphane.web.roles import needs

from .catalogue_field import ExamField
from .starting import find_callback


class TemplateForm(forms.Form):
    """A name, an exam, and the words that come with it."""

    name = text(_("Name of the template"), longest=80)
    exam_code = ExamField(label=_("Exam"))
    question = text(_("Question to answer"))
    justification = text(_("Why this exam"), hint=_("Against the guide of good use of imaging."))
    protocol_wishes = text(_("Wishes for the protocol"), hint=_("The radiologist decides."))


class ChosenTemplateForm(forms.Form):
    """A template to fill the draft with."""

    template = forms.UUIDField()


@require_safe
@needs("request.write")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the templates of the site."""
    actor = require_actor(request)
    context = {"templates": list_templates(actor), "may_write": may(actor, "request.template")}
    return render(request, "requesting/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request.template")
def write(request: HttpRequest) -> HttpResponse:
    """Write a new template."""
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request.template")
def change(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Change a template: what was begun from the former one keeps its words."""
    return _write(request, get_template(template_id, actor=require_actor(request)))


@require_POST
@needs("request.template")
def archive(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Put a template away."""
    actor = require_actor(request)
    archive_template(template=get_template(template_id, actor=actor), by=actor, at=now())
    return go(request, reverse("requesting:templates"))


@require_POST
@needs("request.write")
def apply(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Fill what is blank in a draft with a template."""
    actor, form = require_actor(request), ChosenTemplateForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    template = get_template(form.cleaned_data["template"], actor=actor)
    apply_template(request=found, template=template, by=actor, at=now())
    return go(request, reverse("requesting:edit", args=[act_id]))


@require_POST
@needs("request.write")
def copy(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Begin a request for the same patient from this one."""
    actor = require_actor(request)
    found = get_request(act_id, actor=actor)
    if actor.structure_id is None:  # the role alone does not open this page without a structure
        return go(request, reverse("home"))
    made = copy_request(
        earlier=found,
        site=get_structure(actor.structure_id),
        callback_phone=find_callback(request),
        by=actor,
        at=now(),
    )
    return go(request, reverse("requesting:edit", args=[made.act_id]))


def _write(request: HttpRequest, former: RequestTemplate | None) -> HttpResponse:
    initial = {each: getattr(former, each) for each in ("name", *FILLED)} if former else {}
    form = TemplateForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if not form.is_valid():
            return say_wrong(request, form)
        write_template(values=form.cleaned_data, replaces=former, by=require_actor(request), at=now())
        return go(request, reverse("requesting:templates"))
    return render(request, "requesting/template.html", {"form": form, "former": former})
