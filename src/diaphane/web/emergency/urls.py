"""Addresses of accesses in an emergency; they hold nothing but opaque identifiers."""

from django.urls import path

from . import asking, reviewing

app_name = "emergency"
urlpatterns = [
    path("", asking.ask, name="ask"),
    path("<uuid:access_id>/finir/", asking.end, name="end"),
    path("a-revoir/", reviewing.list_, name="review_list"),
    path("a-revoir/<uuid:access_id>/", reviewing.review, name="review"),
]
