"""Addresses of the information and the agreements; they hold nothing but opaque identifiers."""

from django.urls import path

from . import agreements, answering, sheets

app_name = "consents"
urlpatterns = [
    path("fiches/", sheets.list_, name="sheets"),
    path("fiches/<slug:code>/<int:version>/", sheets.sheet, name="sheet"),
    path("accords/<uuid:act_id>/", agreements.agreements, name="agreements"),
    path("accords/<uuid:act_id>/fiches/", answering.give, name="give"),
    path("accords/<uuid:act_id>/accord/", answering.agree, name="agree"),
    path("accords/<uuid:act_id>/impossible/", answering.impossible, name="impossible"),
    path("accords/<uuid:act_id>/non/", answering.withdraw, name="withdraw"),
    path("accords/<uuid:act_id>/apres/", answering.inform, name="inform"),
]
