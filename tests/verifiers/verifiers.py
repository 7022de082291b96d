"""The verifiers, in the order of the table."""

from __future__ import annotations

from tests.verifiers import cryptography_x509, gnutls, go, java, openssl
from tests.verifiers.verifier import Verifier

VERIFIERS: tuple[Verifier, ...] = (openssl, cryptography_x509, go, java, gnutls)
