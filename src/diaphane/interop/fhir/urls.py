"""Addresses of the FHIR interfaces."""

from django.urls import path

from diaphane.interop.nothing import close

from .audit_events import search

app_name = "fhir"
urlpatterns = [path("AuditEvent", search, name="audit_events"), close(needs="trace.collect")]
