"""Addresses of the links of an act; they hold nothing but opaque identifiers."""

from django.urls import path

from . import pages

app_name = "sharing"
urlpatterns = [
    path("<uuid:act_id>/confreres/", pages.links, name="links"),
    path("<uuid:act_id>/confreres/revoquer/", pages.revoke, name="revoke"),
    path("<uuid:act_id>/confreres/patient-prevenu/", pages.told, name="told"),
]
