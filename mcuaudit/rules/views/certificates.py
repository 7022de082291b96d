"""Views of local certificates: each with its device, who issued it, and what the device's pages say of it."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.slots import Slot
from mcuaudit.rules.views.authorities import public_certificates
from mcuaudit.rules.views.base import Views, of_view, view, with_judged
from mcuaudit.rules.views.columns import OUTCOMES, integer, of_frame, text, yes_no
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.joins import looked_up, rows, with_columns, yes_or_no

SHOWN_COLUMNS: Final = ("shown_subject", "shown_issuer", "shown_issued", "shown_expires")
"""What the page shows of the local certificate, by column of the view `devices`."""
_MOST_NAMES: Final = 4


@view(
    "device",
    of_view(devices),
    of_frame("certificates", optional=True),
    integer("sharing", "How many devices have the key of the certificate, this one included."),
    text("sharing_names", "Some of these devices, in words."),
    text("file", "File of the certificate within the export."),
)
def local_certificates(views: Views) -> pd.DataFrame:
    """One row per device, with the columns of its local certificate; missing where there is none to read."""
    found = views["devices"]
    found = with_columns(found, certificate=found["local_certificate"])
    found = looked_up(found, views.fleet.certificates, ["certificate"])
    holders: dict[str, list[str]] = {}
    for key, device in zip(found["public_key"], found["device_id"], strict=True):
        holders.setdefault(key, []).append(device)
    words = {key: _in_words(names) for key, names in holders.items()}
    evidence = views.fleet.evidence
    local = evidence["kind"] == Slot.LOCAL_CERTIFICATE.value
    files = dict(zip(evidence.loc[local, "device_id"], evidence.loc[local, "file"], strict=True))
    keys = found["public_key"]
    return with_columns(
        found,
        sharing=pd.array([len(holders[key]) if isinstance(key, str) else None for key in keys], dtype="Int64"),
        sharing_names=pd.array([words[key] if isinstance(key, str) else None for key in keys], dtype="str"),
        file=found["device_id"].map(files),
    )


def _in_words(names: list[str]) -> str:
    first = sorted(names)
    more = f" and {len(first) - _MOST_NAMES} more" if len(first) > _MOST_NAMES else ""
    return ", ".join(first[:_MOST_NAMES]) + more


_SERVICES: Final = (
    text("https", "HTTPS is possible; on where the export does not say.", ("on", "off")),
    text("sip_tls", "Encrypted SIP (TLS) is possible; on where the export does not say.", ("on", "off")),
)


@view(
    "device whose local certificate can be read",
    of_view(local_certificates, without=tuple(column.name for column in of_frame("certificates").columns)),
    of_frame("certificates"),
    text(
        "issuer_kind", "Who issued the certificate; unknown where no root is found.", ("public", "private", "unknown")
    ),
    *_SERVICES,
)
def readable_local_certificates(views: Views) -> pd.DataFrame:
    """One row per device whose local certificate can be read, with who issued it and which services present it.

    Where there is none, MCU101 says so once, and no other rule has to.
    """
    found = views["local_certificates"]
    found = rows(found, found["certificate"].notna())
    return looked_up(
        with_columns(found, issuer_kind=_issuer_kinds(views, found)), services_with_tls(views), ["device_id"]
    )


def services_with_tls(views: Views) -> pd.DataFrame:
    """One row per device: whether `https` and `sip_tls` are on or off. What is not recorded is assumed to be on."""
    services = views["services"]
    possible = services["tls_feature"].ne("no")
    columns = {"https": "service_https", "sip_tls": "service_sips_tcp"}
    words = {
        name: yes_or_no(possible & services[column].ne("false"), ("on", "off")) for name, column in columns.items()
    }
    return pd.DataFrame({"device_id": services["device_id"], **words})


def _issuer_kinds(views: Views, found: pd.DataFrame) -> pd.Series:
    """public, private, or unknown where the export does not lead to a root."""
    rooted = _below_a_root(views.fleet.certificates)
    kinds = yes_or_no(found["issuer"].isin(rooted), ("private", "unknown"))
    return kinds.mask(found["certificate"].isin(public_certificates(views)), "public")


def _below_a_root(certificates: pd.DataFrame) -> set[str]:
    """Names of the CAs from which a way leads, by names, to a root in the export."""
    columns = certificates[["subject", "issuer", "is_ca", "self_issued"]]
    rooted, below = set(), dict[str, set[str]]()
    for subject, issuer, is_ca, self_issued in columns.itertuples(index=False, name=None):
        if self_issued:
            rooted.add(subject)
        if is_ca or self_issued:
            below.setdefault(issuer, set()).add(subject)
    waiting = list(rooted)
    while waiting:
        more = below.get(waiting.pop(), set()) - rooted
        rooted |= more
        waiting += more
    return rooted


@view(
    "device",
    of_view(local_certificates),
    yes_no("restart_told", "The export says whether a restart is pending."),
    yes_no("private_key_told", "The export says what the page says of the private key."),
    yes_no("page_told", "The export has the certificate, and what the page shows of it."),
)
def local_certificate_pages(views: Views) -> pd.DataFrame:
    """One row per device, with whether the export has what its pages and responses say of the local certificate."""
    found = views["local_certificates"]
    shown = pd.Series(False, index=found.index)
    for column in SHOWN_COLUMNS:
        shown = shown | found[column].fillna("").ne("")
    return with_columns(
        found,
        restart_told=yes_or_no(found["restart_required"].notna()),
        private_key_told=yes_or_no(found["private_key"].notna()),
        page_told=yes_or_no(shown & found["certificate"].notna()),
    )


@view(
    "device × enabled address; a device without a known address has one row",
    of_view(local_certificates),
    text("address", "The address."),
    of_frame("identities", "reference", "standard", "presented"),
    text("outcome", "Whether the certificate carries the address by the rule of the MCU.", OUTCOMES),
    text("found_in", "Where it stands in the certificate.", ("uri", "dns", "ip", "cn", "nowhere")),
    text("identity_reason", "Why, in one sentence."),
    text("readings", "The reading that an open outcome rests on."),
)
def own_addresses(views: Views) -> pd.DataFrame:
    """One row per device and enabled address, with how its local certificate carries it by the rule of the MCU."""
    found = views["local_certificates"]
    found = with_columns(found, address=found["addresses"].str.split()).explode("address", ignore_index=True)
    # Where no device has an address the column would be of numbers, and could not be joined.
    address = found["address"].astype("str")
    found = with_columns(found, address=address, reference=address)
    identities = views.prediction.identities
    known = identities[identities["standard"] == "mcu"]
    known = known.rename(columns={"reason": "identity_reason", "reading": "readings"})
    found = looked_up(found, known, ["certificate", "reference"])
    found = with_columns(
        found,
        reference=found["reference"].where(found["outcome"].notna()),
        outcome=found["outcome"].astype("str"),
        found_in=found["found_in"].astype("str").fillna("nowhere"),
    )
    return with_judged(found, ["device_id", "address"])
