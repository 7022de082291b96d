"""The files of an export that a peers.toml may mean where the one that it names is not there."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Kind
from mcuaudit.decode.records import DecodedFile
from mcuaudit.errors import nearest
from mcuaudit.frames.certificates import certificates_of
from mcuaudit.frames.peer_files import CERTIFICATE_KEYS, PUBLIC, directory_of


def names_for(key: str, name: str, peers: DecodedFile | None, by_name: Mapping[str, DecodedFile]) -> list[str]:
    """What a file that is not there may be meant for: names of files that the key can have, as the key has them."""
    fit = [other for other, file in by_name.items() if _may_be(file, key)]
    # The directory, which they have in common, is no part of the likeness.
    beside = {_stem(other): other for other in fit if posixpath.dirname(other) == posixpath.dirname(name)}
    near = nearest(_stem(name), beside)
    meant = ([beside[near]] if near else []) if beside else fit[:1000]
    names = [posixpath.relpath(other, directory_of(peers) or ".") for other in meant]
    return [PUBLIC, *names] if key == "trust_store" else names


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0]


def _may_be(file: DecodedFile, key: str) -> bool:
    """Whether a file can be what a key of a peer names, by its content."""
    if key not in (*CERTIFICATE_KEYS, "trust_store"):
        return file.artefact.kind is Kind.OCSP_RESPONSE
    first = next(iter(certificates_of(file)), None)
    is_store = file.artefact.kind in TRUST_STORE_KINDS or (first is not None and first.certificate.may_be_ca)
    return (first is not None or file.artefact.kind is Kind.PEER_FILE) and is_store == (key == "trust_store")
