"""The kinds of faults of a made fleet: each changes a device while it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mcuaudit.samples.authorities import CLIENT, SERVER, MadeAuthority

MADE_FOR: Final = datetime(2026, 11, 23, tzinfo=UTC)
"""The time at which the faults are faults, as with the sample fleet."""
DOMAIN: Final = "fleet.example.com"
"""All host names of a made fleet end in it."""


@dataclass
class MadeDevice:
    """A device while it is made: its faults change it."""

    site: str
    name: str
    address: str
    certificate: dict[str, Any] = field(default_factory=dict)
    pem: bytes | None = None
    stores: dict[str, bytes] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Its host name."""
        return f"{self.name}.{self.site}.{DOMAIN}"

    @property
    def names(self) -> list[str]:
        """The subjectAltName that every check accepts."""
        wanted = (self.host, self.address, f"{self.site}.{DOMAIN}")
        return [*(f"{kind}{name}" for name in wanted for kind in ("dns:", "uri:sip:")), f"ip:{self.address}"]

    def set(self, table: str, **values: Any) -> None:
        """Settings of its own."""
        self.settings.setdefault(table, {}).update(values)


@dataclass(frozen=True)
class MadeAuthorities:
    """The CAs of a made fleet, and two certificates that it has from elsewhere."""

    root: MadeAuthority
    devices: MadeAuthority
    people: MadeAuthority
    old_root: MadeAuthority
    shipped: bytes
    public: bytes

    @property
    def chain(self) -> bytes:
        """What is presented with the certificate of a device."""
        return self.devices.pem

    @property
    def of_devices(self) -> bytes:
        """The CAs that belong into SIP trust stores."""
        return self.root.pem + self.devices.pem

    @property
    def of_users(self) -> bytes:
        """The CAs that belong into HTTPS trust stores and those of peers."""
        return self.of_devices + self.people.pem


Fault = Callable[[MadeDevice, MadeAuthorities], None]


def _certificate(**changes: Any) -> Fault:
    def fault(device: MadeDevice, _: MadeAuthorities) -> None:
        device.certificate |= changes

    return fault


def _setting(table: str, **values: Any) -> Fault:
    def fault(device: MadeDevice, _: MadeAuthorities) -> None:
        device.set(table, **values)

    return fault


def _both(*faults: Fault) -> Fault:
    def fault(device: MadeDevice, authorities: MadeAuthorities) -> None:
        for one in faults:
            one(device, authorities)

    return fault


def _names(*chosen: str) -> Fault:
    def fault(device: MadeDevice, _: MadeAuthorities) -> None:
        device.certificate["names"] = [name.format(host=device.host, address=device.address) for name in chosen]

    return fault


def _file(content: Callable[[MadeAuthorities], bytes]) -> Fault:
    def fault(device: MadeDevice, authorities: MadeAuthorities) -> None:
        device.pem = content(authorities)

    return fault


def _store(name: str, content: Callable[[MadeAuthorities], bytes]) -> Fault:
    def fault(device: MadeDevice, authorities: MadeAuthorities) -> None:
        device.stores[name] = content(authorities)

    return fault


FAULTS: Final[Mapping[str, tuple[int, Fault]]] = {
    "the certificate has expired": (4, _certificate(until=MADE_FOR - timedelta(days=23))),
    "the certificate is not valid yet": (1, _certificate(since=MADE_FOR + timedelta(days=8))),
    "the certificate expires soon": (4, _certificate(until=MADE_FOR + timedelta(days=11))),
    "the key is weak": (2, _certificate(bits=1024)),
    "the certificate is for servers only": (3, _certificate(purposes=(SERVER,))),
    "the certificate is for clients only": (1, _certificate(purposes=(CLIENT,))),
    "the certificate has no subjectAltName": (3, _certificate(names=())),
    "calls are direct, and the certificate lacks the address": (
        4, _both(_names("dns:{host}", "uri:sip:{host}"), _setting("sip", outbound_call_configuration="Call direct")),
    ),
    "the certificate has another host name": (2, _names("dns:other.example.com", "dns:{address}", "uri:sip:{address}")),
    "the certificate is the one that the device came with": (3, _file(lambda made: made.shipped)),
    "the certificate is not in the export": (2, _file(lambda _: b"")),
    "the file of the certificate is cut": (1, _file(lambda made: made.shipped[: len(made.shipped) // 2])),
    "the SIP trust store is empty": (2, _store("sip-trust-store.pem", lambda _: b"# empty\n")),
    "the SIP trust store has the old root only": (3, _store("sip-trust-store.pem", lambda made: made.old_root.pem)),
    "the HTTPS trust store has the old root only": (
        3, _store("https-trust-store.pem", lambda made: made.old_root.pem),
    ),
    "the HTTPS trust store has a public CA": (
        2, _store("https-trust-store.pem", lambda made: made.of_users + made.public),
    ),
    "nothing is verified": (3, _setting("ssl_certificates", verification_settings="No verification")),
    "incoming calls are not verified": (3, _setting("ssl_certificates", verification_settings="Outgoing calls only")),
    "certificates are required of users, and their CA is not trusted": (
        1, _both(
            _setting("ssl_certificates", client_certificate_security="Certificate-based authentication required"),
            _store("https-trust-store.pem", lambda made: made.old_root.pem),
        ),
    ),
    "HTTP is on and not redirected": (
        4, _both(_setting("services", http=True), _setting("security", redirect_http_to_https=False)),
    ),
    "FTP is on": (2, _setting("services", ftp=True)),
    "a value of a setting is misspelt": (1, _setting("ssl_certificates", verification_settings="Outgoing calls")),
}  # fmt: skip
"""The kinds of faults, each with how often it comes in comparison with others."""
