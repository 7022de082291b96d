"""The names that the files of an export have, and what a file is for whose name is nearly one of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from mcuaudit.collect.artefact import SINGLE_KINDS, Kind, Purpose
from mcuaudit.collect.near_names import CERTIFICATE_ENDINGS, is_for_people, named_by_letters, response_by_letters
from mcuaudit.domain.likeness import same_letters
from mcuaudit.errors import nearest
from mcuaudit.policy.schema import POLICY_FILE

RESPONSES: Final = (
    "device.query",
    "device.network.query",
    "services.query",
    "sip.query",
    "feedbackReceiver.query",
    "device.encryption.query",
    "system",
)
CAPTURE_FILE: Final = "tls-capture.json"
"""What `mcuaudit fetch` writes beside a certificate about the ports of a device: for people, and read by no check."""
_BY_STEM: Final = {
    "local-certificate": Kind.LOCAL_CERTIFICATE,
    "sip-trust-store": Kind.SIP_TRUST_STORE,
    "https-trust-store": Kind.HTTPS_TRUST_STORE,
    "call-home-trust-store": Kind.CALL_HOME_TRUST_STORE,
}
_BY_NAME: Final = {
    "settings.toml": Kind.SETTINGS,
    "settings.csv": Kind.SETTINGS_TABLE,
    "peers.toml": Kind.PEERS,
    "site.toml": Kind.SITE,
    POLICY_FILE: Kind.POLICY,
    "configuration.xml": Kind.BACKUP,
}
_WORKBOOKS: Final = {"settings.xlsx": Kind.SETTINGS_TABLE}
"""Names for which another one stands where a name is nearly right."""
_KINDS: Final = {**_BY_NAME, **{f"{stem}.pem": kind for stem, kind in _BY_STEM.items()}}
_SHORT_NAME: Final = re.compile(r"(.{2,6})~\d{1,2}\.(\w{3})")
"""A name as file systems of DOS shorten it: six letters, a number, and three letters of the ending."""
_PLACEHOLDER: Final = re.compile(r"\.(.+)\.icloud")
_MISSPELLED: Final = 0.8
"""How similar a file name and a known name must be to count as a misspelling; DEVICE.pem files have any name."""
_MISSPELLED_RESPONSE: Final = 0.85
"""As before, for files of api/: device.snmp.query is a call of its own, device.quary is not."""
_AS_SIMILAR: Final = 0.06
"""A name that is nearly as similar to a second known name may stand for either."""


def kind_by_name(name: str) -> Kind | None:
    """The kind of a file by its name alone, in upper or lower case; None for another name."""
    return _BY_NAME.get(name.lower()) or _WORKBOOKS.get(name.lower()) or kind_by_stem(name)


def kind_by_stem(name: str) -> Kind | None:
    """The slot of a file of certificates by its name; None for another name."""
    stem, dot, ending = name.lower().rpartition(".")
    return _BY_STEM.get(stem) if dot and ending in CERTIFICATE_ENDINGS else None


@lru_cache(maxsize=10_000)
def response_name(file_name: str) -> str | None:
    """The response that a file of api/ holds by its name, in upper or lower case; None for another name.

    Any call of the API may have been saved, so each name of its form is one, unless it is a misspelt one that is used.
    """
    stem, _, ending = file_name.rpartition(".")
    by_folded = {word.lower(): word for word in RESPONSES}
    if ending.lower() != "xml" or stem.lower() in by_folded:
        return by_folded.get(stem.lower()) if ending.lower() == "xml" else None
    misspelt = (
        f"device.{stem}".lower() in by_folded
        or response_by_letters(file_name, RESPONSES)
        or nearest(stem, RESPONSES, least=_MISSPELLED_RESPONSE)
    )
    return stem if re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)+", stem) and not misspelt else None


@lru_cache(maxsize=10_000)
def near_response(file_name: str) -> str | None:
    """The response whose name is most similar to that of a file; None if none is similar."""
    found = response_by_letters(file_name, RESPONSES)
    if found:
        return found
    known = {f"{word}.xml": word for word in RESPONSES}
    if f"device.{file_name}" in known:
        return known[f"device.{file_name}"]
    return known.get(nearest(file_name, known, least=_MISSPELLED) or "")


def near_names(name: str, *, of_device: bool, around: Iterable[str] = ()) -> tuple[str, ...]:
    """The known names that a file may be meant to have, the likeliest first; none if none is near.

    Args:
        of_device: the file lies in the directory of a device, which has no settings.csv.
        around: the names of the directories above it.
    """
    found = shortened(name) or named_by_letters(name, of_device=of_device, around=around) or _similar(name)
    if of_device:
        found = tuple("settings.toml" if one == "settings.csv" else one for one in found)
    return tuple(dict.fromkeys(found))


def shortened(name: str) -> tuple[str, ...]:
    """The known names that a name is the short form of (HTTPS-~1.PEM), or that it is a placeholder for, of iCloud."""
    placeholder = _PLACEHOLDER.fullmatch(name.casefold())
    if placeholder:
        return tuple(known for known in _KINDS if known == placeholder[1])
    short = _SHORT_NAME.fullmatch(name.casefold())
    if not short:
        return ()
    return tuple(
        known for known in _KINDS if known.startswith(short[1]) and known.rpartition(".")[2].startswith(short[2])
    )


def near_name(name: str, *, of_device: bool) -> str | None:
    """The first of the known names that a file may be meant to have; None if none is near."""
    return next(iter(near_names(name, of_device=of_device)), None)


def kinds_of(names: Iterable[str]) -> tuple[Kind, ...]:
    """The kinds of known names."""
    return tuple(dict.fromkeys(_KINDS[name] for name in names))


def directory_names(name: str, *, of_device: bool) -> tuple[str, ...]:
    """The known names of files that a directory has, or nearly has; none for any other directory."""
    kind = kind_by_name(name)
    if kind in SINGLE_KINDS:
        found: tuple[str, ...] = (next(known for known, one in _KINDS.items() if one is kind),)
    elif same_letters(name, "peers"):
        # The directory of the files of peers, which is not peers.toml.
        found = ()
    else:
        found = named_by_letters(name, of_device=of_device)
    if of_device:
        found = tuple("settings.toml" if one == "settings.csv" else one for one in found)
    return tuple(dict.fromkeys(found))


def _similar(name: str) -> tuple[str, ...]:
    """The known name that is most similar to that of a file, and those that are nearly as similar."""
    certificates = name.rpartition(".")[2].lower() in CERTIFICATE_ENDINGS
    names = [known for known in _KINDS if not certificates or known not in _BY_NAME]
    near = nearest(name, names, least=_MISSPELLED)
    if near is None or is_for_people(name):
        return ()
    least = max(_similarity(name, near) - _AS_SIMILAR, _MISSPELLED)
    return (near, *(known for known in names if known != near and _similarity(name, known) >= least))


def purpose_of(kind: Kind, name: str) -> Purpose | None:
    """What a file of that kind and name is for; None for a kind that a place may have several files of."""
    if kind is Kind.RESPONSE:
        return kind, response_name(name) or ""
    return (kind, "") if kind in SINGLE_KINDS else None


def purposes(kinds: tuple[Kind, ...]) -> tuple[Purpose, ...]:
    """Purposes of kinds that are no responses."""
    return tuple((kind, "") for kind in kinds)


def _similarity(one: str, two: str) -> float:
    return difflib.SequenceMatcher(None, two.casefold(), one.casefold().strip()).ratio()
