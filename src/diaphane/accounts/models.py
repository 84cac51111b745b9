"""People who log in, professionals among them, and machines that hold a token."""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import is_valid_rpps, uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .invitation_models import Invitation as Invitation
from .psc_models import PscLogin as PscLogin
from .scopes import actions_of
from .sheet_models import AccessSheet as AccessSheet
from .sheet_models import SignInLink as SignInLink


def validate_rpps(value: str) -> None:
    """Refuse an RPPS number whose length or key is wrong."""
    if not is_valid_rpps(value):
        raise ValidationError(_("This RPPS number is not valid (11 digits with their key)."))


class Accounts(BaseUserManager["User"]):
    """Create accounts."""

    def create_user(
        self, *, email: str, name: str, password: str | None, patient_id: UUID | None = None
    ) -> "User":
        """Create an account; without a password it cannot log in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, patient_id=patient_id)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """An account: one person, professional or patient, known by e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    # Patients are above accounts in the order of contexts: kept by UUID, without a foreign key.
    patient_id = models.UUIDField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    privacy = {
        "id": Privacy.TECHNICAL,
        "email": Privacy.IDENTIFYING,
        "name": Privacy.IDENTIFYING,
        "is_active": Privacy.TECHNICAL,
        "patient_id": Privacy.IDENTIFYING,
        "created_at": Privacy.TECHNICAL,
        "password": Privacy.SECRET,
        "last_login": Privacy.TECHNICAL,
    }
    processing = Processing.PROFESSIONALS

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name shown on screen."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name shown on screen."""
        return self.name


class Professional(models.Model):
    """Under which number the nation knows a professional: one account has it, and no other (R18).

    What they must have in order besides, each with its proof, is in ``organisations`` (``Credential``).
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="professional")
    rpps = models.CharField("RPPS", max_length=11, unique=True, validators=[validate_rpps])
    speciality = models.CharField(max_length=120)
    phone = models.CharField(max_length=30, blank=True)

    privacy = {
        "id": Privacy.TECHNICAL,
        **dict.fromkeys(("user", "rpps", "speciality", "phone"), Privacy.PROFESSIONAL),
    }
    processing = Processing.PROFESSIONALS

    def __str__(self) -> str:
        return f"{self.user.name} ({self.rpps})"


class KnownDevice(models.Model):
    """A browser in which an account has logged in: named by the SHA-256 of a cookie that lasts a year.

    Being known, it is not slowed down by what strangers try elsewhere; a login from another one is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="known_devices")
    digest = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    privacy = {
        "id": Privacy.TECHNICAL,
        "user": Privacy.IDENTIFYING,
        "digest": Privacy.SECRET,
        "first_seen_at": Privacy.TECHNICAL,
        "last_seen_at": Privacy.TECHNICAL,
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="one_line_per_known_device")]

    def __str__(self) -> str:
        return f"{self.user} · {self.first_seen_at:%Y-%m-%d}"


class FailedTries(models.Model):
    """How often one way in was tried in vain, and until when it waits; gone a day after the last try.

    ``digest`` is the SHA-256 of the way: who is tried, and from where. It names nobody by itself.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    closed_until = models.DateTimeField()

    privacy = dict.fromkeys(("digest", "count", "last_at", "closed_until"), Privacy.TECHNICAL)
    processing = Processing.TRACE

    class Meta:
        indexes = [models.Index(fields=["last_at"])]

    def __str__(self) -> str:
        return f"{self.digest[:12]} × {self.count}"


class EnrolmentCode(models.Model):
    """A code by which a site's gateway gets its first token: kept as its SHA-256, used once, soon over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    label = models.CharField(max_length=120)
    structure_id = models.UUIDField()
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    machine_id = models.UUIDField(null=True)

    privacy = {
        **dict.fromkeys(
            ("id", "label", "structure_id", "created_at", "expires_at", "used_at", "machine_id"),
            Privacy.TECHNICAL,
        ),
        "digest": Privacy.SECRET,
    }
    processing = Processing.MACHINES

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at=None) ^ models.Q(machine_id__isnull=False),
                name="enrolment_code_used_by_a_machine",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ServiceToken(models.Model):
    """A machine's bearer token, kept as its SHA-256; the role and structure it speaks for, and its scope.

    A machine has several in the course of its life: ``machine_id`` is what stays, and what the trail names.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    machine_id = models.UUIDField(default=uuid7)
    label = models.CharField(max_length=120)
    role = models.CharField(
        max_length=40,
        choices=[(role.value, role.value) for role in (Role.EDGE, Role.SERVICE, Role.COLLECTOR)],
    )
    structure_id = models.UUIDField()
    scope = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    first_used_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "machine_id",
                "label",
                "role",
                "structure_id",
                "scope",
                "created_at",
                "expires_at",
                "first_used_at",
                "last_used_at",
                "revoked_at",
            ),
            Privacy.TECHNICAL,
        ),
        "digest": Privacy.SECRET,
    }
    processing = Processing.MACHINES

    class Meta:
        indexes = [models.Index(fields=["machine_id"])]
        constraints = [
            models.CheckConstraint(condition=~models.Q(scope=""), name="service_token_has_a_scope"),
        ]

    def __str__(self) -> str:
        return self.label

    def as_actor(self, *, session: str = "") -> Actor:
        """Return who acts with this token."""
        return Actor(
            id=self.machine_id,
            role=Role(self.role),
            label=self.label,
            structure_id=self.structure_id,
            session=session,
            actions=actions_of(self.scope),
        )
