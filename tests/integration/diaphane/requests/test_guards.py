"""Each requirement of the guide on a request blocks, says what is missing, and passes when it is given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone

from diaphane.acts.models import Duty, LedgerEntry, Step
from diaphane.events.models import Event
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.kernel.transitions import Guard
from diaphane.organisations.guards import TRAINING_CODES
from diaphane.organisations.models import Convention, Credential
from diaphane.organisations.standings import OWED, REQUIREMENTS
from diaphane.requests import authorship_guards, decision_guards, guards
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import refuse_request, submit_request, take_request, validate_request
from diaphane.requests.transitions import REQUEST_TABLE
from tests.factories import make_actor, put_out_of_order
from tests.scenes import Territory, draft, submitted, under_review

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Blank:
    """A guard of the sending, values that make it block, and the form fields that it then names."""

    guard: Guard
    values: dict[str, str]
    fields: tuple[str, ...] = field(default=())


CT = "CT-HEAD"
SENDING = (
    Blank(guards.MAMMOGRAPHY, {"exam_code": "MAMMOGRAPHY"}, ("exam_code",)),
    Blank(guards.ULTRASOUND, {"exam_code": "ULTRASOUND"}, ("exam_code",)),
    Blank(guards.DISTANCE, {"distance_reason": " "}, ("distance_reason",)),
    Blank(guards.CALLBACK, {"callback_phone": ""}, ("callback_phone",)),
    Blank(guards.CONTACT, {"contact": ""}, ("contact",)),
    Blank(guards.CLINICAL_CORE, {"exam_code": "", "question": ""}, ("exam_code", "question")),
    Blank(guards.URGENCY_ASKED, {"urgency": ""}, ("urgency",)),
    Blank(
        guards.CLINICAL_CONTEXT,
        {"history": "", "antecedents": "", "wanted_by": ""},
        ("history", "antecedents", "wanted_by"),
    ),
    Blank(
        guards.SAFETY,
        {"risks": "", "biology": "", "prior_imaging": ""},
        ("risks", "biology", "prior_imaging"),
    ),
    Blank(guards.INFORMATION, {"information": ""}, ("information",)),
    Blank(guards.IONISING, {"exam_code": CT, "pregnancy": "unknown"}, ("pregnancy",)),
    Blank(guards.IMPLANTS_ASKED, {"exam_code": "MR-STROKE", "implants": ""}, ("implants",)),
    Blank(
        guards.IMPLANTS_ASKED,
        {"exam_code": "MR-STROKE", "implants": "listed", "implants_details": " "},
        ("implants_details",),
    ),
    Blank(
        guards.IONISING,
        {"exam_code": CT, "pregnancy": "", "previous_ionising": ""},
        ("pregnancy", "previous_ionising"),
    ),
    Blank(guards.JUSTIFIED_BY_REQUESTER, {"justification": ""}, ("justification",)),
)
IDS = [f"{blank.guard.requirement}-{'-'.join(blank.fields)}" for blank in SENDING]


def blocked_by(call: Callable[[], object]) -> GuardError:
    with pytest.raises(GuardError) as caught:
        call()
    return caught.value


def requirements_of(error: GuardError) -> set[str]:
    return {each.requirement for each in error.missing}


@pytest.mark.parametrize("blank", SENDING, ids=IDS)
def test_a_gap_blocks_the_sending_and_names_its_requirement_and_fields(
    territory: Territory, blank: Blank
) -> None:
    request = draft(territory, **blank.values)
    before = Event.objects.count()
    error = blocked_by(lambda: submit_request(request=request, by=territory.requester, at=now()))
    assert requirements_of(error) == {blank.guard.requirement}
    assert tuple(each.field for each in error.missing) == blank.fields
    assert all(str(each.what) and str(each.who) for each in error.missing)
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT
    assert (Step.objects.count(), LedgerEntry.objects.count(), Event.objects.count()) == (0, 0, before)


@pytest.mark.parametrize(
    "blank",
    [each for each in SENDING if each.guard is not guards.URGENCY_ASKED],
    ids=lambda blank: f"{blank.guard.requirement}-{'-'.join(blank.fields)}",
)
def test_in_a_vital_emergency_a_gap_yields_into_a_duty_or_still_blocks(
    territory: Territory, blank: Blank
) -> None:
    request = draft(territory, **{**blank.values, "urgency": "vital"})
    if not blank.guard.yields_to_vital:
        blocked_by(lambda: submit_request(request=request, by=territory.requester, at=now()))
        assert not Duty.objects.exists()
        return
    at = now()
    assert submit_request(request=request, by=territory.requester, at=at).state == RequestState.SUBMITTED
    duty = Duty.objects.get()
    assert (duty.guard, duty.requirement) == (blank.guard.code, blank.guard.requirement)
    assert duty.owner_role == Role.REQUESTING_PHYSICIAN
    assert duty.due_at > at
    assert not LedgerEntry.objects.filter(guard=blank.guard.code).exists()


def test_a_complete_request_passes_and_each_guard_is_in_the_ledger(territory: Territory) -> None:
    request = submit_request(request=draft(territory), by=territory.requester, at=now())
    assert request.state == RequestState.SUBMITTED
    entries = LedgerEntry.objects.filter(act=request.act)
    assert {each.guard for each in entries} == {each.code for each in REQUEST_TABLE["submit"].guards}
    assert {each.actor_id for each in entries} == {territory.requester.id}
    assert not Duty.objects.exists()


def test_an_exam_that_does_not_irradiate_asks_nothing_about_earlier_ionising_acts(
    territory: Territory,
) -> None:
    request = draft(territory, exam_code="MR-STROKE", previous_ionising="", pregnancy="")
    assert guards.IONISING.check(request, territory.requester) is None


@pytest.mark.parametrize(("start", "end"), [(1, 30), (-30, -1)], ids=["not begun", "ended"])
def test_without_a_convention_in_force_nothing_is_sent(territory: Territory, start: int, end: int) -> None:
    today = timezone.localdate()
    request = draft(territory)
    Convention.objects.update(valid_from=today + timedelta(start), valid_until=today + timedelta(end))
    error = blocked_by(lambda: submit_request(request=request, by=territory.requester, at=now()))
    assert requirements_of(error) == {"R26"}


def test_the_convention_of_another_site_opens_nothing(territory: Territory) -> None:
    request = draft(territory)
    Convention.objects.update(requesting_site=territory.outsider.structure_id)
    error = blocked_by(lambda: submit_request(request=request, by=territory.requester, at=now()))
    assert requirements_of(error) == {"R26"}


@pytest.mark.parametrize("kind", OWED[Role.IMAGEUR])
@pytest.mark.parametrize("urgency", ["urgent", "vital"])
def test_a_radiologist_who_is_not_in_order_neither_takes_nor_validates(
    territory: Territory, kind: Credential.Kind, urgency: str
) -> None:
    held, waiting = under_review(territory, urgency=urgency), submitted(territory, urgency=urgency)
    put_out_of_order(territory.imageur, kind)
    if urgency == "vital" and kind in TRAINING_CODES:
        assert take_request(request=waiting, by=territory.imageur, at=now())
        assert [duty.guard for duty in Duty.objects.all()] == [f"request.{TRAINING_CODES[kind]}"]
        return
    taking = blocked_by(lambda: take_request(request=waiting, by=territory.imageur, at=now()))
    validating = blocked_by(lambda: validate(held, territory))
    assert requirements_of(taking) == requirements_of(validating) == {REQUIREMENTS[kind]}


def validate(request: ExamRequest, territory: Territory, **changes: str) -> ExamRequest:
    given = {
        "protocol": "Hélice",
        "contrast_prescription": "",
        "granted_urgency": "urgent",
        "urgency_words": "Déficit résolutif",
        "review_reason": "",
    }
    return validate_request(request=request, **{**given, **changes}, by=territory.imageur, at=now())


@pytest.mark.parametrize(
    ("requirement", "values", "changes"),
    [
        ("R69", {}, {"protocol": " "}),
        ("R73", {}, {"granted_urgency": ""}),
        ("R76", {"pregnancy": "possible"}, {}),
        ("R76", {"pregnancy": "pregnant"}, {}),
    ],
)
def test_a_validation_that_lacks_something_is_blocked_and_writes_nothing(
    territory: Territory, requirement: str, values: dict[str, str], changes: dict[str, str]
) -> None:
    request = under_review(territory, **values)
    error = blocked_by(lambda: validate(request, territory, **changes))
    assert requirements_of(error) == {requirement}
    request.refresh_from_db()
    assert (request.state, request.protocol) == (RequestState.UNDER_REVIEW, "")


def test_a_possible_pregnancy_weighed_in_writing_passes(territory: Territory) -> None:
    request = under_review(territory, pregnancy="possible")
    moved = validate(request, territory, review_reason="β-hCG en cours, examen vital, protocole réduit")
    assert moved.state == RequestState.VALIDATED


def test_only_the_radiologist_who_holds_a_request_decides(territory: Territory) -> None:
    request = under_review(territory)
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    decisions: list[Callable[[], object]] = [
        lambda: validate_request(
            request=request,
            protocol="Hélice",
            contrast_prescription="",
            granted_urgency="urgent",
            review_reason="",
            by=colleague,
            at=now(),
        ),
        lambda: refuse_request(
            request=request,
            motive="redundant",
            words="Déjà fait",
            alternative="Relire",
            by=colleague,
            at=now(),
        ),
    ]
    for decide in decisions:
        assert requirements_of(blocked_by(decide)) == {"R69"}
    request.refresh_from_db()
    assert (request.state, request.protocol, request.refusal_words) == ("under_review", "", "")


@pytest.mark.parametrize(
    ("requirements", "motive", "words", "alternative"),
    [
        ({"R74"}, "", "Déjà fait", "Relire"),
        ({"R74"}, "redundant", " ", "Relire"),
        ({"R75"}, "redundant", "Déjà fait", ""),
        ({"R74", "R75"}, "", "", ""),
    ],
)
def test_a_refusal_without_its_motive_its_words_or_another_way_is_blocked(
    territory: Territory, requirements: set[str], motive: str, words: str, alternative: str
) -> None:
    request = under_review(territory)
    error = blocked_by(
        lambda: refuse_request(
            request=request,
            motive=motive,
            words=words,
            alternative=alternative,
            by=territory.imageur,
            at=now(),
        )
    )
    assert requirements_of(error) == requirements
    assert not Duty.objects.exists()


def test_every_guard_of_a_request_is_played_here() -> None:
    enforced = {guard.code for step in REQUEST_TABLE.transitions for guard in step.guards}
    declared = {guard.code for guard in vars(guards).values() if isinstance(guard, Guard)}
    for module in (decision_guards, authorship_guards):
        declared |= {guard.code for guard in vars(module).values() if isinstance(guard, Guard)}
    declared |= {guard.code for guard in guards.IN_ORDER}
    sending = {blank.guard.code for blank in SENDING} | {guards.CONVENTION.code, guards.HOURS.code}
    sending |= {guards.PAPERS.code}  # test_papers.py
    deciding = {
        *(guard.code for guard in guards.IN_ORDER),
        guards.CONVENTION_HOLDS.code,
        guards.REVIEWER.code,
        guards.PROTOCOL.code,
        guards.URGENCY.code,
        guards.PREGNANCY.code,
        guards.IMPLANTS.code,
        guards.NEVER_BYPASSED.code,
        guards.SAFETY_MOTIVE.code,
        guards.REFUSAL_MOTIVE.code,
        guards.ALTERNATIVE.code,
        decision_guards.URGENCY_EXPLAINED.code,  # test_telling.py
        decision_guards.OTHER_WAY_OWNED.code,  # test_telling.py
        decision_guards.PERFORMER_DECIDES.code,  # test_substituting.py
        authorship_guards.PRESCRIBED.code,  # web/requesting/test_authorship.py
        authorship_guards.SUPERVISED.code,  # web/requesting/test_authorship.py
    }
    assert enforced == declared == sending | deciding
