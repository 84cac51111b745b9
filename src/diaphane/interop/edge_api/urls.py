"""Addresses for the gateways."""

from django.urls import path

from diaphane.interop.nothing import close

from .enrolment import credentials, enrol
from .priors import candidates, outcome, searches
from .status import status
from .steps import step
from .worklist import worklist

app_name = "edge_api"
urlpatterns = [
    path("worklist", worklist, name="worklist"),
    path("enrol", enrol, name="enrol"),
    path("credentials", credentials, name="credentials"),
    path("status", status, name="status"),
    path("priors", searches, name="priors"),
    path("priors/<uuid:search_id>/candidates", candidates, name="candidates"),
    path("priors/<uuid:search_id>/outcome", outcome, name="outcome"),
    path("steps/<str:sop_uid>", step, name="step"),
    close(needs="gateway.worklist"),
]
