"""Addresses of people, structures and conventions; they hold nothing but opaque identifiers."""

from django.urls import path

from . import agreeing, conventions, myself, people, proofs, structures

app_name = "directory"
urlpatterns = [
    path("", people.list_, name="people"),
    path("recherche/", people.find, name="find"),
    path("personnes/<uuid:user_id>/", people.person, name="person"),
    path("personnes/<uuid:user_id>/numero/", people.register, name="register"),
    path("moi/", myself.myself, name="myself"),
    path("moi/deposer/", myself.deposit, name="deposit"),
    path("preuves/<uuid:credential_id>/document/", proofs.document, name="document"),
    path("preuves/<uuid:credential_id>/verifier/", proofs.check, name="check"),
    path("preuves/<uuid:credential_id>/refuser/", proofs.refuse, name="refuse"),
    path("structures/", structures.list_, name="structures"),
    path("structures/modifier/", structures.change, name="change_structure"),
    path("conventions/", conventions.list_, name="conventions"),
    path("conventions/nouvelle/", conventions.propose, name="propose"),
    path("conventions/<uuid:convention_id>/", conventions.convention, name="convention"),
    path("conventions/<uuid:convention_id>/document/", conventions.document, name="convention_document"),
    path("conventions/<uuid:convention_id>/signer/", agreeing.accept, name="accept"),
    path("conventions/<uuid:convention_id>/decliner/", agreeing.decline, name="decline"),
    path("conventions/<uuid:convention_id>/demander-la-fin/", agreeing.ask, name="ask_end"),
    path("conventions/<uuid:convention_id>/maintenir/", agreeing.keep, name="keep"),
    path("conventions/<uuid:convention_id>/finir/", agreeing.end, name="end"),
]
