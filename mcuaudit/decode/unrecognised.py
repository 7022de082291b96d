"""A file whose name is none of the export: what it may be for, by its content, and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Artefact, Kind
from mcuaudit.collect.file_places import RESPONSES_DIRECTORY, is_certificates
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.contents import container_of
from mcuaudit.decode.known_xml import problems_by_root, root_name
from mcuaudit.decode.records import Bundle, Problem
from mcuaudit.decode.responses import responses_held
from mcuaudit.decode.unnamed_lists import unnamed_list
from mcuaudit.decode.without_secrets import Secrets

_NOT_RECOGNISED: Final = "unrecognised file. Rename or remove it, or add it to [export] ignore in mcuaudit.toml"
_NAME_OF_KIND: Final = {
    **{kind: f"{kind.value.replace('_', '-')}.pem" for kind in (Kind.LOCAL_CERTIFICATE, *TRUST_STORE_KINDS)},
    Kind.SETTINGS: "settings.toml",
    Kind.SETTINGS_TABLE: "settings.csv",
    Kind.PEERS: "peers.toml",
}


def unrecognised(artefact: Artefact, data: bytes) -> tuple[Artefact, Bundle | None, tuple[Problem, ...]]:
    """What is known of an unrecognised file: what it may be for, its certificates, and its problems.

    A private key or a backup must be found before the export is shared. `data` is empty for what cannot be read.
    """
    secrets = Secrets(artefact.kind, data).problems()
    if secrets:
        return artefact, None, secrets
    known = problems_by_root(data)
    if known is not None:
        return artefact, None, known
    responses = [one for one in _responses(artefact, data) if (Kind.RESPONSE, one) not in artefact.claims]
    if responses:
        claims = (*artefact.claims, *((Kind.RESPONSE, one) for one in responses))
        remark = artefact.remark if artefact.claims else _is_response(artefact, responses)
        artefact = replace(artefact, claims=claims, remark=remark)
    of_list = unnamed_list(artefact.path.name, data)
    if of_list:
        artefact = replace(artefact, claims=(*artefact.claims, (Kind.REVOCATION_LIST, "")))
    reason = _convert(artefact, data) or artefact.remark or of_list or _NOT_RECOGNISED
    return artefact, _of_a_device(artefact, data), (Problem("unrecognised", "", reason),)


def _of_a_device(artefact: Artefact, data: bytes) -> Bundle | None:
    """The certificates of a file in the directory of a device that no slot has; None for any other file."""
    is_one = b"BEGIN " in data or is_certificates(artefact.path.name)
    claimed = any(kind not in TRUST_STORE_KINDS for kind, _ in artefact.claims)
    if claimed or not artefact.device or not data or not is_one or artefact.name.count("/") > 2:
        return None
    return decode_bundle(data, _MOST)


_MOST: Final = 1000


def _convert(artefact: Artefact, data: bytes) -> str:
    """What to do with a file that seems to be for a known purpose, and has to be converted; "" for another file."""
    names = [_NAME_OF_KIND[kind] for kind, _ in artefact.claims if kind in _NAME_OF_KIND]
    container = container_of(data)
    if not names or not container:
        return ""
    form = "CSV" if names[0].endswith(".csv") else "text" if names[0].endswith(".toml") else "PEM"
    found = container.partition(";")[0].partition(",")[0]
    return f"this is {found}, which is not read. Save its content as {form}, in {names[0]}"


def _responses(artefact: Artefact, data: bytes) -> tuple[str, ...]:
    """The responses of a device that a file holds under a name that does not say so; empty for any other file."""
    of_others = any(kind is not Kind.RESPONSE for kind, _ in artefact.claims)
    if of_others or not artefact.device or root_name(data) not in ("methodResponse", "system"):
        return ()
    return responses_held(data)


def _is_response(artefact: Artefact, responses: Sequence[str]) -> str:
    """What to do with saved responses under a name that says nothing."""
    home = f"{artefact.device_id}/{RESPONSES_DIRECTORY}/"
    if len(responses) > 1:
        return f"unrecognised file. It may hold several responses; save each of them to a file of its own in {home}"
    return f"unrecognised file. It holds the response of {responses[0]}; move it to {home}{responses[0]}.xml"
