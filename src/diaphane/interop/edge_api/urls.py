"""Addresses for the gateways."""

from django.urls import path

from .status import status
from .steps import step
from .worklist import worklist

app_name = "edge_api"
urlpatterns = [
    path("worklist", worklist, name="worklist"),
    path("status", status, name="status"),
    path("steps/<str:sop_uid>", step, name="step"),
]
