"""Addresses of images' check and of reports; they hold nothing but the act's opaque identifier."""

from django.urls import path

from . import checking, inbox, noting, ordering, reading, signing, telling, writing

app_name = "reports"
urlpatterns = [
    path("", inbox.list_, name="list"),
    path("<uuid:act_id>/", reading.show, name="show"),
    path("<uuid:act_id>/direct/", reading.live, name="show_live"),
    path("<uuid:act_id>/document.pdf", reading.document, name="document"),
    path("<uuid:act_id>/bien-recu/", reading.receive, name="receive"),
    path("<uuid:act_id>/remis/", reading.hand_over, name="hand_over"),
    path("<uuid:act_id>/annoncer/", reading.retry, name="retry"),
    path("<uuid:act_id>/suite-organisee/", reading.organise, name="organise"),
    path("<uuid:act_id>/patient-informe/", telling.tell, name="tell"),
    path("<uuid:act_id>/images/", checking.check, name="check"),
    path("<uuid:act_id>/images/direct/", checking.live, name="check_live"),
    path("<uuid:act_id>/images/vue/", checking.pane, name="pane"),
    path("<uuid:act_id>/images/superviser/", checking.supervise, name="supervise"),
    path("<uuid:act_id>/images/controler/", checking.begin, name="begin"),
    path("<uuid:act_id>/images/constat/", checking.answer, name="answer"),
    path("<uuid:act_id>/images/verdict/", checking.judge, name="judge"),
    path("<uuid:act_id>/images/grossesse/", ordering.decide_pregnancy, name="decide_pregnancy"),
    path("<uuid:act_id>/images/implants/", ordering.settle_implants, name="settle_implants"),
    path("<uuid:act_id>/images/contraste/", ordering.prescribe, name="prescribe"),
    path("<uuid:act_id>/images/tardives/", ordering.look, name="look"),
    path("<uuid:act_id>/redaction/", writing.write, name="write"),
    path("<uuid:act_id>/redaction/cles/", noting.noted, name="noted"),
    path("<uuid:act_id>/redaction/ouvrir/", writing.open_, name="open"),
    path("<uuid:act_id>/redaction/reprendre/", writing.take_over, name="take_over"),
    path("<uuid:act_id>/redaction/garder/", writing.save, name="save"),
    path("<uuid:act_id>/redaction/signer/", signing.sign, name="sign"),
]
