"""Ed25519 signatures of checkpoints. Knows nothing of what is signed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.governance.keys import secret_key

__all__ = ["Signer", "is_signed", "key_id", "open_signer"]

_PURPOSE = b"assay audit checkpoint\n"
"""Comes before whatever is signed, so that a signature stands for nothing else."""


class Signer:
    """Sign with one secret key.

    Parameters
    ----------
    secret
        32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @property
    def public(self) -> bytes:
        """Return the key by which everybody can check what was signed."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        """Return the signature of a content."""
        return self._key.sign(_PURPOSE + content)


def open_signer(keys: Path) -> Signer:
    """Return the signer of the installation whose keys a folder holds."""
    return Signer(secret_key(keys / "checkpoints.key"))


def is_signed(content: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether a signature is of this content and by that key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _PURPOSE + content)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(public: bytes) -> str:
    """Return the short name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]
