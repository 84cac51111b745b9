"""Addresses of the rooms of a site."""

from django.urls import path

from . import pages

app_name = "rooms"
urlpatterns = [
    path("", pages.list_, name="list"),
    path("nouvelle/", pages.open_, name="open"),
    path("<uuid:room_id>/", pages.room, name="room"),
    path("<uuid:room_id>/fermer/", pages.close, name="close"),
    path("<uuid:room_id>/fermetures/<uuid:closure_id>/lever/", pages.lift, name="lift"),
]
