"""The addresses of DICOMweb where they stand, on the short way as on the ordinary one."""

from django.urls import include, path, re_path

from .resources import answer_nothing

urlpatterns = [
    path("dicomweb/", include("diaphane.interop.dicomweb.urls")),
    re_path(r"^dicomweb/[\s\S]*\Z", answer_nothing),
]
