"""Addresses of images' check and of reports; they hold nothing but the act's opaque identifier."""

from django.urls import path

from . import checking, inbox, telling, writing

app_name = "reports"
urlpatterns = [
    path("", inbox.list_, name="list"),
    path("<uuid:act_id>/", inbox.show, name="show"),
    path("<uuid:act_id>/document.pdf", inbox.document, name="document"),
    path("<uuid:act_id>/bien-recu/", inbox.receive, name="receive"),
    path("<uuid:act_id>/remis/", inbox.hand_over, name="hand_over"),
    path("<uuid:act_id>/patient-informe/", telling.tell, name="tell"),
    path("<uuid:act_id>/images/", checking.check, name="check"),
    path("<uuid:act_id>/images/direct/", checking.live, name="check_live"),
    path("<uuid:act_id>/images/superviser/", checking.supervise, name="supervise"),
    path("<uuid:act_id>/images/controler/", checking.begin, name="begin"),
    path("<uuid:act_id>/images/verdict/", checking.judge, name="judge"),
    path("<uuid:act_id>/redaction/", writing.open_, name="write"),
    path("<uuid:act_id>/redaction/garder/", writing.save, name="save"),
    path("<uuid:act_id>/redaction/signer/", writing.sign, name="sign"),
]
