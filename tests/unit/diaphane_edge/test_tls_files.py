"""The files of TLS, each named when it cannot be used."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from diaphane_edge.settings import ConfigError
from diaphane_edge.tls import Tls, make_accepting_context, make_calling_context
from tests.integration.diaphane_edge.certificates import Authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def tls(authority: Authority) -> Tls:
    proof = authority.certify("gateway")
    return Tls(2762, proof.certificate, proof.key, authority.certificate, asks_certificates=True)


def refused(tls: Tls) -> str:
    with pytest.raises(ConfigError) as refusal:
        make_calling_context(tls)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize("name", ["certificate", "key", "authorities"])
def test_a_file_that_is_not_there_is_named(tls: Tls, name: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone.pem"
    assert refused(replace(tls, **{name: gone})) == (  # type: ignore[arg-type]
        f"« tls.{name} » : {gone} ne se lit pas, ce fichier ou ce dossier n’existe pas ;"
        " écrivez le chemin d’un fichier PEM que le compte de la passerelle peut lire."
    )


def test_a_key_of_another_certificate_is_named(tls: Tls, authority: Authority) -> None:
    other = authority.certify("other").key
    assert f"{other} n’est pas la clé du certificat {tls.certificate} ;" in refused(replace(tls, key=other))


def test_the_key_in_the_place_of_the_certificate_is_named(tls: Tls) -> None:
    swapped = replace(tls, certificate=tls.key, key=tls.certificate)
    assert refused(swapped).startswith(f"« tls.certificate » : {tls.key} ne contient pas de certificat ;")


def test_a_key_under_a_password_is_refused_and_nobody_is_asked_for_it(tls: Tls, tmp_path: Path) -> None:
    key = serialization.load_pem_private_key(tls.key.read_bytes(), password=None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    assert refused(replace(tls, key=locked)) == (
        "« tls.key » est chiffrée par un mot de passe ; écrivez une clé qui n’en a pas."
    )


def test_good_files_are_taken(tls: Tls) -> None:
    assert make_calling_context(tls).check_hostname
    assert make_accepting_context(tls)
