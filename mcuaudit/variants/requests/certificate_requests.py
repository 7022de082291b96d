"""The frame `csr_config`: for the certificate of each device and peer, every entry that it needs, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.certificate import RSA_KEYS, Certificate
from mcuaudit.domain.slots import Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.schema import REQUEST_NEEDS, REQUEST_PARTS
from mcuaudit.identity import prepare
from mcuaudit.system.file_names import safe_names
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.variants.requests.certificate_uses import Holder
from mcuaudit.variants.requests.required_entries import NEW_KEY, PURPOSE_NAMES, Entry
from mcuaudit.variants.requests.requirements import Requirement, requirements_of
from mcuaudit.wording.phrases import begun

ENDING: Final = ".cnf"
DEVICES: Final = "devices"
PEERS: Final = "peers"
_OIDS: Final = {name: oid for oid, name in PURPOSE_NAMES.items()}
_SHA2: Final = frozenset({"sha224", "sha256", "sha384", "sha512"})


@shows_progress
def csr_config(audit: Audit, *, progress: Progress | None = None) -> pd.DataFrame:
    """What the new certificate of each device, and of each peer that the devices communicate with, must say.

    Each certificate is derived from all connections on which it is presented, and checked by the rules of both sides
    before its entries are given as sufficient: what a check still says is a row with the need open or conflict. The
    devices are assumed to verify all that their software can verify, whatever their settings are today.

    Args:
        audit: an audit of the whole fleet; one that was loaded has all that is needed.
        progress: called with the number of certificates that are done.

    Returns:
        the frame `csr_config`; ``mcuaudit.describe("csr_config")`` explains it.

    Raises:
        UsageError: the audit is redacted.
    """
    return frame_of(requirements_of(audit, progress))


def frame_of(requirements: Sequence[Requirement], keys: Mapping[str, int] | None = None) -> pd.DataFrame:
    """The frame `csr_config` of these certificates; `keys` counts the devices by key, where some are left out."""
    named = zip(request_files(requirements), requirements, strict=True)
    keys = keys or Counter(one.today.public_key_sha256 for one in requirements if one.held.device and one.today)
    return build_frame("csr_config", [row for file, one in named for row in _rows(file, one, keys)])


def request_files(requirements: Sequence[Requirement]) -> list[str]:
    """The file for each certificate: ``devices/site/device.cnf``, ``peers/name.cnf``."""
    devices = [one.held.device for one in requirements if one.held.device]
    sites = safe_names({device.site for device in devices})
    names = {
        site: safe_names({device.name for device in devices if device.site == site})
        for site in {device.site for device in devices}
    }
    number = Counter((one.held.holder.slot, one.held.holder.name) for one in requirements)
    labels = [_label(one.held.holder, number) for one in requirements]
    safe = safe_names({label for label in labels if label})
    found = []
    for one, label in zip(requirements, labels, strict=True):
        device = one.held.device
        found.append(
            f"{DEVICES}/{sites[device.site]}/{names[device.site][device.name]}{ENDING}"
            if device
            else f"{PEERS}/{safe[label]}{ENDING}"
        )
    return found


def _label(holder: Holder, number: Mapping[tuple[Slot, str], int]) -> str:
    """The name of a peer; that of its file too, if several peers have the name."""
    if holder.slot is Slot.LOCAL_CERTIFICATE:
        return ""
    return holder.name if number[holder.slot, holder.name] == 1 else f"{holder.name} {holder.file}"


def sorted_entries(requirement: Requirement) -> list[Entry]:
    """The entries in the order of their parts; of a part, what is needed before what is not known."""
    return sorted(requirement.entries, key=lambda one: (REQUEST_PARTS.index(one.part), REQUEST_NEEDS.index(one.need)))


def reason_of(entry: Entry) -> str:
    """Why, as one text."""
    return f"{begun('; '.join(entry.reasons))}."


def _rows(file: str, requirement: Requirement, keys: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    held, today = requirement.held, requirement.today
    device = held.device
    own_file = (device.local_file if device else held.holder.file) if today else None
    for entry in sorted_entries(requirement):
        yield {
            "request": file,
            "slot": held.holder.slot,
            "owner": held.holder.name,
            "site": device and device.site,
            "device_id": device and device.device_id,
            "file": own_file or None,
            "certificate": today and today.sha256,
            "part": entry.part,
            "value": entry.value or None,
            "need": entry.need,
            "present": _present(entry, requirement, keys),
            "reason": reason_of(entry),
            "connections": len(entry.uses),
            "connection_id": next(iter(entry.uses), None),
            "readings": " ".join(entry.readings),
            "missing_evidence": entry.evidence or None,
        }


def _present(entry: Entry, requirement: Requirement, keys: Mapping[str, int]) -> bool | None:
    today = requirement.today
    if today is None or not entry.value:
        return None
    value = entry.value
    match entry.part:
        case "subject":
            return today.common_names == (value.removeprefix("CN="),)
        case "dns":
            return value in {item.host for item in prepare(today).all if item.field == "dns"}
        case "uri":
            return value in {_plain(uri) for uri in today.uris}
        case "ip":
            return value in {str(address) for address in today.ip_addresses}
        case "purpose":
            return today.extended_key_usage is None or _OIDS[value] in today.extended_key_usage
        case "key_usage":
            return today.key_usage is None or value in today.key_usage
        case "key":
            return _key_present(value, today, keys)
        case "issuer":
            return today.issuer_text == value
        case _:
            return value in {ca.subject_text for ca in requirement.chain_today}


def _plain(uri: str) -> str:
    """A URI in lower case, as the host and the scheme are compared."""
    return uri.lower()


def _key_present(value: str, today: Certificate, keys: Mapping[str, int]) -> bool | None:
    if value == NEW_KEY:
        return keys.get(today.public_key_sha256, 0) <= 1
    if value == "SHA-256":
        return today.signature_hash in _SHA2
    if today.key_algorithm not in RSA_KEYS or today.key_size is None:
        return None if today.key_algorithm in RSA_KEYS else False
    return 2048 <= today.key_size <= 4096
