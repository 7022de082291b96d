"""An export of one device of which every check passes; tests take it and break one thing.

export = CleanExport()
export.settings["ssl_certificates"]["verification_settings"] = "No verification"
audit = export.audit(tmp_path)
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import mcuaudit
from mcuaudit import Audit
from mcuaudit.rules import registered_rules
from tests.authority import FAR_AHEAD, LAST_YEAR, LONG_AGO, NOW, Authority, Issued, rsa_key

ADDRESS = "10.1.2.3"
HOST = "mcu-1.example.com"
DEVICE = "leeds/mcu-1"
BOTH = ["serverAuth", "clientAuth"]

ROOT = Authority.root("Example Root CA", key=rsa_key(1), not_before=LONG_AGO, not_after=FAR_AHEAD)
ISSUING = ROOT.intermediate(
    "Example Issuing CA", key=rsa_key(2), not_before=LONG_AGO, not_after=FAR_AHEAD - timedelta(days=1)
)
ELSEWHERE = Authority.root("Somebody Else's CA", key=rsa_key(3), not_before=LONG_AGO, not_after=FAR_AHEAD)
LOCAL_NAMES = [f"DNS:{ADDRESS}", f"URI:sip:{ADDRESS}", f"DNS:{HOST}", f"IP:{ADDRESS}"]


def certificate(name: str, issuer: Authority = ISSUING, key: int = 4, **wishes: Any) -> Issued:
    """An end entity with both purposes and the RSA key of that number."""
    return issuer.leaf(name, **{"key": rsa_key(key), "purposes": BOTH, **wishes})


def chain(*issued: Issued) -> bytes:
    """PEM of certificates, one after the other."""
    return b"".join(one.pem for one in issued)


def write_files(root: Path, files: Mapping[str, bytes]) -> Path:
    """Write files by their names below a directory, and return it."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


class CleanExport:
    """Files of an export, as values until they are written."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = copy.deepcopy(_SETTINGS)
        self.peers: dict[str, dict[str, Any]] = copy.deepcopy(_PEERS)
        self.files: dict[str, bytes | None] = dict(_clean_files())
        self.former: CleanExport | None = None

    def write(self, directory: Path) -> Path:
        """Write the export; a file that is None is left out."""
        texts = {
            f"{DEVICE}/settings.toml": toml(self.settings) if self.settings else "# none\n",
            "peers.toml": toml({"peer": [{"name": name, **facts} for name, facts in self.peers.items()]}),
        }
        files = {**{name: text.encode() for name, text in texts.items()}, **self.files}
        for name, content in files.items():
            if content is not None:
                (directory / name).parent.mkdir(parents=True, exist_ok=True)
                (directory / name).write_bytes(content)
        return directory

    def audit(self, directory: Path) -> Audit:
        """The audit of the export as of NOW."""
        return mcuaudit.audit(mcuaudit.read_export(self.write(directory)), at=NOW, baseline=self.baseline(directory))

    def predicted(self, directory: Path) -> Audit:
        """The audit without its rules; see `predicted`."""
        return predicted(self.write(directory))

    def baseline(self, directory: Path) -> Audit | None:
        """The audit of the same export as it was a week before, beside `directory`; None if that does not matter."""
        if self.former is None:
            return None
        fleet = mcuaudit.read_export(self.former.write(directory.with_name(f"{directory.name}-former")))
        return mcuaudit.audit(fleet, at=NOW - timedelta(days=7))


@cache
def _clean_files() -> Mapping[str, bytes]:
    """The certificates, which are issued once in a process."""
    return {
        f"{DEVICE}/local-certificate.pem": chain(local_certificate(), ISSUING),
        f"{DEVICE}/sip-trust-store.pem": chain(ROOT, ISSUING),
        f"{DEVICE}/https-trust-store.pem": chain(ROOT, ISSUING),
        "peers/room.pem": chain(certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"]), ISSUING),
        "peers/alice.pem": chain(certificate("alice", key=6), ISSUING),
        "peers/tms.pem": chain(certificate("tms-service", key=7, san=["DNS:tms.example.com"]), ISSUING),
        "peers/ocsp.pem": chain(certificate("ocsp", key=8, san=["DNS:ocsp.example.com"]), ISSUING),
        "peers/trusted.pem": chain(ROOT, ISSUING),
    }


def predicted(directory: Path) -> Audit:
    """The audit of an export as of NOW without its rules: what is read and predicted, in a tenth of the time."""
    fleet = mcuaudit.read_export(directory)
    without = fleet.policy.model_copy(update={"rules": dict.fromkeys(registered_rules(), "off")})
    return mcuaudit.audit(fleet, at=NOW, policy=without)


def local_certificate(**wishes: Any) -> Issued:
    """The device's certificate; `wishes` change it."""
    return ISSUING.leaf(
        HOST, **{"key": rsa_key(4), "purposes": BOTH, "san": LOCAL_NAMES, "not_before": LAST_YEAR, **wishes}
    )


