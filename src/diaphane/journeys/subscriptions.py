"""Which use case hears which event; consumers are idempotent, for delivery is at least once."""

from diaphane.events.operations import subscribe

from .after_signature import announce_to_patient, bring_to_recipients
from .after_validation import ask_for_earlier_images, open_exam_of_request
from .appointments import confirm_appointment, tell_of_cancellation
from .brought_proofs import settle_training_duties
from .closing import close_when_nothing_is_owed
from .doubted_images import tell_who_signed
from .emergencies import tell_those_concerned
from .gateway_alerts import mail_lead_technologist, tell_who_waits_for_images
from .identities import settle_identity_duties
from .image_checks import check_images_soon
from .late_images import look_at_late_images
from .objections import close_what_was_shown
from .papers_in_force import settle_paper_duties
from .reopened import cancel_exam_of_request, withdraw_reopened

CHANGES_IMAGES = (
    "images.received",
    "images.attached",
    "images.settled_elsewhere",
    "images.taken_away",
    "images.move_undone",
    "images.reindexed",
    "images.exchanged",
    "images.announced",
    "performed_step.in_progress",
    "performed_step.completed",
    "performed_step.discontinued",
    "exam.finish",
    "exam.dose_recorded",
    "images.finding_answered",
)
"""What may change the outcome of the checks."""


def subscribe_all() -> None:
    """Register the handlers."""
    subscribe("request.validate", consumer="open_exam", handler=open_exam_of_request)
    subscribe("request.validate", consumer="ask_for_priors", handler=ask_for_earlier_images)
    for kind in ("request.refuse", "request.cancel"):
        subscribe(kind, consumer="cancel_exam", handler=cancel_exam_of_request)
    for kind in ("exam.cancel", "exam.withdraw"):
        subscribe(kind, consumer="withdraw_reopened", handler=withdraw_reopened)
    subscribe("report.sign", consumer="bring_to_recipients", handler=bring_to_recipients)
    subscribe("report.patient_told", consumer="announce_to_patient", handler=announce_to_patient)
    subscribe("images.received", consumer="late_images", handler=look_at_late_images)
    subscribe("images.attached", consumer="late_images", handler=look_at_late_images)
    for kind in ("images.quarantined", "images.taken_away", "images.move_undone", "images.exchanged"):
        subscribe(kind, consumer="tell_who_signed", handler=tell_who_signed)
    for kind in CHANGES_IMAGES:
        subscribe(kind, consumer="check_images", handler=check_images_soon)
    subscribe("duty.done", consumer="close_act", handler=close_when_nothing_is_owed)
    subscribe("duty.waived", consumer="close_act", handler=close_when_nothing_is_owed)
    subscribe("credential.check", consumer="training_duties", handler=settle_training_duties)
    subscribe("paper.approve", consumer="paper_duties", handler=settle_paper_duties)
    subscribe("slot.booked", consumer="confirm_appointment", handler=confirm_appointment)
    subscribe("slot.cancelled", consumer="tell_of_cancellation", handler=tell_of_cancellation)
    subscribe("patient.certain", consumer="identity_duties", handler=settle_identity_duties)
    subscribe("gateway.alert_opened", consumer="mail_lead_technologist", handler=mail_lead_technologist)
    for change in ("opened", "settled"):
        subscribe(f"gateway.alert_{change}", consumer="tell_who_waits", handler=tell_who_waits_for_images)
    subscribe("emergency.opened", consumer="tell_those_concerned", handler=tell_those_concerned)
    subscribe("objection.recorded", consumer="close_what_was_shown", handler=close_what_was_shown)
