"""Addresses of the identity of an act's images; they hold nothing but opaque identifiers."""

from django.urls import path

from . import deciding, pages

app_name = "identity"
urlpatterns = [
    path("<uuid:act_id>/", pages.show, name="page"),
    path("<uuid:act_id>/quarantaine/", deciding.quarantine, name="quarantine"),
    path("<uuid:act_id>/lever/", deciding.lift, name="lift"),
    path("<uuid:act_id>/retirer/", deciding.take_away_images, name="take_away"),
    path("<uuid:act_id>/confirmer/", deciding.confirm, name="confirm"),
    path("<uuid:act_id>/refuser/", deciding.decline, name="decline"),
    path("<uuid:act_id>/annuler/", deciding.undo, name="undo"),
    path("<uuid:act_id>/vu/", deciding.look, name="look"),
]
