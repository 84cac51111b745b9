"""Addresses of the viewer: the act's page for people, the application's own files below ``viewer/``."""

from django.urls import path

from .application import application, configuration, part
from .keys import keys, selection, withdrawal
from .pages import act

app_name = "viewer"
urlpatterns = [
    path("examens/<uuid:act_id>/images/", act, name="act"),
    path("examens/<uuid:act_id>/images/cles/", keys, name="keys"),
    path("examens/<uuid:act_id>/images/cles/<str:sop_uid>/<int:frame>/", selection, name="selection"),
    path(
        "examens/<uuid:act_id>/images/cles/<str:sop_uid>/<int:frame>/retirer/", withdrawal, name="withdrawal"
    ),
    path("viewer/viewer", application, name="application"),
    path("viewer/app-config.js", configuration, name="configuration"),
    path("viewer/<path:name>", part, name="part"),
]
