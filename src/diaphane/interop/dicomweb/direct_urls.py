"""The addresses of DICOMweb where they stand, on the short way as on the ordinary one."""

from django.urls import include, path

from diaphane.interop.nothing import close

urlpatterns = [
    path("dicomweb/", include("diaphane.interop.dicomweb.urls")),
    close("dicomweb/", needs="images.query"),
]
