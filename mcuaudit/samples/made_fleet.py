"""An export of any size with the kinds of faults that the sample fleet has, made from a number.

The same number gives the same devices and faults; the keys of CAs and the signatures differ. No private key is written.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

import certifi

from mcuaudit.errors import UsageError
from mcuaudit.samples.authorities import MadeAuthority, shipped_certificate
from mcuaudit.samples.faults import DOMAIN, FAULTS, MADE_FOR, MadeAuthorities, MadeDevice
from mcuaudit.system.files import check_new_directory
from mcuaudit.system.storage import failures_of_storage

MOST_DEVICES: Final = 65_000
"""The devices have addresses of one private network."""
_WITHOUT_FAULT: Final = 0.5
"""The share of devices without one."""


def make_fleet(directory: str | Path, devices: int, sites: int = 4, seed: int = 1) -> Mapping[str, int]:
    """Write an export of so many devices to a new directory, as of 23 November 2026.

    Args:
        directory: a directory that does not exist or is empty.
        devices: how many, from 1 to 65,000.
        sites: how many sites they are on, from 1 to the number of devices.
        seed: the number that decides which device has which fault.

    Returns: how many devices have each fault, and how many have none under "none".

    Raises:
        UsageError: the directory is not empty, or a number is not allowed.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    root = check_new_directory(directory)
    if not 1 <= devices <= MOST_DEVICES:
        raise UsageError(f"A fleet has 1 to {MOST_DEVICES:,} devices, not {devices:,}.")
    if not 1 <= sites <= devices:
        raise UsageError(f"{devices:,} devices can be on 1 to {devices:,} sites, not {sites:,}.")
    numbers = random.Random(seed)  # noqa: S311 - nothing is secret about these keys
    made = _authorities(numbers)
    counts: Counter[str] = Counter()
    with failures_of_storage(root):
        _write_fleet(root, made)
        for number in range(sites):
            _write_site(root / _site_name(number), made)
        for number in range(devices):
            device = MadeDevice(
                _site_name(number % sites), f"mcu-{number + 1:05}", str(IPv4Address("10.32.0.10") + number)
            )
            fault = "none" if numbers.random() < _WITHOUT_FAULT else _chosen(numbers)
            if fault in FAULTS:
                FAULTS[fault][1](device, made)
            counts[fault] += 1
            _write_device(root / device.site / device.name, device, made)
    return counts


def _chosen(numbers: random.Random) -> str:
    return numbers.choices(list(FAULTS), [weight for weight, _ in FAULTS.values()])[0]


def _site_name(number: int) -> str:
    return f"site-{number + 1:03}"


def _authorities(numbers: random.Random) -> MadeAuthorities:
    long_ago, far_ahead = MADE_FOR - timedelta(days=2000), MADE_FOR + timedelta(days=5000)
    root = MadeAuthority("Example Fleet Root CA G2", numbers, long_ago, far_ahead)
    soon_after = long_ago + timedelta(days=7)
    _, _, collection = Path(certifi.where()).read_text(encoding="utf-8").partition("-----BEGIN CERTIFICATE-----")
    first, end, _ = collection.partition("-----END CERTIFICATE-----")
    return MadeAuthorities(
        root=root,
        devices=MadeAuthority("Example Fleet Devices CA", numbers, soon_after, far_ahead, root),
        people=MadeAuthority("Example Fleet Users CA", numbers, soon_after, far_ahead, root),
        old_root=MadeAuthority("Example Fleet Root CA", numbers, MADE_FOR - timedelta(days=7000), MADE_FOR),
        shipped=shipped_certificate(numbers, MADE_FOR - timedelta(days=6000)),
        public=f"-----BEGIN CERTIFICATE-----{first}{end}\n".encode(),
    )


