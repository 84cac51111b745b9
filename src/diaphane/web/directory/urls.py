"""Addresses of people, structures and conventions; they hold nothing but opaque identifiers."""

from django.urls import path

from . import accounts, agreeing, conventions, machines, myself, people, proofs, roles_of, structures

app_name = "directory"
urlpatterns = [
    path("", people.list_, name="people"),
    path("recherche/", people.find, name="find"),
    path("personnes/nouvelle/", accounts.open_, name="open_account"),
    path("personnes/connue/", roles_of.employ, name="employ"),
    path("personnes/<uuid:user_id>/roles/", roles_of.give, name="give_role"),
    path("personnes/<uuid:user_id>/inviter/", accounts.invite, name="invite"),
    path("personnes/<uuid:user_id>/fermer/", accounts.close, name="close_account"),
    path("personnes/<uuid:user_id>/rouvrir/", accounts.reopen, name="reopen_account"),
    path("roles/<int:membership_id>/finir/", roles_of.end, name="end_role"),
    path("personnes/<uuid:user_id>/", people.person, name="person"),
    path("personnes/<uuid:user_id>/numero/", people.register, name="register"),
    path("moi/", myself.myself, name="myself"),
    path("moi/deposer/", myself.deposit, name="deposit"),
    path("moi/roles/<int:membership_id>/", myself.choose, name="choose_role"),
    path("preuves/<uuid:credential_id>/document/", proofs.document, name="document"),
    path("preuves/<uuid:credential_id>/verifier/", proofs.check, name="check"),
    path("preuves/<uuid:credential_id>/refuser/", proofs.refuse, name="refuse"),
    path("structures/", structures.list_, name="structures"),
    path("structures/nouvelle/", structures.create, name="create_structure"),
    path("structures/<uuid:structure_id>/", structures.structure, name="structure"),
    path("structures/<uuid:structure_id>/modifier/", structures.change, name="change_structure"),
    path("machines/", machines.list_, name="machines"),
    path("machines/nouvelle/", machines.open_, name="open_machine"),
    path("machines/<uuid:machine_id>/renouveler/", machines.rotate, name="rotate_machine"),
    path("machines/<uuid:machine_id>/fermer/", machines.revoke, name="revoke_machine"),
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
