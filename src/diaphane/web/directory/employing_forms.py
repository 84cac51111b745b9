"""What is typed to open an account or give a role; what is owed is said by operations (R18, R41)."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Actor, Role
from diaphane.kernel.errors import GuardError, Missing
from diaphane.kernel.rights import may
from diaphane.organisations.employing import Post
from diaphane.organisations.newcomers import Newcomer
from diaphane.organisations.queries import list_grounds

from .forms import day


def say_missing(form: forms.Form, error: GuardError) -> None:
    """Say beside each field what an operation refused in it, and the rest above."""
    for each in error.missing:
        form.add_error(each.field if each.field in form.fields else None, str(each.what))


class PostForm(forms.Form):
    """A role at a structure, with its days; the structure is chosen by who acts on several."""

    structure = forms.ChoiceField(label=_("Structure"))
    role = forms.ChoiceField(label=_("Role"))
    first_day = day(_("First day"), hint=_("Leave empty for now"))
    last_day = day(_("Last day"), hint=_("Leave empty for a role without an end"))
    is_intern = forms.BooleanField(
        label=_("Intern: each of their requests names the senior who supervises"), required=False
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = [(str(each.pk), each.name) for each in list_grounds(actor)]
        self.fields["structure"].choices = grounds  # type: ignore[attr-defined]
        self.fields["structure"].initial = str(actor.structure_id)
        if len(grounds) == 1:
            self.fields["structure"].widget = forms.HiddenInput()
        self.fields["role"].choices = _list_roles(actor)  # type: ignore[attr-defined]
        for name in ("first_day", "last_day"):
            self.fields[name].required = False

    def read_post(self) -> Post:
        """Return the role that was typed, once valid."""
        given = self.cleaned_data
        structure_id = UUID(given["structure"])
        return Post(structure_id, given["role"], given["first_day"], given["last_day"], given["is_intern"])


class KnownForm(PostForm):
    """A role for somebody who has an account: known by their exact address or number."""

    known = forms.CharField(
        label=_("E-mail address or RPPS number"), max_length=254, help_text=_("Exactly as in their account")
    )
    field_order = ("known", "structure", "role", "is_intern", "first_day", "last_day")


class NewcomerForm(PostForm):
    """A person without an account, and their first role."""

    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("As colleagues read it: Dr Anne Roc"))
    email = forms.EmailField(
        label=_("Professional e-mail address"),
        help_text=_("Their own: the invitation goes there, then every alert of the account"),
    )
    rpps = forms.CharField(label="RPPS", required=False, max_length=20, help_text=_("11 digits"))
    speciality = forms.CharField(label=_("Speciality or profession"), required=False, max_length=120)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30)
    field_order = (
        "name",
        "email",
        "structure",
        "role",
        "is_intern",
        "rpps",
        "speciality",
        "phone",
        "first_day",
        "last_day",
    )

    def read(self) -> Newcomer:
        """Return who was typed, once valid."""
        given = self.cleaned_data
        return Newcomer(
            name=given["name"],
            email=given["email"],
            rpps=given["rpps"].replace(" ", ""),
            speciality=given["speciality"],
            phone=given["phone"].strip(),
        )


class EndRoleForm(forms.Form):
    """The last day of a role; none ends it now."""

    last_day = day(_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].required = False


def _list_roles(actor: Actor) -> list[tuple[str, Any]]:
    """List the roles that an actor may give; none is chosen beforehand."""
    found = [role for role in Role if role in PROFESSIONAL_ROLES]
    if not may(actor, "structure.any"):
        found.remove(Role.PLATFORM_ADMINISTRATOR)
    return [("", "—"), *((role.value, role.label) for role in found)]


def list_unread(form: forms.Form) -> list[Missing]:
    """List what of a form cannot be read, as refusals are listed."""
    return [
        Missing(
            "R41", f"{form[name].label}: {words[0]}" if name in form.fields else str(words[0]), _("You"), name
        )
        for name, words in form.errors.items()
    ]
