"""Decode the octets of one file by its kind; an error of a decoder becomes a problem."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Artefact, Kind
from mcuaudit.collect.file_names import response_name
from mcuaudit.decode.bundle import SECRET_REASON, decode_bundle
from mcuaudit.decode.known_xml import BACKUP, root_name
from mcuaudit.decode.ocsp_response import ocsp_response
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.records import Bundle, Content, DecodedPeers, DecodedSettings, DecodedSite, Problem, Problems
from mcuaudit.decode.responses import decode_response
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.site import decode_site
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.decode.unnamed_lists import unnamed_list
from mcuaudit.decode.without_secrets import WITH_SECRETS, Secrets, masked
from mcuaudit.errors import Undecodable
from mcuaudit.policy.schema import Limits
from mcuaudit.wording.numbers import plural

_NO_LIST: Final = "expected a certificate revocation list (CRL) in PEM or DER, and the file has none that can be read"
_NESTED: Final = "values are nested too deeply; correct the file, or save it again"
UNFORESEEN: Final = "the file has a value that cannot be read, such as a number of too many digits; correct the file"
_OF_CERTIFICATES: Final = frozenset({Kind.LOCAL_CERTIFICATE, Kind.PEER_FILE, Kind.REVOCATION_LIST, *TRUST_STORE_KINDS})

MOST_PROBLEMS: Final = 200
"""So many problems of a kind are listed for one file; the others are counted."""


def content_of(artefact: Artefact, data: bytes, limits: Limits) -> tuple[Content | None, tuple[Problem, ...]]:
    """The content of a file and its problems, with none of the secrets in it."""
    if artefact.kind is Kind.BACKUP or root_name(data) == "configuration":
        keys = (one for one in Secrets(artefact.kind, data).problems() if one.reason == SECRET_REASON)
        return None, (Problem("secret", "", BACKUP), *keys)
    content, problems = (None, ()) if artefact.kind is Kind.POLICY else _read(artefact, data, limits)
    secrets = Secrets(artefact.kind, data)
    more = secrets.problems(problems)
    if secrets.too_many:
        content, problems = None, (Problem("unreadable", "", WITH_SECRETS),)
    elif secrets:
        content = content if isinstance(content, bytes) else masked(content, secrets.mask)
        problems = masked(problems, secrets.mask)
    return content, _in_short((*problems, *more))


def _in_short(problems: Problems) -> Problems:
    """The first problems of each kind in a file, and how many more of it there are."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    seen: Counter[str] = Counter()
    first = []
    for problem in problems:
        seen[problem.kind] += 1
        if seen[problem.kind] <= MOST_PROBLEMS:
            first.append(problem)
    more = ((kind, number - MOST_PROBLEMS) for kind, number in seen.items() if number > MOST_PROBLEMS)
    return (*first, *(Problem(kind, "", _more(number)) for kind, number in more))


def _more(number: int) -> str:
    return (
        f"{plural(number, 'other problem')} of this kind in the file; correct those that are listed, and run it again"
    )


def _read(artefact: Artefact, data: bytes, limits: Limits) -> tuple[Content | None, Problems]:
    try:
        content = _decode(artefact, data, limits)
    except Undecodable as error:
        return None, (Problem(error.kind, error.where, error.reason),)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001
        # Files are hostile: an error that no check foresees becomes a problem, like any other.
        return None, (Problem("unreadable", "", _NESTED if isinstance(error, RecursionError) else UNFORESEEN),)
    of_file = () if isinstance(content, bytes) else _problems_of(artefact, content)
    return content, (*of_file, *_only_lists(artefact, content))


def perhaps_a_list(artefact: Artefact, data: bytes, content: Bundle, problems: Problems) -> tuple[Bundle, Problems]:
    """The content of an empty file below peers/, which may be a list that counts, by its name."""
    of_list = unnamed_list(artefact.path.name, data)
    if not of_list:
        return content, problems
    kept = tuple(one for one in problems if one.kind == "secret")
    return replace(content, lists_damaged=True), (Problem("unreadable", "", of_list), *kept)


def _problems_of(artefact: Artefact, content: Bundle | DecodedSettings | DecodedPeers | DecodedSite) -> Problems:
    """The problems of a file; where a CRL is expected and none is found, that is the problem, and a key in it."""
    without = artefact.kind is Kind.REVOCATION_LIST and isinstance(content, Bundle) and not content.revocation_lists
    if without:
        return tuple(Problem("secret", one.where, SECRET_REASON) for one in content.problems if one.kind == "secret")
    return content.problems


def _only_lists(artefact: Artefact, content: Content) -> tuple[Problem, ...]:
    """The problem of a slot that holds CRLs and no certificate; below peers/ such a file is welcome."""
    if artefact.kind is Kind.PEER_FILE or not isinstance(content, Bundle):
        return ()
    if artefact.kind is Kind.REVOCATION_LIST:
        return () if content.revocation_lists else (Problem("unreadable", "", _NO_LIST),)
    if content.certificates or content.problems or not content.revocation_lists:
        return ()
    return (Problem("unreadable", "", "expected certificates, found a certificate revocation list (CRL) alone"),)


def _decode(artefact: Artefact, data: bytes, limits: Limits) -> Content:
    match artefact.kind:
        case Kind.SITE:
            return decode_site(data)
        case Kind.SETTINGS:
            return decode_settings_toml(data)
        case Kind.SETTINGS_TABLE:
            return decode_settings_table(data)
        case Kind.PEERS:
            return decode_peers(data)
        case Kind.RESPONSE:
            return decode_response(data, response_name(artefact.path.name) or artefact.path.stem)
        case Kind.OCSP_RESPONSE:
            return ocsp_response(data)
        case _:
            return decode_bundle(data, limits.certificates_per_file, of_peer=artefact.kind is Kind.PEER_FILE)
