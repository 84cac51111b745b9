"""Addresses of the FHIR interfaces."""

from django.urls import path

from diaphane.interop.nothing import close

from .audit_events import search
from .service_requests import create

app_name = "fhir"
urlpatterns = [
    path("AuditEvent", search, name="audit_events"),
    path("ServiceRequest", create, name="service_requests"),
    close(needs="trace.collect"),
]
