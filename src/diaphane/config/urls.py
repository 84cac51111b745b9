"""Every address of the platform."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from diaphane.interop.metrics import metrics
from diaphane.kernel.modes import Mode
from diaphane.web.components.gallery import gallery
from diaphane.web.health import healthz, readyz
from diaphane.web.home import home
from diaphane.web.quality.guide import guide
from diaphane.web.quality.rights import rights
from diaphane.web.quality.rules import rules
from diaphane.web.quality.unusual import conclude, conclude_elsewhere, unusual

handler400 = "diaphane.web.refusals.bad_request"
urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("composants/", gallery, name="gallery"),
    path("langue/", login_not_required(set_language), name="set_language"),
    path("demandes/", include("diaphane.web.requesting.urls")),
    path("demandes/", include("diaphane.web.attachments.urls")),
    path("manipulation/", include("diaphane.web.technologist.urls")),
    path("identite/", include("diaphane.web.identity.urls")),
    path("lecture/", include("diaphane.web.reading_room.urls")),
    path("protocoles/", include("diaphane.web.protocols.urls")),
    path("papiers/", include("diaphane.web.papers.urls")),
    path("identites/", include("diaphane.web.identities.urls")),
    path("urgence/", include("diaphane.web.emergency.urls")),
    path("annuaire/salles/", include("diaphane.web.rooms.urls")),
    path("", include("diaphane.web.rosters.urls")),
    path("annuaire/hopital/", include("diaphane.web.admissions.urls")),
    path("annuaire/", include("diaphane.web.directory.urls")),
    path("exigences/", rules, name="rules"),
    path("exigences/guide/", guide, name="guide"),
    path("droits/", rights, name="rights"),
    path("regards/", unusual, name="unusual"),
    path("regards/<uuid:person_id>/", conclude_elsewhere, name="conclude_on_other_looks"),
    path("regards/<uuid:act_id>/<uuid:person_id>/", conclude, name="conclude_on_looks"),
    path("donnees/", include("diaphane.web.privacy.urls")),
    path("compte/", include("diaphane.web.account_urls")),
    path("acces/", include("diaphane.web.entrance.urls")),
    path("", include("diaphane.web.consents.urls")),
]
urlpatterns += [
    path("comptes-rendus/", include("diaphane.web.reports.urls")),
    path("mon-espace/", include("diaphane.web.patient.urls")),
]
urlpatterns += [
    path("", include("diaphane.web.viewer.urls")),
    path("", include("diaphane.web.films.urls")),
    path("examens/", include("diaphane.web.copies.urls")),
    path("examens/", include("diaphane.web.sharing.urls")),
    path("confrere/", include("diaphane.web.outside.urls")),
    path("", include("diaphane.interop.dicomweb.direct_urls")),
    path("fhir/", include("diaphane.interop.fhir.urls")),
    path("edge/v1/", include("diaphane.interop.edge_api.urls")),
]
if settings.MODE is Mode.DEMO:
    urlpatterns += [path("visite/", include("diaphane.demo.urls"))]
