"""A CD or a folder brought for an act, and what became of each of its files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may
from diaphane.organisations.models import Structure

LONGEST_PATH = 500


class MediaImportQuerySet(models.QuerySet["MediaImport"]):
    """Imports, starting from who asks."""

    def visible_to(self, actor: Actor) -> "MediaImportQuerySet":
        """Keep the imports of the technologist's own site, for the acts open to them (R42)."""
        if not may(actor, "images.bring") or actor.structure_id is None:
            return self.none()
        own = self.filter(site_id=actor.structure_id, act_id__in=list_act_ids(actor))
        return own.select_related("act__patient", "site")


class MediaImport(models.Model):
    """One errand: the CDs and folders that a person brings for an act; one is open at a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="imports")
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by_id = models.UUIDField()
    opened_by_label = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by_label = models.CharField(max_length=200, blank=True)

    objects = MediaImportQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(("id", "act", "site", "opened_at", "closed_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("opened_by_id", "opened_by_label", "closed_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["act"], condition=Q(closed_at=None), name="one_open_import_per_act"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".iso")
"""How the names of files end that hold others: CDs often come so."""


class BroughtFile(models.Model):
    """One file as its medium names it, and its fate. The name is shown and compared, never written to."""

    class Fate(models.TextChoices):
        """What became of it; KEPT and ALREADY_THERE alone mean that the platform holds it, verified."""

        AWAITED = "awaited", _("Not sent yet")
        KEPT = "kept", _("Kept")
        ALREADY_THERE = "already_there", _("Already there")
        CONFLICT = "conflict", _("Already there with another content: kept aside")
        REFUSED = "refused", _("Not taken")
        UNREADABLE = "unreadable", _("This computer cannot read it")
        MISSING = "missing", _("Named by the index of the CD, and not on it")
        INDEX = "index", _("Index of the CD")
        NOT_DICOM = "not_dicom", _("Not an image file")

    class Why(models.TextChoices):
        """Why it was refused."""

        NAME = "name", _("its name leads out of the folder, or is too long")
        TOO_LARGE = "too_large", _("it is larger than what is taken")
        OVERSIZED = "oversized", _("a small file that would fill the memory")
        DAMAGED = "damaged", _("damaged or incomplete")
        ELSEWHERE = "elsewhere", _("the platform holds it where this site cannot see it")

    media_import = models.ForeignKey(MediaImport, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=LONGEST_PATH)
    size = models.PositiveBigIntegerField(default=0)
    fate = models.CharField(max_length=15, choices=Fate, default=Fate.AWAITED)
    why = models.CharField(max_length=15, choices=Why, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="+", null=True)
    settled_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(
            ("id", "media_import", "size", "fate", "why", "sha256", "instance", "settled_at"),
            Privacy.TECHNICAL,
        ),
        "path": Privacy.IDENTIFYING,
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["media_import", "path"], name="one_file_per_path"),
            models.CheckConstraint(
                condition=Q(
                    fate__in=[
                        "awaited",
                        "kept",
                        "already_there",
                        "conflict",
                        "refused",
                        "unreadable",
                        "missing",
                        "index",
                        "not_dicom",
                    ]
                ),
                name="brought_file_fate_known",
            ),
            models.CheckConstraint(condition=Q(why="") | Q(fate="refused"), name="only_a_refusal_says_why"),
        ]
        indexes = [models.Index(fields=["media_import", "fate"])]

    def __str__(self) -> str:
        return f"{self.fate} {self.pk}"

    @property
    def is_archive(self) -> bool:
        """Say whether it looks like files packed into one, which are taken only once they are unpacked."""
        return self.fate == self.Fate.NOT_DICOM and self.path.lower().endswith(ARCHIVES)
