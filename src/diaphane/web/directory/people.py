"""The people of one's structure, what they have in order, and the file of one of them (R18–R20, R24)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from diaphane.accounts.queries import find_last_invitation
from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.people import Person, get_person, list_people, write_professional
from diaphane.organisations.queries import list_credentials
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .employing_forms import PostForm
from .forms import NumberForm, PeopleForm, RefusalForm
from .posts import describe_posts
from .tabs import list_tabs


@require_safe
@needs("people.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the people of the actor's structure, those who need something first."""
    return render(request, "directory/people.html", _describe(request, PeopleForm()))


@require_POST
@needs("people.see")
def find(request: HttpRequest) -> HttpResponse:
    """Show those whom the words and the role fit; names never reach an address."""
    context = _describe(request, PeopleForm(request.POST))
    template = "directory/_people.html" if is_fragment(request) else "directory/people.html"
    return render(request, template, context)


@require_safe
@needs("people.see")
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Show the file of one person of the structure, each proof with its document and its history."""
    actor = require_actor(request)
    found = get_person(user_id, actor=actor, on=timezone.localdate())
    record_view("professional_file", by=actor, at=now(), subject=Subject("account", user_id))
    context = {
        "person": found,
        "credentials": list_credentials(user_id, actor=actor),
        "is_mine": found.user.pk == actor.id,
        "sees_proofs": may(actor, "credential.check"),
        "posts": describe_posts(found.posts, actor=actor, at=now()),
        "role_form": PostForm(actor=actor),
        "invitation": find_last_invitation(user_id),
        "at": now(),
        "number_form": NumberForm(initial=_known(found)),
        "refusal_form": RefusalForm(),
        "today": timezone.localdate(),
    }
    return render(request, "directory/person.html", context)


@require_POST
@needs("people.register")
def register(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Write the national number and the speciality of a person."""
    given = {name: str(request.POST.get(name, "")).strip() for name in ("rpps", "speciality", "phone")}
    write_professional(
        user_id=user_id,
        rpps=given["rpps"],
        speciality=given["speciality"][:120],
        phone=given["phone"][:30],
        by=require_actor(request),
        at=now(),
    )
    return go(request, reverse("directory:person", args=[user_id]))


def _describe(request: HttpRequest, form: PeopleForm) -> dict[str, object]:
    actor, today = require_actor(request), timezone.localdate()
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = list_people(actor, on=today, words=given.get("words", ""), role=given.get("role", ""))
    return {
        "form": form,
        "sees_many": may(actor, "structure.any"),
        "people": sorted(found, key=lambda each: (not each.gaps, not each.ending)),
        "lacking": sum(bool(each.gaps) for each in found),
        "ending": sum(bool(each.ending) for each in found),
        "tabs": list_tabs(actor, "people"),
    }


def _known(found: Person) -> dict[str, str]:
    known = found.professional
    return {"rpps": known.rpps, "speciality": known.speciality, "phone": known.phone} if known else {}
