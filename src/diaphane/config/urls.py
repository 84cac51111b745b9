"""Every address of the platform."""

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

from diaphane.kernel.modes import Mode
from diaphane.web.health import healthz, readyz
from diaphane.web.home import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("langue/", set_language, name="set_language"),
    path("compte/", include("allauth.urls")),
]
if settings.MODE is Mode.DEMO:
    urlpatterns += [path("visite/", include("diaphane.demo.urls"))]
