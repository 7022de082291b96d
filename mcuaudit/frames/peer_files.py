"""The files that peers.toml names, relative to its own directory."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from mcuaudit.decode.records import DecodedFile, DecodedPeers
from mcuaudit.domain.name_forms import in_nfc

CERTIFICATE_KEYS: Final = ("certificate", "client_certificate")
"""The keys of a peer that name a certificate that it presents: as a TLS server and client, or as client alone."""
CHAINS: Final = {"certificate": "presented_chain", "client_certificate": "client_chain"}
"""The column with what follows each of these in its file."""
FILE_KEYS: Final = (*CERTIFICATE_KEYS, "trust_store", "ocsp_response")
"""The keys of a peer that name a file."""
PUBLIC: Final = "public"
"""Stands for the trust store of public CAs in the place of a file."""


def named_file(peers: DecodedFile | None, value: str) -> str:
    """The name within the export of a file that a peers.toml names."""
    return in_nfc(posixpath.normpath(posixpath.join(directory_of(peers), value.replace("\\", "/"))))


def directory_of(peers: DecodedFile | None) -> str:
    """The directory of a peers.toml, from which its files are named."""
    return posixpath.dirname(peers.artefact.name) if peers else ""


def named_files(files: Iterable[DecodedFile]) -> Iterator[str]:
    """The names within the export of every file that any peers.toml names."""
    for file in files:
        if isinstance(file.content, DecodedPeers):
            for peer in (*file.content.peers, *file.content.unnamed):
                values = (peer.values.get(key) for key in FILE_KEYS)
                yield from (named_file(file, value) for value in values if isinstance(value, str))
