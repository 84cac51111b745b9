"""Addresses of a guest: none holds the key of a link, which a browser keeps to itself after « # »."""

from django.urls import path

from . import entering, looking

app_name = "outside"
urlpatterns = [
    path("", entering.enter, name="enter"),
    path("<uuid:link_id>/", looking.study, name="study"),
    path("<uuid:link_id>/compte-rendu.pdf", looking.document, name="document"),
    path("<uuid:link_id>/quitter/", looking.leave, name="leave"),
    path("<uuid:link_id>/films/", looking.films, name="films"),
    path("<uuid:link_id>/films/morceaux/", looking.pieces, name="pieces"),
    path("<uuid:link_id>/films/<uuid:instance_id>/<int:frame>.jpg", looking.picture, name="picture"),
]
