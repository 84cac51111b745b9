"""Addresses of the FHIR interfaces."""

from django.urls import path

from .audit_events import search

app_name = "fhir"
urlpatterns = [path("AuditEvent", search, name="audit_events")]
