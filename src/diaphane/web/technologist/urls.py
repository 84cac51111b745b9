"""Addresses of the MERM; they hold nothing but opaque identifiers."""

from django.urls import path

from . import alerting, attaching, board, card, finishing, import_files, importing, link, planning, preparing

app_name = "technologist"
urlpatterns = [
    path("", board.board, name="board"),
    path("direct/", board.live, name="board_live"),
    path("alertes/<uuid:alert_id>/", alerting.acknowledge, name="acknowledge_alert"),
    path("liaison/", link.link_test, name="link_test"),
    path("liaison/echo/", link.echo, name="link_echo"),
    path("liaison/descente/", link.download, name="link_download"),
    path("liaison/montee/", link.upload, name="link_upload"),
    path("liaison/enregistrer/", link.keep, name="link_keep"),
    path("images/", attaching.list_, name="reconciliation"),
    path("images/<uuid:reconciliation_id>/", attaching.arrival, name="arrival"),
    path("images/<uuid:reconciliation_id>/rattacher/", attaching.attach, name="attach"),
    path("images/<uuid:reconciliation_id>/ecarter/", attaching.set_aside, name="set_aside"),
    path("<uuid:act_id>/", card.exam, name="exam"),
    path("<uuid:act_id>/direct/", card.live, name="live"),
    path("<uuid:act_id>/planifier/", planning.schedule, name="schedule"),
    path("<uuid:act_id>/arrivee/", card.arrive, name="arrive"),
    path("<uuid:act_id>/preparer/", preparing.prepare, name="prepare"),
    path("<uuid:act_id>/pret/", preparing.ready, name="ready"),
    path("<uuid:act_id>/reverifier/", card.check_again, name="check_again"),
    path("<uuid:act_id>/demarrer/", card.start, name="start"),
    path("<uuid:act_id>/terminer/", finishing.finish, name="finish"),
    path("<uuid:act_id>/dose/", finishing.record_dose, name="dose"),
    path("<uuid:act_id>/annuler/", card.cancel, name="cancel"),
    path("<uuid:act_id>/informe/", card.inform, name="inform"),
    path("<uuid:act_id>/images-vues/", card.look, name="look"),
    path("<uuid:act_id>/constat/", card.answer, name="answer"),
    path("<uuid:act_id>/ecrire/", card.write, name="write"),
    path("<uuid:act_id>/importer/", importing.bring, name="bring"),
    path("<uuid:act_id>/importer/direct/", importing.progress, name="bring_progress"),
    path("<uuid:act_id>/importer/inventaire/", import_files.announce, name="bring_announce"),
    path("<uuid:act_id>/importer/fichiers/", import_files.receive, name="bring_files"),
    path("<uuid:act_id>/importer/rattacher/", importing.attach, name="bring_attach"),
    path("<uuid:act_id>/importer/terminer/", importing.close, name="bring_close"),
    path("<uuid:act_id>/anterieures/retirer/", importing.withdraw, name="withdraw_prior"),
]
