"""Refusals as FHIR says them: an OperationOutcome, in French, each thing where it is (FHIR R4)."""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from diaphane.interop.authentication import Guarded
from diaphane.kernel.errors import DiaphaneError, GuardError, Missing, Text

CONTENT_TYPE = "application/fhir+json; fhirVersion=4.0"
REQUIREMENT = "urn:diaphane:requirement"
_CODES = {400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported"}
_MORE_CODES = {409: "duplicate", 422: "business-rule", 429: "throttled"}


class OutcomeError(DiaphaneError):
    """What is wrong with a resource, and where (FHIRPath)."""

    def __init__(self, message: Text, expression: str, *, code: str = "invalid", status: int = 400) -> None:
        super().__init__(message)
        self.expression, self.code, self.status_code = expression, code, status


def describe_issue(
    words: str, *, code: str, severity: str = "error", requirement: str = "", expression: str = ""
) -> dict[str, Any]:
    """Return one issue."""
    details: dict[str, Any] = {"text": words}
    if requirement:
        details["coding"] = [{"system": REQUIREMENT, "code": requirement}]
    issue: dict[str, Any] = {"severity": severity, "code": code, "details": details}
    return issue | ({"expression": [expression]} if expression else {})


def describe_outcome(issues: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return an OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def answer_refusal(error: DiaphaneError, locate: dict[str, str]) -> JsonResponse:
    """Answer a refusal; ``locate`` says where each field of a request stands in the resource."""
    if isinstance(error, GuardError):
        issues = [_describe_missing(each, locate) for each in error.missing]
    else:
        code = error.code if isinstance(error, OutcomeError) else _code_of(error.status_code)
        where = error.expression if isinstance(error, OutcomeError) else ""
        issues = [describe_issue(str(error), code=code, expression=where)]
    return _write(issues, error.status_code)


def with_outcomes(view: Guarded[...]) -> Guarded[...]:
    """Say every refusal of an interface as an OperationOutcome: who calls reads one form only."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answered = view(request, *args, **kwargs)
        if answered.status_code < 400 or not isinstance(answered, HttpResponse):
            return answered
        if answered["Content-Type"].startswith("application/fhir+json"):
            return answered
        words = _WORDS.get(answered.status_code, lambda: _("This request is refused."))()
        said = _write([describe_issue(words, code=_code_of(answered.status_code))], answered.status_code)
        for name in ("Allow", "WWW-Authenticate", "Retry-After"):
            if name in answered:
                said[name] = answered[name]
        return said

    return guarded


def _describe_missing(missing: Missing, locate: dict[str, str]) -> dict[str, Any]:
    where = locate.get(missing.field, locate[""] + f".where(linkId='{missing.field}')")
    return describe_issue(
        f"{missing.what} ({missing.who})",
        code="business-rule",
        requirement=missing.requirement,
        expression=where if missing.field else "",
    )


def _write(issues: list[dict[str, Any]], status: int) -> JsonResponse:
    return JsonResponse(describe_outcome(issues), status=status, content_type=CONTENT_TYPE)


def _code_of(status: int) -> str:
    return (_CODES | _MORE_CODES).get(status, "processing")


_WORDS = {
    401: lambda: _("Log in, or send a valid token."),
    403: lambda: _("This token has not what this interface asks for."),
    405: lambda: _("This address takes a POST alone."),
    429: lambda: _("Too many requests: wait, then try again."),
}
