"""Views of local certificates: each with its device, who issued it, and what the device's pages say of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mcuaudit.devices.issuers import IssuerKind, issuer_kind, names_below_a_root
from mcuaudit.devices.services import https, sip_tls
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.pkix.self_signature import signed_with_own_key
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.rules.views.authorities import public_certificates
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.columns import OUTCOMES, integer, of_frame, text, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.wording.phrases import listed

SHOWN_COLUMNS: Final = ("shown_subject", "shown_issuer", "shown_issued", "shown_expires")
"""What the page shows of the local certificate, by column of the view `devices`."""
_MOST_NAMES: Final = 4
ISSUER_KIND: Final = text(
    "issuer_kind",
    "Who issued the certificate; unknown where no root is found.",
    [kind.value for kind in IssuerKind],
)


@view(
    "device",
    of_view(devices),
    of_frame("certificates", optional=True),
    yes_no_open(
        "self_signed",
        "Its own key signed it; open if the signature cannot be checked, missing without a certificate.",
    ),
    integer("sharing", "How many devices have the key of the certificate, this one included."),
    text("sharing_names", "Some of these devices, in words."),
    text("file", "File of the certificate within the export."),
)
def local_certificates(views: Views) -> Table:
    """One row per device, with the columns of its local certificate; missing where there is none to read."""
    found = views.table("devices")
    found = found.adding(certificate=found["local_certificate"])
    found = found.looked_up(views.source("certificates"), ["certificate"])
    holders: dict[str, list[str]] = {}
    for key, device in found.each("public_key", "device_id"):
        if key is not None:
            holders.setdefault(key, []).append(device)
    words = {key: _in_words(names) for key, names in holders.items()}
    evidence = views.source("evidence").each("device_id", "kind", "file")
    files = {device_id: file for device_id, kind, file in evidence if kind == Slot.LOCAL_CERTIFICATE}
    records, signatures = views.fleet.certificate_records, SignatureMemo()
    self_signed = {
        certificate: signed_with_own_key(records[certificate], signatures).value
        for certificate in set(found["certificate"]) - {None}
    }
    return found.adding(
        self_signed=[self_signed.get(certificate) for certificate in found["certificate"]],
        sharing=[len(holders[key]) if key is not None else None for key in found["public_key"]],
        sharing_names=[words.get(key) for key in found["public_key"]],
        file=[files.get(device_id) for device_id in found["device_id"]],
    )


def _in_words(names: list[str]) -> str:
    first = sorted(names)
    return listed(first, _MOST_NAMES)


_SERVICES: Final = (
    text("https", "HTTPS is possible; on where the export does not say.", ("on", "off")),
    text("sip_tls", "Encrypted SIP (TLS) is possible; on where the export does not say.", ("on", "off")),
)


@view(
    "device whose local certificate can be read",
    of_view(local_certificates, without=tuple(column.name for column in of_frame("certificates").columns)),
    of_frame("certificates"),
    ISSUER_KIND,
    *_SERVICES,
)
def readable_local_certificates(views: Views) -> Table:
    """One row per device whose local certificate can be read, with who issued it and which services present it.

    Where there is none, MCU101 says so once, and no other rule has to.
    """
    found = views.table("local_certificates")
    found = found.where(certificate is not None for certificate in found["certificate"])
    found = found.adding(issuer_kind=issuer_kinds(views, found["certificate"]))
    return found.looked_up(services_with_tls(views), ["device_id"])


def services_with_tls(views: Views) -> Table:
    """One row per device: whether `https` and `sip_tls` are on or off. What is not recorded is assumed to be on."""
    found = views.source("devices").only("device_id")
    records = views.devices_of(found)
    states = {
        name: ["off" if served(device) is Answer.NO else "on" for device in records]
        for name, served in (("https", https), ("sip_tls", sip_tls))
    }
    return found.adding(**states)


def issuer_kinds(views: Views, certificates: Iterable[str | None]) -> list[str]:
    """Who issued each of the certificates; unknown where there is none."""
    records, public = views.fleet.certificate_records, public_certificates(views)
    rooted = names_below_a_root(records.values())
    return [
        (IssuerKind.UNKNOWN if one is None else issuer_kind(records[one], public, rooted)).value for one in certificates
    ]


@view(
    "device",
    of_view(local_certificates),
    yes_no("restart_known", "The export says whether a restart is pending."),
    yes_no("private_key_known", "The export says what the page says of the private key."),
    yes_no("page_known", "The export has the certificate, and what the page shows of it."),
)
def local_certificate_pages(views: Views) -> Table:
    """One row per device, with whether the export has what its pages and responses say of the local certificate."""
    found = views.table("local_certificates")
    return found.adding(
        restart_known=yes_no_of(value is not None for value in found["restart_required"]),
        private_key_known=yes_no_of(value is not None for value in found["private_key"]),
        page_known=yes_no_of(
            certificate is not None and any(shown) for certificate, *shown in found.each("certificate", *SHOWN_COLUMNS)
        ),
    )


@view(
    "device × enabled address; a device without a known address has one row",
    of_view(local_certificates),
    text("address", "The address."),
    of_frame("identities", "reference", "standard", "product_version", "presented"),
    text("outcome", "Whether the certificate carries the address by the rule of the MCU.", OUTCOMES),
    text("found_in", "Where it stands in the certificate.", ("uri", "dns", "ip", "cn", "nowhere")),
    text("identity_reason", "Why, in one sentence."),
    text("readings", "The reading that an open outcome depends on."),
)
def own_addresses(views: Views) -> Table:
    """One row per device and enabled address, with how its local certificate carries it by the rule of the MCU."""
    found = views.table("local_certificates")
    found = found.repeated([(addresses or "").split() for addresses in found["addresses"]], "address")
    found = found.adding(reference=found["address"])
    identities = views.source("identities")
    known = identities.where(standard == Standard.MCU for standard in identities["standard"])
    known = known.renamed(identity_reason="reason", readings="reading")
    found = found.looked_up(known, ["certificate", "reference"])
    found = found.adding(
        reference=[
            reference if outcome is not None else None for reference, outcome in found.each("reference", "outcome")
        ],
        found_in=[place or "nowhere" for place in found["found_in"]],
    )
    return judged(found, "device_id", "address")
