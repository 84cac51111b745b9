"""Addresses of the identities; they hold nothing but opaque identifiers."""

from django.urls import path

from . import correcting, insi, listing, pairs, patient, proposals, related, unidentified

app_name = "identities"
urlpatterns = [
    path("", listing.list_, name="list"),
    path("recherche/", listing.find, name="find"),
    path("inconnu/", unidentified.register, name="unidentified"),
    path("paires/<uuid:pair_id>/", pairs.pair, name="pair"),
    path("paires/<uuid:pair_id>/rapprocher/", pairs.merge, name="merge"),
    path("paires/<uuid:pair_id>/distinguer/", pairs.set_apart, name="set_apart"),
    path("paires/<uuid:pair_id>/comparer/", pairs.compare, name="compare"),
    path("paires/<uuid:pair_id>/relire/", pairs.review, name="review"),
    path("paires/<uuid:pair_id>/defaire/", pairs.unmerge, name="unmerge"),
    path("hopital/<uuid:proposal_id>/", proposals.decide, name="proposal"),
    path("proches/<uuid:relationship_id>/", related.relationship, name="relationship"),
    path("proches/<uuid:relationship_id>/corriger/", related.correct, name="correct_related"),
    path("proches/<uuid:relationship_id>/justificatif/", related.paper, name="see_paper"),
    path("proches/<uuid:relationship_id>/fin/", related.end, name="end_relationship"),
    path("<uuid:patient_id>/", patient.patient, name="patient"),
    path("<uuid:patient_id>/document/", patient.document, name="document"),
    path("<uuid:patient_id>/proches/", related.related, name="related"),
    path("<uuid:patient_id>/insi/", insi.ask, name="insi"),
    path("<uuid:patient_id>/doute/", patient.doubt, name="doubt"),
    path("<uuid:patient_id>/rectifier/", correcting.correct, name="correct"),
    path("<uuid:patient_id>/fictif/", correcting.fictitious, name="fictitious"),
    path("<uuid:patient_id>/deces/", correcting.death, name="death"),
    path("<uuid:patient_id>/ins-perdu/", correcting.lose, name="lose_ins"),
    path("<uuid:patient_id>/identifier/", unidentified.identify, name="identify"),
    path("<uuid:patient_id>/choisir/", unidentified.choose, name="choose"),
    path("<uuid:patient_id>/reconnaitre/", unidentified.recognise, name="recognise"),
]
