"""Let a gateway in by its one-time code, and give it its next token in time."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from diaphane.accounts.machines import Credential, enrol_machine, renew_token
from diaphane.interop.authentication import interface, refusal
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError

from .bodies import MalformedBodyError, read_body


@csrf_exempt
@login_not_required
@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    """Exchange a code for a token (201), or say in words why not (403, 429). The code is the only proof."""
    try:
        code = str(read_body(request)["code"])
    except (MalformedBodyError, KeyError):
        return refusal(_("A code is expected."), 400)
    try:
        return _give(enrol_machine(code=code, at=now()))
    except DiaphaneError as error:
        return refusal(str(error), error.status_code)


@interface("POST", needs="gateway.credentials")
def credentials(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give the gateway that asks its next token (201)."""
    return _give(renew_token(by=actor, at=now()))


def _give(credential: Credential) -> JsonResponse:
    content = {
        "token": credential.token,
        "expires_at": credential.expires_at.isoformat(),
        "renew_at": credential.renew_at.isoformat(),
    }
    response = JsonResponse(content, status=201)
    response["Cache-Control"] = "no-store"
    return response
