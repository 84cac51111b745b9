"""Addresses of the patient's space; they hold nothing but the act's opaque identifier."""

from django.urls import path

from . import exams, images

app_name = "patient"
urlpatterns = [
    path("", exams.home, name="home"),
    path("<uuid:act_id>/", exams.exam, name="exam"),
    path("<uuid:act_id>/bien-recu/", exams.receive, name="receive"),
    path("<uuid:act_id>/images/", images.viewer, name="images"),
]
