"""Addresses of the documents of a request; they hold opaque identifiers alone."""

from django.urls import path

from . import pages

app_name = "attachments"
urlpatterns = [
    path("<uuid:act_id>/pieces/", pages.list_, name="list"),
    path("<uuid:act_id>/pieces/joindre/", pages.add, name="add"),
    path("<uuid:act_id>/pieces/<uuid:attachment_id>/", pages.open_, name="open"),
    path("<uuid:act_id>/pieces/<uuid:attachment_id>/retirer/", pages.withdraw, name="withdraw"),
]
