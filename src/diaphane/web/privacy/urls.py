"""Addresses of what protects persons' data; they hold nothing but opaque identifiers."""

from django.urls import path

from . import register

app_name = "privacy"
urlpatterns = [
    path("registre/", register.register, name="register"),
]
