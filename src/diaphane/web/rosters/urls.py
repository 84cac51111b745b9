"""Addresses of duty, rosters and hand-overs."""

from django.urls import path

from . import duty, handing, roster

app_name = "rosters"
urlpatterns = [
    path("garde/", duty.now_, name="now"),
    path("garde/direct/", duty.live, name="live"),
    path("garde/saturation/", duty.saturate, name="saturate"),
    path("garde/releve/", handing.give, name="give"),
    path("garde/releves/<uuid:hand_over_id>/", handing.show, name="hand_over"),
    path("garde/releves/<uuid:hand_over_id>/accepter/", handing.accept, name="accept"),
    path("garde/releves/<uuid:hand_over_id>/reprendre/", handing.take_back, name="take_back"),
    path("annuaire/gardes/", roster.roster, name="roster"),
    path("annuaire/gardes/<uuid:shift_id>/retirer/", roster.cancel, name="cancel"),
]
