"""Addresses of the patient's space; they hold nothing but the act's opaque identifier."""

from django.urls import path

from . import copies, data, exams, images, information, looking, people, preparing

app_name = "patient"
urlpatterns = [
    path("", exams.home, name="home"),
    path("mes-donnees/", data.data, name="data"),
    path("mes-donnees/demander/", data.ask, name="ask_data"),
    path("mes-donnees/opposition/", data.object_, name="object"),
    path("mes-donnees/<uuid:export_id>/donnees.zip", data.file, name="data_file"),
    path("mes-proches/", people.people, name="people"),
    path("mes-proches/<uuid:relationship_id>/", people.allow, name="allow"),
    path("mes-proches/<uuid:relationship_id>/fin/", people.leave, name="leave_person"),
    path("qui-a-regarde/", looking.looks, name="looks"),
    path("<uuid:act_id>/", exams.exam, name="exam"),
    path("<uuid:act_id>/preparer/", preparing.prepare, name="prepare"),
    path("<uuid:act_id>/preparer/repondre/", preparing.answer, name="answer_questions"),
    path("<uuid:act_id>/comprendre/", information.information, name="information"),
    path("<uuid:act_id>/comprendre/lu/", information.read, name="read_sheets"),
    path("<uuid:act_id>/comprendre/non/", information.say_no, name="say_no"),
    path("<uuid:act_id>/bien-recu/", exams.receive, name="receive"),
    path("<uuid:act_id>/copie/", copies.copy, name="copy"),
    path("<uuid:act_id>/copie/images.zip", copies.take, name="take_copy"),
    path("<uuid:act_id>/images/", images.viewer, name="images"),
]
