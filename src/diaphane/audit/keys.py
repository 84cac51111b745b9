"""The key that signs the trail: a file of the installation, never in the database (R44)."""

import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

PUBLIC = ".public.pem"


class NoKeyError(OSError):
    """There is no usable signing key where the installation says that it is."""


def make_key(path: Path) -> str:
    """Write a new key, readable by its owner alone, and its public half beside; return its name.

    Raises:
        FileExistsError: there is one already, which is never written over.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
        file.flush()
        os.fsync(descriptor)
    name = name_key(key.public_key())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_name(f"{name[:16]}{PUBLIC}").write_bytes(public)
    return name


def read_key(path: Path) -> Ed25519PrivateKey:
    """Read the key.

    Raises:
        NoKeyError: no file, or no Ed25519 key in it.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise NoKeyError(str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKeyError(str(path))
    return key


def read_public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """Read every public half kept in a folder, by name: those of keys that were replaced stay there."""
    keys = {}
    for path in sorted(folder.glob(f"*{PUBLIC}")):
        key = load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            keys[name_key(key)] = key
    return keys


def name_key(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of a public key, by which signatures name it."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def is_signed_by(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    """Say whether a signature is this key's on this content."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True
