"""Addresses of the papers of a site; they hold nothing but opaque identifiers and kinds."""

from django.urls import path

from . import deciding, equipment, reading, writing

app_name = "papers"
urlpatterns = [
    path("", reading.own, name="list"),
    path("equipements/nouveau/", equipment.add, name="add_equipment"),
    path("equipements/<uuid:equipment_id>/controle/", equipment.check, name="check_equipment"),
    path("equipements/<uuid:equipment_id>/retirer/", equipment.remove, name="remove_equipment"),
    path("ecrire/<slug:paper_kind>/", writing.write, name="write"),
    path("versions/<uuid:paper_id>/", reading.version, name="version"),
    path("versions/<uuid:paper_id>/pdf/", reading.pdf, name="pdf"),
    path("versions/<uuid:paper_id>/approuver/", deciding.approve, name="approve"),
    path("versions/<uuid:paper_id>/retirer/", deciding.withdraw, name="withdraw"),
    path("versions/<uuid:paper_id>/engagement/", deciding.pledge, name="pledge"),
    path("sites/<uuid:site_id>/", reading.site, name="site"),
    path("sites/<uuid:site_id>/<slug:paper_kind>/", reading.in_force, name="in_force"),
]
