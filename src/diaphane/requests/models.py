"""The request for an exam (demande d'examen), with what the guide asks of it (R64–R69)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .attachment_models import Attachment as Attachment
from .catalogue import CATALOGUE, CatalogueExam
from .contrast_models import ContrastOrder as ContrastOrder
from .order_models import OutsideOrder as OutsideOrder
from .protocol_models import SiteProtocol as SiteProtocol
from .safety_models import SafetyAnswer as SafetyAnswer
from .substitution_models import Substitution as Substitution
from .template_models import RequestTemplate as RequestTemplate


class RequestState(models.TextChoices):
    """States of a request that this version knows (states.md)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent, waiting for the radiologist")
    UNDER_REVIEW = "under_review", _("Being examined by the radiologist")
    AWAITING_ANSWER = "awaiting_answer", _("The radiologist asks for a precision")
    SUBSTITUTION_PROPOSED = "substitution_proposed", _("The radiologist proposes another exam")
    VALIDATED = "validated", pgettext_lazy("request", "Validated")
    REFUSED = "refused", pgettext_lazy("request", "Refused")
    CANCELLED = "cancelled", pgettext_lazy("request", "Cancelled")
    DISCARDED = "discarded", _("Draft discarded")
    ENTERED_IN_ERROR = "entered_in_error", _("Entered in error: another patient’s")


class ExamRequestQuerySet(models.QuerySet["ExamRequest"]):
    """Requests, starting from who asks."""

    def visible_to(self, actor: Actor) -> "ExamRequestQuerySet":
        """Keep the requests whose act is open to this actor."""
        return self.filter(act_id__in=list_act_ids(actor)).select_related(
            "act__patient", "act__requesting_site", "act__reading_structure"
        )