def _valid(made: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a certificate that is valid, but for what is `made` otherwise."""
    return {"since": MADE_FOR - timedelta(days=280), "until": MADE_FOR + timedelta(days=450), **made}


def _write_fleet(root: Path, made: MadeAuthorities) -> None:
    _write(root / "settings.toml", _FLEET_SETTINGS.encode())
    _write(root / "peers.toml", _FLEET_PEERS.encode())
    for name, names in (("tms", ("dns:tms.example.com",)), ("tms-login", ())):
        common_name = "tms-service" if name == "tms-login" else "tms.example.com"
        _write(root / "peers" / f"{name}.pem", made.devices.issue(common_name, names=names, **_valid({})) + made.chain)
    _write(root / "peers" / "trusted.pem", made.of_users)


def _write_site(place: Path, made: MadeAuthorities) -> None:
    domain = f"{place.name}.{DOMAIN}"
    _write(place / "settings.toml", _SITE_SETTINGS.format(domain=domain).encode())
    _write(place / "peers.toml", _SITE_PEERS.format(domain=domain).encode())
    _write(place / "sip-trust-store.pem", made.of_devices)
    for name in ("https-trust-store.pem", "peers/trusted.pem"):
        _write(place / name, made.of_users)
    names = [f"{kind}{name}" for name in (f"expressway.{domain}", domain) for kind in ("dns:", "uri:sip:")]
    expressway = made.devices.issue(f"expressway.{domain}", names=names, **_valid({}))
    _write(place / "peers" / "expressway.pem", expressway + made.chain)
    _write(place / "peers" / "administrator.pem", made.people.issue("sam.lee", **_valid({})) + made.people.pem)


def _write_device(place: Path, device: MadeDevice, made: MadeAuthorities) -> None:
    device.set(
        "device", model="MCU 4510", software_version="4.4(3.57)", addresses=[device.address], host_names=[device.host]
    )
    _write(place / "settings.toml", _toml(device.settings).encode())
    pem = device.pem
    if pem is None:
        pem = made.devices.issue(device.host, **_valid({"names": device.names, **device.certificate})) + made.chain
    for name, content in {"local-certificate.pem": pem, **device.stores}.items():
        if content:
            _write(place / name, content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _toml(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of texts, flags and lists of them, which TOML writes as JSON does."""
    return "\n".join(
        "\n".join((f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()), ""))
        for name, values in tables.items()
    )


_FLEET_SETTINGS: Final = """\
[device]
collected_at = 2026-11-16

[ssl_certificates]
verification_settings = "Outgoing and incoming calls"
client_certificate_security = "Certificate-based authentication allowed"
server_certificate_security = "Verify certificate"
private_key = "Key matches certificate"

[ssl_certificates.ocsp]
enabled = false

[services]
http = false
https = true
ftp = false
sip_tcp = true
sips_tcp = true

[sip]
outbound_call_configuration = "Use trunk"
use_local_certificate_for_outgoing = true

[security]
redirect_http_to_https = true
advanced_account_security = false
require_administrator_login = false

[[users]]
name = "sam.lee"
privilege = "administrator"

[[users]]
name = "tms-service"
privilege = "administrator"

[[feedback_receivers]]
uri = "https://tms.example.com/tms/public/feedback/RPC2"
"""
_FLEET_PEERS: Final = """\
[[peer]]
name = "tms"
product = "TMS"
connections = ["feedback_receiver"]
identifiers = ["tms.example.com"]
certificate = "peers/tms.pem"
chain_complete = true
trust_store = "peers/trusted.pem"

[[peer]]
name = "tms-login"
product = "TMS"
connections = ["api_user"]
certificate = "peers/tms-login.pem"
chain_complete = true
trust_store = "peers/trusted.pem"
user = "tms-service"
"""
_SITE_SETTINGS: Final = """\
[sip]
outbound_address = "expressway.{domain}"
outbound_domain = "{domain}"
"""
_SITE_PEERS: Final = """\
[[peer]]
name = "expressway"
product = "Expressway"
connections = ["incoming_sip", "outgoing_sip"]
route = "proxied"
standard = "vcs"
identifiers = ["expressway.{domain}"]
certificate = "peers/expressway.pem"
chain_complete = true
trust_store = "peers/trusted.pem"

[[peer]]
name = "sam.lee"
product = "browser"
connections = ["web_user"]
certificate = "peers/administrator.pem"
chain_complete = true
trust_store = "peers/trusted.pem"
user = "sam.lee"
"""
