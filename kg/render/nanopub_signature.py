"""Signatures of nanopublications with a person's RSA key. Nothing is sent anywhere."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.core.extras import need
from kg.core.problems import UsageError

ALGORITHM = "RSA"
_BITS = 2048
"""Shorter keys are refused."""
_MOST = 64 * 1024
"""Bytes of the largest key file that is read."""


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key; its `repr` does not show it."""

    public: str
    """The public key as nanopublications state it: DER in Base64."""
    _private: Any

    def sign(self, text: str) -> str:
        """The signature of a text (RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017, 8.2), which is always the same."""
        from Crypto.Hash import SHA256
        from Crypto.Signature import pkcs1_15

        return base64.b64encode(pkcs1_15.new(self._private).sign(SHA256.new(text.encode()))).decode()


def read_key(path: Path) -> SigningKey:
    """The private key in a file: PEM, or Base64 on one line, as the tools of nanopub.net write it.

    Raises:
        UsageError: if it cannot be read, or is no RSA key that is private, long enough and without a passphrase.
    """
    need("Crypto")
    from Crypto.PublicKey import RSA

    try:
        if path.stat().st_size > _MOST:
            raise UsageError(f"{path.name} is too large for a key")
        data = path.read_bytes()
        key = RSA.import_key(data if b"-----" in data else base64.b64decode(data, validate=False))
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}") from error
    except (ValueError, IndexError, TypeError, binascii.Error) as error:
        raise UsageError(
            f"{path.name} is no RSA key without a passphrase; `openssl genrsa -out KEYFILE 2048` makes one"
        ) from error
    if not key.has_private():
        raise UsageError(f"{path.name} is a public key: name the private one")
    if key.size_in_bits() < _BITS:
        raise UsageError(f"the key in {path.name} has {key.size_in_bits()} bits: use one of {_BITS} or more")
    return SigningKey(base64.b64encode(key.public_key().export_key("DER")).decode(), key)
