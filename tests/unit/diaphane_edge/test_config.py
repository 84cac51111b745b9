"""The configuration file."""

import json
from pathlib import Path

import pytest

from diaphane_edge.config import read_config
from diaphane_edge.settings import ConfigError

GOOD: dict[str, object] = {
    "site": "lisiere",
    "ae_title": "LISIERE",
    "host": "127.0.0.1",
    "port": 11112,
    "spool": "/tmp/spool",  # noqa: S108
    "platform_url": "http://127.0.0.1:8000/",
    "peers": [{"ae_title": "SCANNER1", "address": "10.0.0.0/24"}],
}


def write(folder: Path, content: object) -> Path:
    path = folder / "edge.json"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_missing_key_is_named(tmp_path: Path, missing: str) -> None:
    content = {key: value for key, value in GOOD.items() if key != missing}
    with pytest.raises(ConfigError, match=missing):
        read_config(write(tmp_path, content))


TLS = {"port": 2762, "certificate": "c.pem", "key": "k.pem", "authorities": "a.pem"}
ARCHIVE = {"ae_title": "PACS", "host": "10.0.0.9", "port": 104, "issuer": "lisiere"}
PEER = {"ae_title": "SCANNER1", "address": "10.0.0.12"}
NO_PORT = "n’est pas un port ; écrivez un nombre entier de 0 à 65535, sans guillemets."
NO_TITLE = (
    "n’est pas un titre d’entité (AE title) ; écrivez de 1 à 16 caractères sans accent ni barre inverse,"
    ' par exemple "SCANNER1".'
)
NO_NETWORK = (
    'n’est ni une adresse ni un réseau ; écrivez "10.0.0.12" pour une machine ou'
    ' "10.0.0.0/24" pour un réseau.'
)
NO_URL = 'n’est pas une adresse http ou https ; écrivez une adresse telle que "https://diaphane.example".'
ABSURD: list[tuple[dict[str, object], str]] = [
    ({"site": 3}, '« site » : 3 n’est pas un texte ; écrivez le nom court du site, par exemple "lisiere".'),
    ({"ae_title": ""}, f'« ae_title » : "" {NO_TITLE}'),
    ({"ae_title": "A" * 17}, f'« ae_title » : "{"A" * 17}" {NO_TITLE}'),
    ({"ae_title": "LISIÈRE"}, f'« ae_title » : "LISIÈRE" {NO_TITLE}'),
    ({"ae_title": "A\\B"}, f'« ae_title » : "A\\\\B" {NO_TITLE}'),
    ({"ae_title": "A\nB"}, f'« ae_title » : "A\\nB" {NO_TITLE}'),
    ({"port": "11112"}, f'« port » : "11112" {NO_PORT}'),
    ({"port": 70000}, f"« port » : 70000 {NO_PORT}"),
    ({"port": True}, f"« port » : true {NO_PORT}"),
    ({"port": 0}, "« port » : 0 sans « tls.port » n’ouvre rien ; écrivez un port, ou la section « tls »."),
    (
        {"status_port": 11112},
        "« status_port » : 11112 est aussi un port DICOM ; écrivez un port que rien d’autre n’occupe.",
    ),
    ({"platform_url": "ftp://x"}, f'« platform_url » : "ftp://x" {NO_URL}'),
    ({"platform_url": "nowhere"}, f'« platform_url » : "nowhere" {NO_URL}'),
    ({"platform_url": "http://[::1"}, f'« platform_url » : "http://[::1" {NO_URL}'),
    ({"platform_url": "http://x:y"}, f'« platform_url » : "http://x:y" {NO_URL}'),
    ({"platform_url": "https://x/?a=b"}, f'« platform_url » : "https://x/?a=b" {NO_URL}'),
    ({"peers": []}, '« peers » manque ; écrivez au moins une modalité : [{"ae_title": "SCANNER1", "add'),
    ({"peers": "SCANNER1"}, '« peers » : "SCANNER1" n’est pas une liste ; écrivez [{"ae_title": "SCANNER1"'),
    (
        {"peers": ["SCANNER1"]},
        "« peers[0] » n’est pas un objet ; écrivez des réglages entre accolades : {…}.",
    ),
    ({"peers": [{"ae_title": "SCANNER1"}]}, "« peers[0].address » manque ; écrivez "),
    ({"peers": [PEER, {"ae_title": "É"}]}, f'« peers[1].ae_title » : "É" {NO_TITLE}'),
    ({"peers": [PEER | {"address": "everywhere"}]}, f'« peers[0].address » : "everywhere" {NO_NETWORK}'),
    (
        {"peers": [PEER | {"port": 0}]},
        "« peers[0].port » : 0 n’est pas un port ; écrivez un nombre entier de 1 à 65535, sans guillemets.",
    ),
    (
        {"peers": [PEER | {"address": "10.0.0.0/24", "port": 104}]},
        "« peers[0].host » manque ; écrivez le nom ou l’adresse de cette machine.",
    ),
    ({"peers": [PEER | {"host": "10.0.0.0/24", "port": 104}]}, "« peers[0].host » : "),
    ({"peers": [PEER | {"host": "x"}]}, "« peers[0].port » manque ; écrivez un nombre entier de 1 à 65535"),
    ({"peers": [PEER | {"port": 104, "tls": True}]}, "« peers[0].tls » : true demande TLS, "),
    (
        {"peers": [PEER | {"adress": "x"}]},
        "« peers[0].adress » n’est pas un réglage ; écrivez « address », ou retirez-le.",
    ),
    ({"worklist_poll_seconds": 0}, "« worklist_poll_seconds » : 0 n’est pas un nombre de secondes ; écrivez"),
    ({"worklist_poll_seconds": "often"}, "« worklist_poll_seconds » : "),
    ({"spared_megabytes": float("nan")}, "« spared_megabytes » : NaN n’est pas un nombre de mégaoctets"),
    ({"spared_megabytes": float("inf")}, "« spared_megabytes » : Infinity n’est pas un nombre"),
    ({"remembered_days": 1}, "« remembered_days » : 1 n’est pas un nombre de jours ; écrivez un nombre de 2"),
    ({"token": "a b"}, "« token » n’est pas un jeton ; écrivez celui que donne la plateforme."),
    ({"tls": True}, "« tls » n’est pas un objet ; écrivez des réglages entre accolades : {…}."),
    ({"tls": TLS | {"port": 11112}}, "« port » : 11112 est aussi « tls.port » ; écrivez deux ports"),
    ({"tls": TLS | {"key": ""}}, '« tls.key » : "" n’est pas un texte ; écrivez le chemin d’un fichier, par'),
    ({"tls": TLS | {"asks_certificates": "no"}}, '« tls.asks_certificates » : "no" n’est ni oui ni non ; '),
    ({"tls": {"port": 2762}}, "« tls.certificate » manque ; écrivez le chemin d’un fichier, par exemple"),
    ({"archive": ARCHIVE | {"retrieve": "fetch"}}, '« archive.retrieve » : "fetch" n’est pas une façon de '),
    (
        {"archive": ARCHIVE | {"retrieve": "move"}},
        '« archive.retrieve » : "move" fait appeler PACS, qui n’est pas dans « peers » ; écrivez ',
    ),
    ({"archive": ARCHIVE | {"issuer": None}}, "« archive.issuer » manque ; écrivez le site qui attribue "),
    ({"bandwith": []}, "« bandwith » n’est pas un réglage ; écrivez « bandwidth », ou retirez-le."),
    ({"colour": "red"}, "« colour » n’est pas un réglage ; écrivez son nom exact, ou retirez-le."),
]


