"""Addresses of the light viewer; they hold opaque identifiers of acts and images, and nothing else."""

from django.urls import path

from . import describing, keys, pages, pictures, pieces

app_name = "films"
urlpatterns = [
    path("examens/<uuid:act_id>/apercu/", pages.quick_look, name="quick_look"),
    path("films/<uuid:act_id>/", describing.films, name="films"),
    path("films/<uuid:act_id>/morceaux/", pieces.pieces, name="pieces"),
    path("films/<uuid:act_id>/<uuid:instance_id>/<int:frame>.jpg", pictures.picture, name="picture"),
    path("films/<uuid:act_id>/<uuid:instance_id>/<int:frame>/cle/", keys.keep, name="keep"),
    path("films/<uuid:act_id>/<uuid:instance_id>/<int:frame>/cle/retirer/", keys.release, name="release"),
]
