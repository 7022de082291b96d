"""Certificates and stores of a generated fleet."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, ReasonFlags, ocsp

from tests.oracles.law.authorities import Recipe, key_of, made
from tests.oracles.law.chance import mostly
from tests.oracles.law.description import AT, Presented, Store
from tests.oracles.law.lines import FORMER_ISSUING, GOOD, LINES, PERIODS, Line, leaf
from tests.oracles.law.name_shapes import SHAPES, shaped

BOTH = ("serverAuth", "clientAuth")
PURPOSES = (BOTH, None, ("serverAuth",), ("clientAuth",), ("any",), ("codeSigning",), (*BOTH, "sipDomain"),
            ("sipDomain",), ("serverAuth", "any"))  # fmt: skip


def a_line(rng: random.Random, often: float = 0.7) -> Line:
    return mostly(rng, LINES, often)


def recipe(rng: random.Random, cns: tuple[str, ...], names: tuple[str, ...], line: Line | None, often: float) -> Recipe:
    """An end entity with at most a few faults."""
    san = shaped(mostly(rng, SHAPES, often), names)
    purposes, period = mostly(rng, PURPOSES, often), mostly(rng, tuple(PERIODS), often)
    return leaf(line, cns, san, purposes, key=mostly(rng, ("rsa0", "rsa7", "ec0"), 0.9), period=period)


def presented(rng: random.Random, found: Recipe, line: Line | None, often: float) -> Presented:
    """With its intermediates, alone, or with some of them."""
    if line is None:
        return Presented(made(found))
    chains = (line.intermediates, (), line.intermediates[:1], (*line.intermediates, line.root))
    return Presented(made(found), () if line.hidden else mostly(rng, chains, often))


def store(rng: random.Random, line: Line, also: tuple[Certificate, ...], often: float) -> Store | None:
    """A trust store for certificates of that line."""
    shown = () if line.hidden else line.intermediates
    sound = (line.root, *shown)
    kinds: tuple[Store | None, ...] = (
        Store(sound), Store((line.root,)), Store((*sound, *GOOD.certificates)), Store(shown), Store(shown[-1:]),
        Store(shown[:1]), Store(also), Store((*sound, *also)), Store(), Store(LINES[3].certificates),
        Store(sound, damaged=True), Store((), damaged=True), None,
        Store(tuple({*sound, *GOOD.certificates, made(FORMER_ISSUING)})),
        Store((*LINES[3].certificates, *sound)),
    )  # fmt: skip
    found = mostly(rng, kinds, often)
    return found if found is None else Store(tuple(dict.fromkeys(found.members)), found.damaged)


@cache
def ocsp_answer(found: Recipe, status: str) -> bytes | None:
    """A saved answer about the certificate: good, revoked, stale, by somebody else."""
    issuer = found.issuer
    if issuer is None:
        return None
    responder = LINES[3].cas[1] if status == "by somebody else" else issuer
    key = key_of(responder.key)
    if not isinstance(key, RSAPrivateKey):
        return None
    revoked = status == "revoked"
    start = AT - timedelta(days=30 if status == "stale" else 1)
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=made(found), issuer=made(issuer), algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=start, next_update=start + timedelta(days=3),
        revocation_time=AT - timedelta(days=5) if revoked else None,
        revocation_reason=ReasonFlags.key_compromise if revoked else None,
    )  # fmt: skip
    answer = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, made(responder)).sign(key, hashes.SHA256())
    return answer.public_bytes(Encoding.DER)