@pytest.mark.parametrize(("wrong", "words"), ABSURD, ids=range(len(ABSURD)))
def test_an_absurd_value_is_refused_in_one_french_line(
    tmp_path: Path, wrong: dict[str, object], words: str
) -> None:
    path = write(tmp_path, GOOD | wrong)
    with pytest.raises(ConfigError) as refusal:
        read_config(path)
    said = str(refusal.value)
    assert said.startswith(f"{path} : {words}")
    assert said.endswith(".")
    assert "\n" not in said


def test_a_token_that_is_none_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_config(write(tmp_path, GOOD | {"token": "secret one"}))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b'{"site": "x",\n "port" 3}',
            "ligne 2, colonne 9, il manque deux points entre un nom ",
        ),
        (b'{"site": "x" "port": 3}', "ligne 1, colonne 14, il manque une virgule"),
        (b'{"site": "x",}', "ligne 1, colonne "),
        (b'{"spool": "C:\\spool"}', "ligne 1, colonne 14, une barre oblique inverse s’écrit deux fois"),
        (b'{"site": "Lisi\xe8re"}', "le fichier n’est pas écrit en UTF-8"),
        (b"\xef\xbb\xbf{}", "ligne 1, colonne 1, "),
        (b"", "ligne 1, colonne 1, une valeur est attendue"),
        (b"[" * 100_000, "ce n’est pas du JSON"),
    ],
    ids=range(8),
)
def test_a_file_that_is_no_json_says_where(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "edge.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refusal:
        read_config(path)
    assert str(refusal.value).startswith(f"{path} : {words}")
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json ne se lit pas : ce fichier .* n’existe pas"):
        read_config(tmp_path / "none.json")


def test_the_example_of_the_runbook_is_good(tmp_path: Path) -> None:
    runbook = (Path(__file__).parents[3] / "docs" / "runbooks" / "gateway.md").read_text("utf-8")
    example = runbook.split("```json\n")[1].split("```")[0]
    config = read_config(write(tmp_path, json.loads(example)))
    assert (config.ae_title, len(config.peers)) == ("LISIERE", 2)


def test_a_null_is_no_setting(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, GOOD | {"archive": None, "tls": None})).archive is None


@pytest.mark.parametrize("content", [[], "text", 3])
def test_something_else_than_an_object_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(ConfigError):
        read_config(write(tmp_path, content))


def test_a_peer_is_known_by_title_and_address_together(tmp_path: Path) -> None:
    [peer] = read_config(write(tmp_path, GOOD)).peers
    assert not peer.is_calling(ae_title="SCANNER2", address="10.0.0.7")
    assert not peer.is_calling(ae_title="SCANNER1", address="10.0.1.7")
    assert peer.is_calling(ae_title="SCANNER1", address="10.0.0.7")


def test_defaults_and_the_address_are_tidied(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, GOOD))
    assert (config.status_port, config.worklist_poll_seconds) == (0, 5.0)
    assert config.platform_url == "http://127.0.0.1:8000"
