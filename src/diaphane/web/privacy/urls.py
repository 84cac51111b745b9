"""Addresses of what protects persons' data; they hold nothing but opaque identifiers."""

from django.urls import path

from . import breaches, erasures, exports, holds, objections, register, watching

app_name = "privacy"
urlpatterns = [
    path("registre/", register.register, name="register"),
    path("patients/<uuid:patient_id>/copie/", exports.exports, name="exports"),
    path("patients/<uuid:patient_id>/copie/demander/", exports.ask, name="ask_export"),
    path("patients/<uuid:patient_id>/surveillance/", watching.watch, name="watch"),
    path("patients/<uuid:patient_id>/opposition/", objections.object_, name="object"),
    path("violations/", breaches.breaches, name="breaches"),
    path("violations/<uuid:breach_id>/", breaches.breach, name="breach"),
    path("violations/<uuid:breach_id>/ecrire/", breaches.write, name="write_breach"),
    path("violations/<uuid:breach_id>/cnil/", breaches.notify, name="notify_breach"),
    path("violations/<uuid:breach_id>/personnes/", breaches.tell, name="tell_breach"),
    path("violations/<uuid:breach_id>/clore/", breaches.close, name="close_breach"),
    path("conservation/", erasures.retention, name="retention"),
    path("conservation/effacer/", erasures.approve, name="approve_erasures"),
    path("conservation/<uuid:erasure_id>/reprendre/", erasures.withdraw, name="withdraw_erasure"),
    path("conservation/<uuid:erasure_id>/retenir/", holds.hold_record_, name="hold_record"),
    path("conservation/retenus/<uuid:hold_id>/lever/", holds.lift, name="lift_hold"),
    path("patients/<uuid:patient_id>/retenir/", holds.hold_patient_, name="hold_patient"),
    path("copies/<uuid:export_id>/donnees.zip", exports.file, name="export_file"),
]
