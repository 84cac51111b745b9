"""Every operation that is described is called, over a real server, with what is allowed and what is not.

Schemathesis makes the calls. Nothing may fail within (5xx), and each status, type and body is described.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode, SerializationContext
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from diaphane.accounts.operations import issue_service_token
from diaphane.accounts.scopes import SCOPES
from diaphane.acts.models import Act
from diaphane.imaging.models import Instance, PriorSearch
from diaphane.imaging.operations import store_instance
from diaphane.imaging.prior_fetching import ask_for_priors
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.rights import may
from tests.images import make_ct
from tests.live_server import serving
from tests.scenes import Territory, validated

from .conftest import BOUNDARY, MULTIPART
from .descriptions import NAMES, read_description

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WIDER = os.environ.get("DIAPHANE_FUZZ", "")
"""How many calls of each operation, at random, instead of the same few each time."""
EXAMPLES = int(WIDER or 8)
CALLERS = {Role.EDGE: "", Role.SERVICE: " ".join(SCOPES), Role.COLLECTOR: ""}
"""Machines that call, and the scope of their token; the usual one where nothing is said."""
UNHURRIED = list(HealthCheck)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True)
class Fuzzed:
    """A server, the tokens of those who may call it, and what its addresses may name that exists."""

    url: str
    tokens: dict[str, str]
    names: dict[str, object]

    def choose_token(self, needs: str) -> st.SearchStrategy[str]:
        """Choose the token of who may, most of the time; else another's, a false one, or none."""
        may_call = [role for role in CALLERS if needs and may(Actor(id=uuid7(), role=role, label=""), needs)]
        right = self.tokens[may_call[0]] if may_call else ""
        return st.sampled_from([*[right] * 6, *self.tokens.values(), "faux", ""])


@schemathesis.serializer("multipart/related")
def write_related(_context: SerializationContext, value: object) -> bytes:
    """Send what was made as one part of a body to store."""
    content = value.data if hasattr(value, "data") else str(value).encode(errors="replace")
    framed = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode() + content
    return framed + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def fuzzed(territory: Territory, gateway: Actor, at: datetime, tmp_path: Path) -> Iterator[Fuzzed]:
    """Serve an exam with an image, whose earlier studies are looked for."""
    act = validated(territory).act
    store_instance(content=make_ct(act, number=1, SeriesInstanceUID="1.2.77"), by=gateway, at=at)
    ask_for_priors(act=act, at=at)
    site = territory.site.pk
    tokens = {
        str(role): issue_service_token(label=role, role=role, structure_id=site, scope=scope)
        for role, scope in CALLERS.items()
    }
    with serving(tmp_path) as server:
        yield Fuzzed(server.url, tokens, name_what_exists(act))


def name_what_exists(act: Act) -> dict[str, object]:
    return {
        "study_uid": act.study_instance_uid,
        "series_uid": "1.2.77",
        "sop_uid": Instance.objects.get().sop_instance_uid,
        "search_id": str(PriorSearch.objects.get().pk),
        "numbers": "1",
        "number": 1,
    }


def test_every_interface_answers_as_it_is_described(fuzzed: Fuzzed) -> None:
    load_all_checks()
    failures: list[BaseException] = []
    statuses = Counter[int]()
    for name in NAMES:
        schema = schemathesis.openapi.from_dict(read_description(name))
        for found in schema.get_all_operations():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    call_often(found.ok(), mode, fuzzed, statuses)
                except Unsatisfiable:
                    continue  # an operation without anything to say can be said nothing wrong
                except (FailureGroup, BaseExceptionGroup) as failure:
                    failures.append(failure)
    if failures:
        raise BaseExceptionGroup("not as described", failures)
    assert {200, 201, 204, 400, 401, 403, 404, 406, 409} <= set(statuses), statuses


def call_often(operation: APIOperation, mode: GenerationMode, fuzzed: Fuzzed, statuses: Counter[int]) -> None:
    """Call one operation with what was made, at addresses that exist or not, by who may or may not."""
    needs = str(operation.definition.raw.get("x-needs", ""))

    @settings(
        max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=HealthCheck
    )
    @given(case=operation.as_strategy(mode), token=fuzzed.choose_token(needs), is_there=st.booleans())
    def call(case: Case, token: str, is_there: bool) -> None:
        if is_there:
            case.path_parameters |= {k: v for k, v in fuzzed.names.items() if k in case.path_parameters}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Content-Type": MULTIPART} if case.media_type == "multipart/related" else {}
        response = case.call(base_url=fuzzed.url, headers=headers)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    call()
