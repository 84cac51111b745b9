"""Below an interface, an address that is none of ours: a machine reads no page."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, re_path

from diaphane.kernel.actors import Actor

from .authentication import interface


def close(route: str = "", *, needs: str) -> URLPattern:
    """Refuse every other address below a route as one that names nothing; ``needs`` tells who hears it."""

    @interface("GET", "POST", "PUT", needs=needs)
    def answer_nothing(_request: HttpRequest, _actor: Actor) -> HttpResponseBase:
        raise ObjectDoesNotExist

    return re_path(rf"^{route}[\s\S]*\Z", answer_nothing)
