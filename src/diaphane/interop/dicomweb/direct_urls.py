"""The addresses of the short way: DICOMweb alone."""

from django.urls import include, path

urlpatterns = [path("dicomweb/", include("diaphane.interop.dicomweb.urls"))]
