"""Addresses of copies; they hold nothing but the act's opaque identifier."""

from django.urls import path

from . import pages

app_name = "copies"
urlpatterns = [
    path("<uuid:act_id>/copie/", pages.choose, name="choose"),
    path("<uuid:act_id>/copie/images.zip", pages.take, name="take"),
]
