"""What was answered to the safety questions of a request, in FHIR R4."""

from collections.abc import Sequence
from uuid import uuid5

from diaphane.acts.models import Act
from diaphane.requests.models import ExamRequest
from diaphane.requests.safety_words import SpelledAnswer

from .references import Resource, refer


def describe_safety(request: ExamRequest, answers: Sequence[SpelledAnswer], act: Act) -> Resource:
    """Return the QuestionnaireResponse: every answer in the order of time, the earlier ones too."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(uuid5(request.pk, "safety")),
        "basedOn": [refer(request.pk)],
        "status": "completed",
        "subject": refer(act.patient_id),
        "authored": answers[-1].answer.answered_at.isoformat(),
        "item": [
            {"linkId": each.answer.question_id, "text": str(each.question)}
            | ({"answer": [{"valueString": str(each.words)}]} if each.words else {})
            for each in answers
        ],
    }