def with_local(**wishes: Any) -> bytes:
    """The file of a local certificate that is not as it should be."""
    return chain(local_certificate(**wishes), ISSUING)


def toml(values: dict[str, Any]) -> str:
    """TOML of plain values, lists of tables and tables in tables."""
    plain = [f"{key} = {_literal(value)}" for key, value in values.items() if not _is_table(value)]
    tables = [line for key, value in values.items() if _is_table(value) for line in _table(key, value)]
    return "\n".join((*plain, *tables)) + "\n"


def _literal(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _table(key: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [line for entry in value for line in (f"[[{key}]]", toml(entry))]
    plain = {name: one for name, one in value.items() if not isinstance(one, dict)}
    nested = [line for name, one in value.items() if isinstance(one, dict) for line in _table(f"{key}.{name}", one)]
    return [f"[{key}]", toml(plain), *nested]


_SETTINGS: dict[str, Any] = {
    "device": {
        "model": "MCU 4510",
        "serial": "SM1",
        "software_version": "4.4(3.57)",
        "addresses": [ADDRESS],
        "host_names": [HOST],
        "collected_at": "2026-06-10",
        "restart_required": False,
    },
    "ssl_certificates": {
        "verification_settings": "Outgoing and incoming calls",
        "client_certificate_security": "Certificate-based authentication allowed",
        "server_certificate_security": "Verify certificate",
        "private_key": "Key matches certificate",
        "ocsp": {"enabled": False},
    },
    "services": {"http": False, "https": True, "ftp": False, "sip_tcp": True, "sips_tcp": True},
    "sip": {
        "outbound_call_configuration": "Call direct",
        "outbound_address": "",
        "outbound_domain": "",
        "use_local_certificate_for_outgoing": True,
    },
    "security": {
        "redirect_http_to_https": True,
        "advanced_account_security": False,
        "require_administrator_login": False,
    },
    "users": [{"name": "alice", "privilege": "administrator"}, {"name": "tms-service", "privilege": "administrator"}],
    "feedback_receivers": [{"uri": "https://tms.example.com/RPC2"}],
}

_COMMON = {"chain_complete": True, "trust_store": "peers/trusted.pem", "expects": [HOST]}
_PEERS: dict[str, dict[str, Any]] = {
    "room": {
        **_COMMON,
        "product": "endpoint",
        "connections": ["incoming_sip", "outgoing_sip"],
        "identifiers": ["10.1.2.200"],
        "certificate": "peers/room.pem",
        "expects": [ADDRESS],
    },
    "alice": {
        **_COMMON,
        "product": "browser",
        "connections": ["web_user"],
        "certificate": "peers/alice.pem",
        "user": "alice",
    },
    "tms": {
        **_COMMON,
        "product": "TMS",
        "connections": ["api_user", "feedback_receiver"],
        "identifiers": ["tms.example.com"],
        "certificate": "peers/tms.pem",
        "user": "tms-service",
    },
    "ocsp": {
        **_COMMON,
        "connections": ["ocsp_server"],
        "identifiers": ["ocsp.example.com"],
        "certificate": "peers/ocsp.pem",
    },
}
