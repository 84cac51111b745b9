"""Say in French what the machine refuses, for whoever installs the gateway."""

import errno
import json
import socket
from collections.abc import Mapping

FAULTS: Mapping[int, str] = {
    errno.ENOENT: "ce fichier ou ce dossier n’existe pas",
    errno.EACCES: "le compte de la passerelle n’en a pas le droit",
    errno.EPERM: "le compte de la passerelle n’en a pas le droit",
    errno.EISDIR: "c’est un dossier, et non un fichier",
    errno.ENOTDIR: "ce n’est pas un dossier",
    errno.EEXIST: "un fichier de ce nom est déjà là",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le compte de la passerelle n’a plus droit à de la place sur ce disque",
    errno.EROFS: "ce disque est en lecture seule",
    errno.EIO: "le disque ne répond pas comme il faut",
    errno.EMFILE: "trop de fichiers sont ouverts à la fois",
    errno.EADDRINUSE: "un autre programme l’occupe déjà",
    errno.EADDRNOTAVAIL: "cette machine n’a pas cette adresse",
    errno.ECONNREFUSED: "rien n’écoute à cette adresse",
}
MISREADINGS: tuple[tuple[str, str], ...] = (
    ("Expecting ',' delimiter", "il manque une virgule, ou un guillemet de trop ferme un texte"),
    ("Expecting ':' delimiter", "il manque deux points entre un nom et sa valeur"),
    ("Expecting property name", "un nom entre guillemets droits est attendu (et pas de virgule à la fin)"),
    ("Illegal trailing comma", "une virgule est de trop"),
    ("Expecting value", "une valeur est attendue"),
    ("Unterminated string", "un texte n’a pas de guillemet à sa fin"),
    ("Invalid control character", "un texte contient un retour à la ligne ou une tabulation"),
    ("Invalid \\", "une barre oblique inverse s’écrit deux fois"),
    ("Extra data", "du texte suit la dernière accolade"),
    ("Unexpected UTF-8 BOM", "le fichier commence par une marque d’ordre : enregistrez-le en UTF-8 sans BOM"),
)
"""What Python's reader of JSON says, by its first words."""


def spell_fault(error: OSError) -> str:
    """Say what the machine refused, with its number where this version has no words for it."""
    if isinstance(error, socket.gaierror):
        return "ce nom de machine n’est pas connu ici"
    words = FAULTS.get(error.errno or 0)
    return words or f"la machine refuse (erreur {error.errno or type(error).__name__})"


def spell_fault_of_file(error: OSError) -> str:
    """Say the same with the file that it is about, when the machine names one."""
    return f"{error.filename} : {spell_fault(error)}" if error.filename else spell_fault(error)


def spell_misreading(error: ValueError | RecursionError) -> str:
    """Say why a file is no JSON, and where."""
    if isinstance(error, UnicodeDecodeError):
        return "le fichier n’est pas écrit en UTF-8"
    if not isinstance(error, json.JSONDecodeError):
        return "ce n’est pas du JSON"
    words = next(
        (words for start, words in MISREADINGS if error.msg.startswith(start)), "ce n’est pas du JSON"
    )
    return f"ligne {error.lineno}, colonne {error.colno}, {words}"