class ExamRequest(models.Model):
    """What the médecin demandeur asks, why, and what must be known before."""

    class Pregnancy(models.TextChoices):
        """Circumstances asked before an ionising act (R68); unknown is an answer, not a blank."""

        NOT_CONCERNED = "not_concerned", _("Not concerned")
        EXCLUDED = "excluded", _("Excluded (β-hCG or named physician)")
        POSSIBLE = "possible", _("Possible")
        PREGNANT = "pregnant", _("Pregnant")
        UNKNOWN = "unknown", pgettext_lazy("pregnancy", "Unknown")

    class Implants(models.TextChoices):
        """Implants and foreign bodies, asked before an MRI (R85); unknown is an answer, not a blank."""

        NONE = "none", pgettext_lazy("implants", "None")
        LISTED = "listed", _("Yes: written below")
        UNKNOWN = "unknown", pgettext_lazy("implants", "Unknown")

    class Information(models.TextChoices):
        """Whether the patient was told before the request (R52–R54, R67)."""

        GIVEN = "given", _("Given to the patient")
        GIVEN_TO_REPRESENTATIVE = "representative", _("Given to the legal representative")
        IMPOSSIBLE = "impossible", _("Impossible before the exam")

    class Origin(models.TextChoices):
        """From what the request was written (states.md)."""

        FORM = "form", _("Written here by the prescriber")
        PAPER = "paper", _("From a paper prescription")
        PHONE = "phone", _("Told by telephone")

    class Motive(models.TextChoices):
        """Why a request is refused (R74, R69)."""

        INSUFFICIENT = "insufficient", _("Not enough information")
        NOT_JUSTIFIED = "not_justified", _("Not justified against the guide")
        REDUNDANT = "redundant", _("A recent exam already answers")
        OTHER_TECHNIQUE = "other_technique", _("Another technique is better")
        CONTRAINDICATED = "contraindicated", _("Contraindicated")
        NOT_FEASIBLE = "not_feasible", _("Not feasible at a distance")

    class OtherWay(models.TextChoices):
        """How the patient is cared for when nothing is done at a distance (R75)."""

        ON_SITE = "on_site", _("Another technique on site")
        COMES = "comes", _("The radiologist comes to the site")
        TRANSFER = "transfer", _("The patient is transferred")
        DEGRADED = "degraded", _("The degraded procedure of the convention")
        NO_IMAGING = "no_imaging", _("Care goes on without imaging")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="request")
    state = models.CharField(max_length=30, choices=RequestState, default=RequestState.DRAFT)
    author_id = models.UUIDField()
    author_label = models.CharField(max_length=200)
    # The author is the prescriber, even where a secretary types in their name.
    transcriber_id = models.UUIDField(null=True)
    transcriber_label = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=5, choices=Origin, default=Origin.FORM)
    supervisor_id = models.UUIDField(null=True)
    supervisor_label = models.CharField(max_length=200, blank=True)
    # Begun again in the right record, or begun from a wrong one: the other act, by its number alone.
    moved_to_act = models.UUIDField(null=True)
    moved_from_act = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # The page that sent a demande flash, so that it sends once; none for any other request.
    flash_id = models.UUIDField(null=True, editable=False)

    exam_code = models.CharField(max_length=30, blank=True)
    callback_phone = models.CharField(max_length=30, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    treating_physician_email = models.EmailField(blank=True)
    history = models.TextField(blank=True)
    antecedents = models.TextField(blank=True)
    question = models.TextField(blank=True)
    wanted_by = models.CharField(max_length=120, blank=True)
    risks = models.TextField(blank=True)
    biology = models.TextField(blank=True)
    prior_imaging = models.TextField(blank=True)
    pregnancy = models.CharField(max_length=20, blank=True, choices=Pregnancy)
    previous_ionising = models.TextField(blank=True)
    implants = models.CharField(max_length=8, blank=True, choices=Implants)
    implants_details = models.TextField(blank=True)
    justification = models.TextField(blank=True)
    protocol_wishes = models.TextField(blank=True)
    distance_reason = models.CharField(max_length=200, blank=True)
    information = models.CharField(max_length=20, blank=True, choices=Information)

    reviewer_id = models.UUIDField(null=True)
    reviewer_label = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)
    validated_at = models.DateTimeField(null=True)
    protocol = models.TextField(blank=True)
    site_protocol = models.ForeignKey(SiteProtocol, on_delete=models.PROTECT, related_name="+", null=True)
    weight_kg = models.PositiveSmallIntegerField(null=True)
    contrast_prescription = models.TextField(blank=True)
    urgency_words = models.TextField(blank=True)
    review_reason = models.TextField(blank=True)
    safety_motive = models.TextField(blank=True)
    safety_version = models.CharField(max_length=20, blank=True)
    # A new fact took a validated request back to the imageur: its protocol waits until they decide again.
    reopened_at = models.DateTimeField(null=True)
    # What the imageur settles stands beside what was asked for, as the urgency granted does.
    implants_settled = models.CharField(max_length=8, blank=True, choices=Implants)
    implants_by = models.CharField(max_length=200, blank=True)
    implants_conditions = models.TextField(blank=True)
    refusal_motive = models.CharField(max_length=20, blank=True, choices=Motive)
    refusal_words = models.TextField(blank=True)
    alternative = models.TextField(blank=True)
    other_way = models.CharField(max_length=12, blank=True, choices=OtherWay)
    other_way_owner = models.CharField(max_length=200, blank=True)
    treating_told = models.CharField(max_length=200, blank=True)
    treating_told_at = models.DateTimeField(null=True)
    refusal_acknowledged_at = models.DateTimeField(null=True)

    objects = ExamRequestQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "act",
                "state",
                "created_at",
                "submitted_at",
                "flash_id",
                "moved_to_act",
                "moved_from_act",
                "origin",
                "lease_until",
                "validated_at",
                "reopened_at",
                "refusal_acknowledged_at",
                "site_protocol",
                "treating_told_at",
                "safety_version",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "author_id",
                "author_label",
                "transcriber_id",
                "transcriber_label",
                "supervisor_id",
                "supervisor_label",
                "callback_phone",
                "reviewer_id",
                "reviewer_label",
                "other_way_owner",
                "treating_told",
            ),
            Privacy.PROFESSIONAL,
        ),
        **dict.fromkeys(("contact", "treating_physician_email"), Privacy.IDENTIFYING),
        **dict.fromkeys(
            (
                "exam_code",
                "history",
                "antecedents",
                "question",
                "wanted_by",
                "risks",
                "biology",
                "prior_imaging",
                "pregnancy",
                "previous_ionising",
                "implants",
                "implants_details",
                "implants_settled",
                "implants_by",
                "implants_conditions",
                "justification",
                "protocol_wishes",
                "distance_reason",
                "information",
                "protocol",
                "weight_kg",
                "contrast_prescription",
                "urgency_words",
                "review_reason",
                "safety_motive",
                "refusal_motive",
                "refusal_words",
                "alternative",
                "other_way",
            ),
            Privacy.HEALTH,
        ),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RequestState.values), name="request_state_known"
            ),
            models.UniqueConstraint(fields=["author_id", "flash_id"], name="one_request_per_flash_page"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def exam(self) -> CatalogueExam | None:
        """Return the catalogue entry asked for, if one is chosen."""
        return CATALOGUE.get(self.exam_code)

    @property
    def is_flash(self) -> bool:
        """Say whether it was sent in a few words, for a vital emergency."""
        return self.flash_id is not None

    @property
    def has_prescriber(self) -> bool:
        """Say whether somebody who prescribes is its author, rather than the secretary who types it."""
        return self.author_id != self.transcriber_id

    @property
    def standing_attachments(self) -> models.QuerySet[Attachment]:
        """Return the documents beside the request that nobody withdrew."""
        return self.attachments.standing()

    @property
    def substitution(self) -> Substitution | None:
        """Return the last exam that the imageur proposed instead of the one asked for, if any (R69)."""
        return self.substitutions.last()

    @property
    def contrast_order(self) -> ContrastOrder | None:
        """Return the prescription of contrast that holds, when it was written by its parts (R83)."""
        return self.contrast_orders.last() if self.contrast_prescription.strip() else None

    @property
    def is_downgraded(self) -> bool:
        """Say whether the urgency granted is lower than the one asked for (R73)."""
        granted, asked = self.act.granted_urgency, self.act.requested_urgency
        order = Act.Urgency.values
        return bool(granted and asked) and order.index(granted) > order.index(asked)

    @property
    def implants_known(self) -> str:
        """Return what is known of implants: what the imageur settled, else what the demandeur answered."""
        return self.implants_settled or self.implants

    @property
    def is_suspended(self) -> bool:
        """Say whether a new fact suspends the protocol until the imageur decides again (R85)."""
        return self.reopened_at is not None

    @property
    def lacks_contrast(self) -> bool:
        """Say whether an exam that is injected by nature has no prescription of contrast (R83)."""
        exam = self.exam
        return bool(exam and exam.is_injected and not self.contrast_prescription.strip())

    @property
    def must_weigh_pregnancy(self) -> bool:
        """Say whether pregnancy is open: known, possible, unknown, or blank where it is asked (R76)."""
        if self.pregnancy:
            return self.pregnancy in {
                self.Pregnancy.POSSIBLE,
                self.Pregnancy.PREGNANT,
                self.Pregnancy.UNKNOWN,
            }
        is_ionising = bool(self.exam and self.exam.is_ionising)
        return is_ionising and self.act.patient.may_be_pregnant(timezone.localdate())
