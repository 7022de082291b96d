"""Read one file of an export and decode it by its kind; an error in it becomes a problem, never an exception."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Artefact, Kind
from mcuaudit.collect.file_names import response_name
from mcuaudit.collect.file_places import GIVE_RIGHTS, is_regular
from mcuaudit.decode.bundle import SECRET_REASON, decode_bundle
from mcuaudit.decode.known_xml import BACKUP, root_name
from mcuaudit.decode.ocsp_response import ocsp_response
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.records import Bundle, DecodedPeers, DecodedSettings, DecodedSite, Problem
from mcuaudit.decode.responses import decode_response
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.site import decode_site
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.decode.unnamed_lists import unnamed_list
from mcuaudit.decode.unrecognised import unrecognised
from mcuaudit.decode.without_secrets import WITH_SECRETS, Secrets, key_in_file, masked
from mcuaudit.errors import Undecodable
from mcuaudit.policy.schema import Limits

_NO_LIST: Final = "expected a certificate revocation list (CRL) in PEM or DER, and the file has none that can be read"
_NESTED: Final = "values are nested too deeply; correct the file, or save it again"
_UNFORESEEN: Final = "the file has a value that cannot be read, such as a number of too many digits; correct the file"
_OF_CERTIFICATES: Final = frozenset({Kind.LOCAL_CERTIFICATE, Kind.PEER_FILE, Kind.REVOCATION_LIST, *TRUST_STORE_KINDS})

Problems = tuple[Problem, ...]
Content = Bundle | DecodedSettings | DecodedPeers | DecodedSite | bytes


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """One file: its digest, its content (None if it could not be read), and its problems."""

    artefact: Artefact
    sha256: str
    content: Content | None
    problems: tuple[Problem, ...]


def decode_files(
    artefacts: Sequence[Artefact],
    limits: Limits,
    *,
    executor: Executor | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[DecodedFile]:
    """Decode many files, in order; equal contents are decoded once. `progress` gets the number done so far."""
    done: list[DecodedFile] = []
    chunks = [artefacts[start : start + _CHUNK] for start in range(0, len(artefacts), _CHUNK)]
    work = _Chunk(limits)
    for decoded in executor.map(work, chunks) if executor else map(work, chunks):
        done.extend(decoded)
        if progress:
            progress(len(done))
    return done


_CHUNK = 200


class _Chunk:
    """Decodes a run of files; a class, so that it can be sent to another process."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.contents: dict[tuple[str, str], tuple[Content | None, tuple[Problem, ...]]] = {}

    def __call__(self, artefacts: Sequence[Artefact]) -> list[DecodedFile]:
        return [self._decode(artefact) for artefact in artefacts]

    def _decode(self, artefact: Artefact) -> DecodedFile:
        if artefact.kind is Kind.UNRECOGNISED:
            artefact, certificates, problems = unrecognised(artefact, self._looked_into(artefact))
            too_large = artefact.size > self.limits.file_bytes and is_regular(artefact.path)
            more = key_in_file(artefact.path) if too_large else ()
            return DecodedFile(artefact, "", certificates, (*problems, *more))
        if artefact.size > self.limits.file_bytes:
            reason = f"{artefact.size} bytes; the limit of the policy is {self.limits.file_bytes} ([limits] file_bytes)"
            return DecodedFile(artefact, "", None, (Problem("unreadable", "", reason), *key_in_file(artefact.path)))
        try:
            data = artefact.path.read_bytes()
        except OSError as error:
            reason = f"the file cannot be read ({error.strerror or 'the system gives no reason'}); {GIVE_RIGHTS}"
            return DecodedFile(artefact, "", None, (Problem("unreadable", "", reason),))
        sha256 = hashlib.sha256(data).hexdigest()
        # A response is read by its name, so equal bytes under two names are two contents.
        key = (sha256, artefact.path.name if artefact.kind is Kind.RESPONSE else artefact.kind.value)
        if key not in self.contents:
            self.contents[key] = _content(artefact, data, self.limits)
        content, problems = self.contents[key]
        if artefact.kind is Kind.PEER_FILE and isinstance(content, Bundle):
            content, problems = _perhaps_a_list(artefact, data, content, problems)
        return DecodedFile(artefact, sha256, content, problems)

    def _looked_into(self, artefact: Artefact) -> bytes:
        """The octets of an unrecognised file; b"" for one that is too large, a link or a pipe, or cannot be read."""
        is_safe = artefact.size <= self.limits.file_bytes and is_regular(artefact.path)
        try:
            return artefact.path.read_bytes() if is_safe else b""
        except OSError:
            return b""


def _content(artefact: Artefact, data: bytes, limits: Limits) -> tuple[Content | None, tuple[Problem, ...]]:
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
    return content, (*problems, *more)


def _read(artefact: Artefact, data: bytes, limits: Limits) -> tuple[Content | None, Problems]:
    try:
        content = _decode(artefact, data, limits)
    except Undecodable as error:
        return None, (Problem(error.kind, error.where, error.reason),)
    except (ValueError, TypeError, AttributeError, LookupError, OSError, OverflowError, RecursionError) as error:
        # Files are hostile: an error that no check foresees becomes a problem, like any other.
        return None, (Problem("unreadable", "", _NESTED if isinstance(error, RecursionError) else _UNFORESEEN),)
    of_file = () if isinstance(content, bytes) else _problems_of(artefact, content)
    return content, (*of_file, *_only_lists(artefact, content))


def _perhaps_a_list(artefact: Artefact, data: bytes, content: Bundle, problems: Problems) -> tuple[Bundle, Problems]:
    """The content of a file below peers/; one without certificates may be a list that counts, by its name."""
    nothing = not (content.certificates or content.revocation_lists)
    of_list = unnamed_list(artefact.path.name, data) if nothing else ""
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
            return decode_bundle(data, limits.certificates_per_file)
