"""Find machines by their token, people by their account."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from diaphane.kernel.actors import Role

from .models import AccessSheet, Invitation, Professional, ServiceToken, SignInLink, User
from .operations import digest_of


def find_token(token: str) -> ServiceToken | None:
    """Return what is kept of a bearer token, whether it still speaks for its machine or not."""
    return ServiceToken.objects.filter(digest=digest_of(token)).first()


def list_machine_tokens(*, role: Role) -> QuerySet[ServiceToken]:
    """List the tokens of the machines in a role, machine by machine, oldest first."""
    return ServiceToken.objects.filter(role=role.value).order_by("label", "machine_id", "created_at")


def list_tokens_of(structure_ids: Collection[UUID]) -> QuerySet[ServiceToken]:
    """List the tokens of every machine of some structures, machine by machine, oldest first."""
    found = ServiceToken.objects.filter(structure_id__in=structure_ids)
    return found.order_by("label", "machine_id", "created_at")


def get_professional(user_id: UUID) -> Professional | None:
    """Return the professional record of an account."""
    return Professional.objects.select_related("user").filter(user_id=user_id).first()


def find_account(email: str) -> User | None:
    """Return the active account of an e-mail address."""
    return User.objects.filter(email=email.lower(), is_active=True).first()


def get_account(user_id: UUID) -> User:
    """Return one account."""
    return User.objects.get(pk=user_id)


def find_account_of_patient(patient_id: UUID) -> User | None:
    """Return the account under which a patient logs in, if one was opened."""
    return User.objects.filter(patient_id=patient_id, is_active=True).first()


def find_last_invitation(user_id: UUID) -> Invitation | None:
    """Return the last invitation into an account."""
    return Invitation.objects.filter(user_id=user_id).order_by("-created_at").first()


def find_access_sheet(patient_id: UUID) -> AccessSheet | None:
    """Return the sheet by which a patient comes in."""
    return AccessSheet.objects.filter(patient_id=patient_id, revoked_at=None).first()


def find_last_link(sheet: AccessSheet) -> SignInLink | None:
    """Return the last link that was mailed, or is to be."""
    return SignInLink.objects.filter(sheet=sheet).order_by("-created_at").first()
