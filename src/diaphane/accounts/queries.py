"""Find machines by their token, people by their account."""

from uuid import UUID

from django.db.models import QuerySet

from diaphane.kernel.actors import Role

from .models import Professional, ServiceToken, User
from .operations import digest_of


def find_token(token: str) -> ServiceToken | None:
    """Return what is kept of a bearer token, whether it still speaks for its machine or not."""
    return ServiceToken.objects.filter(digest=digest_of(token)).first()


def list_machine_tokens(*, role: Role) -> QuerySet[ServiceToken]:
    """List the tokens of the machines in a role, machine by machine, oldest first."""
    return ServiceToken.objects.filter(role=role.value).order_by("label", "machine_id", "created_at")


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
