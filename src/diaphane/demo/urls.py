"""Addresses of the demo, present in demo mode only."""

from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("", views.tour, name="tour"),
    path("connexion/<slug:key>/", views.enter, name="enter"),
    path("courriers/", views.mails, name="mails"),
    path("code/", views.code, name="code"),
]
