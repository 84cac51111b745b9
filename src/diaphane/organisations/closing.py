"""Close the account of a professional, at once everywhere, or open it again (R39, R41)."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.connections import end_all_connections
from diaphane.accounts.invitations import Invited, invite, revoke_invitations
from diaphane.accounts.models import User
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may, reaches

from .employing import finish, require_keepers
from .models import Membership


def close_account(*, user_id: UUID, by: Actor, at: datetime) -> User:
    """Close an account: its roles end now, its invitation opens nothing, what is open in it is cut.

    What the person signed keeps their name. Who works elsewhere too is closed by the platform alone.

    Raises:
        NotAllowedError: no administrator.
        User.DoesNotExist: nobody on the actor's ground.
        GuardError: oneself, someone who works elsewhere too, or the last administrator.
    """
    with transaction.atomic():
        user = _hold(user_id, by)
        roles = list(
            Membership.objects.unended()
            .select_for_update(of=("self",))
            .select_related("user")
            .filter(user=user)
        )
        if missing := _weigh(user, roles, by):
            raise GuardError(_("This account cannot be closed."), missing)
        require_keepers(roles, ends_at=at)
        finish(roles, ends_at=at, by=by, at=at)
        revoke_invitations(user_id=user.pk, at=at)
        User.objects.filter(pk=user.pk).update(is_active=False)
        end_all_connections(user=user, by=by, at=at)
        record("account.closed", by=by, at=at, subject=Subject("account", user.pk))
    user.is_active = False
    return user


def reopen_account(*, user_id: UUID, by: Actor, at: datetime) -> Invited:
    """Open a closed account again: by a new invitation, with a new password and a new second factor.

    Its roles have ended: each is given anew.

    Raises:
        NotAllowedError: no administrator.
        User.DoesNotExist: nobody on the actor's ground.
        ConflictError: it is open.
    """
    with transaction.atomic():
        user = _hold(user_id, by)
        if user.is_active:
            raise ConflictError(_("This account is open."))
        Authenticator.objects.filter(user=user).delete()
        user.is_active = True
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
        record("account.reopened", by=by, at=at, subject=Subject("account", user.pk))
        return invite(user=user, by=by, at=at)


def invite_again(*, user_id: UUID, by: Actor, at: datetime) -> Invited:
    """Invite again who has not come in yet: a new link and a new code.

    Raises:
        NotAllowedError: no administrator.
        User.DoesNotExist: nobody on the actor's ground.
        ConflictError: the account is closed, or its owner has come in already.
    """
    return invite(user=_hold(user_id, by), by=by, at=at)


def _hold(user_id: UUID, by: Actor) -> User:
    """Return an account on the actor's ground: who works, or worked, at their structure."""
    if not may(by, "account.close"):
        raise NotAllowedError(_("Only an administrator closes an account."))
    known = Membership.objects.filter(user_id=user_id).values_list("structure_id", flat=True)
    if not any(reaches(by, structure_id) for structure_id in known):
        raise User.DoesNotExist
    return User.objects.select_for_update().get(pk=user_id, patient_id=None)


def _weigh(user: User, roles: list[Membership], by: Actor) -> list[Missing]:
    elsewhere = any(not reaches(by, each.structure_id) for each in roles)
    gaps = (
        (_("An account that is open"), _("You"), user.is_active),
        (
            _("Another administrator: nobody closes their own account"),
            _("Another administrator"),
            user.pk != by.id,
        ),
        (
            _("Nobody who works at another structure too: end their roles at yours"),
            _("You, or the platform’s administrator"),
            not elsewhere,
        ),
    )
    return [Missing("R41", what, who) for what, who, holds in gaps if not holds]
