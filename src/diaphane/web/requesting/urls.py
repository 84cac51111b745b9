"""Addresses of the médecin demandeur; they hold nothing but the act's opaque identifier."""

from django.urls import path

from . import (
    authorship,
    board,
    drafting,
    flashing,
    following,
    outside,
    starting,
    templates_of_site,
    told,
    wrong_patient,
)

app_name = "requesting"
urlpatterns = [
    path("<uuid:act_id>/avis/", outside.advise, name="outside_advice"),
    path("", board.list_, name="list"),
    path("liste/", board.rows, name="rows"),
    path("nouvelle/", starting.choose_patient, name="choose_patient"),
    path("nouvelle/recherche/", starting.find_patient, name="find_patient"),
    path("nouvelle/ouvrir/", starting.start, name="start"),
    path("flash/", flashing.flash, name="flash"),
    path("flash/patients/", flashing.find, name="flash_patients"),
    path("modeles/", templates_of_site.list_, name="templates"),
    path("modeles/nouveau/", templates_of_site.write, name="write_template"),
    path("modeles/<uuid:template_id>/", templates_of_site.change, name="change_template"),
    path("modeles/<uuid:template_id>/ranger/", templates_of_site.archive, name="archive_template"),
    path("nouveau-patient/", starting.new_patient, name="new_patient"),
    path("<uuid:act_id>/", following.act, name="act"),
    path("<uuid:act_id>/direct/", following.live, name="live"),
    path("<uuid:act_id>/modifier/", drafting.edit, name="edit"),
    path("<uuid:act_id>/envoyer/", drafting.submit, name="submit"),
    path("<uuid:act_id>/prescripteur/", authorship.prescriber, name="prescriber"),
    path("<uuid:act_id>/senior/", authorship.supervisor, name="supervisor"),
    path("<uuid:act_id>/mauvais-patient/", wrong_patient.move, name="wrong_patient"),
    path("<uuid:act_id>/mauvais-patient/recherche/", wrong_patient.find_right, name="find_right"),
    path("<uuid:act_id>/modele/", templates_of_site.apply, name="apply_template"),
    path("<uuid:act_id>/copier/", templates_of_site.copy, name="copy"),
    path("<uuid:act_id>/abandonner/", drafting.discard, name="discard"),
    path("<uuid:act_id>/ecrire/", following.write, name="write"),
    path("<uuid:act_id>/refus-lu/", following.acknowledge, name="acknowledge"),
    path("<uuid:act_id>/decision-lue/", told.read_decision, name="read_decision"),
    path("<uuid:act_id>/autre-examen/", told.answer_exam, name="answer_exam"),
    path("<uuid:act_id>/medecin-traitant-informe/", told.tell_treating, name="tell_treating"),
    path("<uuid:act_id>/annuler/", following.cancel, name="cancel"),
    path("<uuid:act_id>/autre-solution/", following.organise_other_way, name="organise_other_way"),
    path("<uuid:act_id>/securite/", following.answer_safety, name="answer_safety"),
    path("<uuid:act_id>/completer/", following.complete, name="complete"),
]
