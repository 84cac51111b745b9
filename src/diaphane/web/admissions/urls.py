"""Addresses of the hospital's messages; they hold nothing but opaque identifiers."""

from django.urls import path

from . import pages, peers

app_name = "admissions"
urlpatterns = [
    path("", pages.list_, name="list"),
    path("emetteurs/nouveau/", peers.open_, name="open_peer"),
    path("emetteurs/<uuid:peer_id>/fermer/", peers.close, name="close_peer"),
    path("messages/<uuid:message_id>/", pages.message, name="message"),
    path("messages/<uuid:message_id>/reessayer/", pages.retry, name="retry"),
    path("messages/<uuid:message_id>/ecarter/", pages.dismiss, name="dismiss"),
]
