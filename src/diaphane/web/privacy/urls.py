"""Addresses of what protects persons' data; they hold nothing but opaque identifiers."""

from django.urls import path

from . import exports, register, watching

app_name = "privacy"
urlpatterns = [
    path("registre/", register.register, name="register"),
    path("patients/<uuid:patient_id>/copie/", exports.exports, name="exports"),
    path("patients/<uuid:patient_id>/copie/demander/", exports.ask, name="ask_export"),
    path("patients/<uuid:patient_id>/surveillance/", watching.watch, name="watch"),
    path("copies/<uuid:export_id>/donnees.zip", exports.file, name="export_file"),
]
