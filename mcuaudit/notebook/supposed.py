"""What the explorer lets one suppose: a setting, a CA in a trust store, and another certificate, with their choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from mcuaudit.domain.name_forms import is_address
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import SETTINGS, Setting, ValueKind
from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS, Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.summary.certificates_in_use import common_name
from mcuaudit.variants.changes import AddAuthority, CertificateDescription, Change, ReplaceCertificate, SetSetting
from mcuaudit.wording.phrases import said, short_date, short_hash

_ON_OFF: Final = {"on": True, "off": False}
Choices = list[tuple[str, str]]
"""The words of each choice, and its value."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """A change, and what it is in words."""

    change: Change
    in_words: str


def _offered() -> dict[str, Setting]:
    """The settings of pages that have a list of values, by dotted key; those of certificates come first."""
    found = [one for one in SETTINGS if one.labels or one.kind is ValueKind.BOOLEAN]
    of_pages = [one for one in found if not one.key.startswith("device.")]
    return {one.key: one for one in sorted(of_pages, key=lambda one: not one.labels)}


def setting_choices() -> Choices:
    """The settings that have a list of values, by the label of the page."""
    return [(one.label, key) for key, one in _offered().items()]


def value_choices(key: str) -> list[str]:
    """The values of a setting as the page shows them."""
    return list(_offered()[key].labels) or list(_ON_OFF)


def setting_supposed(key: str, value: str, devices: str = "*", place: str = "") -> Supposed:
    """A setting has another value on some devices; `devices` is their pattern, `place` says which; "" for all."""
    setting = _offered()[key]
    given = value if setting.labels else _ON_OFF[value]
    return Supposed(SetSetting(key, given, devices), f"{setting.label}: “{value}”{_on(place)}")


def store_choices() -> Choices:
    """The trust stores of a device."""
    return [(SLOT_TITLES[slot], slot.value) for slot in TRUST_STORE_SLOTS]


def authority_choices(audit: Audit) -> Choices:
    """The CA certificates by name and end: those of files of the export, then the public ones."""
    frame = _authorities(audit)
    of_files = set(audit.placements["certificate"])
    named = sorted(
        (row["certificate"] not in of_files, common_name(row), str(row["certificate"]), short_date(row["not_after"]))
        for _, row in frame.iterrows()
    )
    return [(f"{name} {short_hash(sha256)}, until {end}", sha256) for _, name, sha256, end in named]


def _authorities(audit: Audit) -> pd.DataFrame:
    return audit.certificates[audit.certificates["is_ca"].eq(True)]


def authority_supposed(audit: Audit, slot: str, sha256: str, devices: str = "*", place: str = "") -> Supposed:
    """A CA of the export is in a trust store of some devices, named as for `setting_supposed`."""
    certificate = audit.fleet.certificate_records[sha256]
    row = audit.certificates[audit.certificates["certificate"] == sha256].iloc[0]
    words = f"{common_name(row)} {short_hash(sha256)} in the {SLOT_TITLES[Slot(slot)]}{_on(place)}"
    return Supposed(AddAuthority(slot, certificate.der, devices), words)


def presenter_choices(audit: Audit) -> Choices:
    """Who presents a certificate that can be replaced: the devices, and their peers that are not MCUs of the fleet."""
    devices = [str(one) for one in audit.devices["device_id"]]
    frame = audit.peers[audit.peers["peer_device"].isna()]
    peers = frame.drop_duplicates(["site", "peer", "file"])[["device_id", "peer"]].itertuples(index=False)
    return [
        *((one, f"{one}\n") for one in devices),
        *((f"peer {peer} of {one}", f"{one}\n{peer}") for one, peer in peers),
    ]


def names_presented(audit: Audit, presenter: str) -> tuple[str, str, str]:
    """The CN, the other names, and the issuer by SHA-256 of what is presented today; "" for what is not known."""
    row = _presented(audit, presenter)
    if row is None:
        return "", "", ""
    names = [name for column in ("dns_names", "uris", "ip_addresses") for name in split_names(said(row[column]))]
    authorities = _authorities(audit)
    issuers = authorities[authorities["subject"].eq(row["issuer"])]
    issuer = issuers.sort_values("not_after")["certificate"].iloc[-1] if len(issuers) else ""
    own = split_names(said(row["common_names"]))
    return (own[0] if own else ""), " ".join(names), str(issuer)


def _presented(audit: Audit, presenter: str) -> pd.Series | None:
    device_id, _, peer = presenter.partition("\n")
    if peer:
        frame = audit.peers[(audit.peers["device_id"] == device_id) & (audit.peers["peer"] == peer)]
        column = "certificate"
    else:
        frame, column = audit.devices[audit.devices["device_id"] == device_id], "local_certificate"
    keys = frame[column].dropna()
    found = audit.certificates[audit.certificates["certificate"].isin(list(keys))]
    return found.iloc[0] if len(found) else None


def certificate_supposed(presenter: str, cn: str, names: str, issuer: str) -> Supposed:
    """A device or peer presents a certificate that does not exist yet, valid for two years from the audit.

    Args:
        presenter: a value of `presenter_choices`.
        cn: the CN of its subject; "" for none.
        names: the entries of its subjectAltName, separated by spaces: addresses, URIs and DNS names by their form.
        issuer: SHA-256 of the CA that signs it; "" for a self-signed certificate.
    """
    device_id, _, peer = presenter.partition("\n")
    words = names.replace(",", " ").split()
    addresses = tuple(word for word in words if is_address(word))
    uris = tuple(word for word in words if ":" in word and word not in addresses)
    others = tuple(word for word in words if word not in addresses and word not in uris)
    wanted = CertificateDescription(cn.strip(), dns_names=others, uris=uris, ip_addresses=addresses, issuer=issuer)
    whose = f"the peer {peer} of {device_id}" if peer else device_id
    said_of_it = f"a new certificate for {whose}: {' '.join((f'CN={cn.strip()}', *words))}"
    return Supposed(ReplaceCertificate(wanted, device_id, peer), said_of_it)


def _on(place: str) -> str:
    return f" on {place}" if place else ""
