"""Where Pro Santé Connect itself says that a session ended (OpenID Connect Back-Channel Logout 1.0)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from diaphane.accounts.pro_sante_connect import is_offered
from diaphane.accounts.psc_logout import end_by_logout_token
from diaphane.accounts.psc_refusals import LogoutRefusedError, record_refused_logout
from diaphane.kernel.clock import now

_LONGEST = 20_000


@sensitive_post_parameters()
@csrf_exempt
@login_not_required
@require_POST
def hear(request: HttpRequest) -> HttpResponse:
    """Take a logout token (§2.5): 200 once what it names has ended, 400 when it is not believed (§2.8)."""
    if not is_offered():
        raise Http404
    token = request.POST.get("logout_token", "")
    try:
        if not 0 < len(token) <= _LONGEST:
            raise LogoutRefusedError("signature")
        end_by_logout_token(token, at=now())
    except LogoutRefusedError as error:
        record_refused_logout(error)
        answer: HttpResponse = JsonResponse({"error": "invalid_request"}, status=400)
    else:
        answer = HttpResponse(status=200)
    answer["Cache-Control"] = "no-store"
    return answer
