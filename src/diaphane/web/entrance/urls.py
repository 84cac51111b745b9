"""Addresses of patients' accesses: none holds a key, which a browser keeps to itself after « # »."""

from django.urls import path

from . import coming_in, giving

app_name = "entrance"
urlpatterns = [
    path("", coming_in.enter, name="enter"),
    path("lien/", coming_in.ask, name="ask"),
    path("fiche/<uuid:patient_id>/", giving.give, name="give"),
    path("fiche/<uuid:patient_id>/retirer/", giving.revoke, name="revoke"),
]
