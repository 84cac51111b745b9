"""Addresses of the protocol books; they hold nothing but opaque identifiers."""

from django.urls import path

from . import book, writing

app_name = "protocols"
urlpatterns = [
    path("", book.list_, name="list"),
    path("nouveau/", writing.write, name="write"),
    path("<uuid:protocol_id>/", book.show, name="show"),
    path("<uuid:protocol_id>/nouvelle-version/", writing.write_next, name="write_next"),
    path("<uuid:protocol_id>/approuver/", book.approve, name="approve"),
    path("<uuid:protocol_id>/retirer/", book.withdraw, name="withdraw"),
]
