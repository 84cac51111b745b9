"""Addresses of the imageur; they hold nothing but the act's opaque identifier."""

from django.urls import path

from . import deciding, examining, substituting, waiting

app_name = "reading_room"
urlpatterns = [
    path("", waiting.list_, name="list"),
    path("liste/", waiting.rows, name="rows"),
    path("<uuid:act_id>/", examining.act, name="act"),
    path("<uuid:act_id>/direct/", examining.live, name="live"),
    path("<uuid:act_id>/prendre/", examining.take, name="take"),
    path("<uuid:act_id>/remettre/", examining.release, name="release"),
    path("<uuid:act_id>/ecrire/", examining.write, name="write"),
    path("<uuid:act_id>/autre-examen/", substituting.propose, name="propose"),
    path("<uuid:act_id>/reponse-entendue/", substituting.note_answer, name="note_answer"),
    path("<uuid:act_id>/sans-accord/", substituting.go_on, name="go_on"),
    path("<uuid:act_id>/valider/", deciding.validate, name="validate"),
    path("<uuid:act_id>/securite/", deciding.answer_safety, name="answer_safety"),
    path("<uuid:act_id>/trancher/", deciding.settle_difference, name="settle_difference"),
    path("<uuid:act_id>/motif-de-securite/", deciding.explain_safety, name="explain_safety"),
    path("<uuid:act_id>/refuser/", deciding.refuse, name="refuse"),
]
