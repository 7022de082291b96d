"""An audit made of frames alone: two sites, six devices, every outcome; any text in it can be made hostile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.for_pages import ForPages, KeptPlan
from mcuaudit.frames.gap_rows import LISTS, counted, rank
from mcuaudit.variants.readiness import SETTINGS_OF_READINESS

AT = datetime(2026, 11, 23, tzinfo=UTC)
LEEDS, OBRIEN = "leeds", "O'Brien & Sons"

Text = Callable[[str], str]
Rows = list[dict[str, Any]]

_TYPES = ("incoming_sip", "outgoing_sip", "web_user", "api_user", "ocsp_server", "feedback_receiver")

# One letter per connection of a device, by type: r refused, o undetermined, u accepted and unverified,
# m accepted and verified by the MCU alone, a accepted and verified by both, - not applicable.
_DEVICES = {
    (LEEDS, "mcu-court"): ("a", "a", "a", "a", "a", "-"),
    (LEEDS, "mcu-boardroom"): ("uum", "rrr", "a", "a", "-", "a"),
    (LEEDS, "mcu-lobby"): ("ooo", "ooo", "u", "u", "-", "u"),
    (LEEDS, "mcu-atrium"): ("aa", "aa", "o", "o", "-", "a"),
    (OBRIEN, "mcu-1"): ("a", "a", "u", "-", "-", "-"),
    (OBRIEN, "mcu-2"): ("a", "r", "u", "-", "-", "-"),
}
_DECISIONS = (
    "mcu_trust", "mcu_identity", "mcu_purpose", "login", "mcu_outcome",
    "peer_trust", "peer_identity", "peer_purpose", "peer_outcome",
)  # fmt: skip
_OUTCOMES = {
    "r": ("fail", "open"),
    "o": ("open", "open"),
    "u": ("pass", "neither"),
    "m": ("pass", "mcu_only"),
    "a": ("pass", "both"),
    "-": ("notApplicable", "neither"),
}


def digest(text: str) -> str:
    """A stable stand-in for a SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make_audit(text: Text = str, *, sites: dict[str, str] | None = None) -> Audit:
    """The audit. `text` is applied to every free text; `sites` renames sites."""
    renamed = sites or {}
    devices = {(renamed.get(site, site), text(device)): cells for (site, device), cells in _DEVICES.items()}
    connections = _connections(devices, text)
    fleet = Fleet(
        devices=build_frame("devices", [_device(site, device, text) for site, device in devices]),
        settings=build_frame("settings", []),
        certificates=build_frame("certificates", _certificates(devices, text)),
        placements=build_frame("placements", []),
        trust_stores=build_frame(
            "trust_stores", [{"trust_store": digest("store"), "certificate": digest(name)} for name in ("ca-1", "ca-2")]
        ),
        peers=build_frame("peers", [_peer(site, device, text) for site, device in devices]),
        evidence=build_frame("evidence", [row for key in devices for row in _evidence(*key, text)]),
        problems=build_frame("problems", [_problem(next(iter(devices))[0], text)]),
        source=text("exports"),
        input_sha256=digest("input"),
        site_time_zones={renamed.get(LEEDS, LEEDS): "Europe/London"},
    )
    return Audit(
        fleet=fleet,
        at=AT,
        paths=build_frame("paths", []),
        identities=build_frame("identities", []),
        connections=build_frame("connections", connections),
        administration=build_frame("administration", [_login(site, device, text) for site, device in devices]),
        evaluations=build_frame("evaluations", []),
        findings=build_frame("findings", _findings(devices, connections, text)),
        internal_problems=build_frame("problems", []),
        for_pages=ForPages(
            build_frame("readiness", [row for key in devices for row in _readiness(*key, text)]),
            KeptPlan(
                build_frame("plan_steps", _steps(list(devices), text)),
                (text("calls are verified"),),
                20,
                (text("Remark."),),
            ),
            build_frame("gaps", _gaps(connections, text)),
            build_frame("first_jobs", _jobs(connections, text)),
        ),
        versions={"mcuaudit": "1.0.0", "pandas": "3.1"},
        rules={"MCU205": "error", "MCU402": "warning", "MCU411": "error", "MCU501": "error"},
    )


def _gaps(connections: Rows, text: Text) -> Rows:
    """The evidence that undetermined connections lack; nothing was filled in."""
    lacking: dict[str, list[str]] = {}
    for row in connections:
        if row["outcome"] == "open":
            lacking.setdefault(row["missing_evidence"], []).append(row["connection_id"])
    found: Rows = []
    for evidence, names in lacking.items():
        device = evidence.rpartition("/")[0]
        lists = {**dict.fromkeys(LISTS, ()), "undetermined_connections": names}
        found.append({
            "evidence": evidence, "state": "missing", "devices": join_names([device]), "files": join_names([evidence]),
            "page": text("at the peer"), "remedy": text("Add it."), "known": "not_applied", "values": "",
            "not_applied": text("any value may be there"), **counted(lists, "not_applied"),
        })  # fmt: skip
    return sorted(found, key=rank)


def _jobs(connections: Rows, text: Text) -> Rows:
    """A job for each device with refused connections, that restores all of them."""
    refused: dict[str, list[str]] = {}
    for row in connections:
        if row["outcome"] == "fail":
            refused.setdefault(row["device_id"], []).append(row["connection_id"])
    found: Rows = []
    left = sum(map(len, refused.values()))
    for number, (device, names) in enumerate(refused.items(), start=1):
        found.append({
            "number": number, "in_words": text("Reissue it."), "remedies": join_names([_reissue(device)]),
            "refused_before": left, "refused_after": left - len(names), "undetermined_before": 8,
            "undetermined_after": 8, "locked_out_before": 0, "locked_out_after": 0, "who": join_names(["PKI team"]),
            "restored": join_names(sorted(names)), "let_in": "",
        })  # fmt: skip
        left -= len(names)
    return found


def _reissue(device_id: str) -> str:
    return Remedy(RemedyKind.REISSUE, target=Place(Slot.LOCAL_CERTIFICATE, device_id)).remedy_id


def _readiness(site: str, device: str, text: Text) -> Rows:
    """Every value of the settings: ready, but for verification of calls by one device and login by another."""
    rows = []
    for setting in SETTINGS_OF_READINESS:
        labels = SETTING_BY_KEY[setting].labels
        for value in labels:
            breaks = int(device.startswith(text("mcu-boardroom")) and value == "Outgoing and incoming calls")
            locked = device.startswith(text("mcu-atrium")) and value == labels[-1] and len(labels) == 4
            row = {
                "device_id": f"{site}/{device}", "site": site, "device": device, "setting": setting, "value": value,
                "is_today": value == labels[0], "outcome": "fail" if breaks or locked else "pass", "breaks": breaks,
                "turns_undetermined": 0, "refused_anyway": 0, "undetermined_anyway": 0,
                "breaking_connections": join_names([f"{site}/{device} incoming_sip {text('vcs')}"][:breaks]),
                "undetermined_connections": "", "login": "fail" if locked else "pass",
                "login_way": "HTTP with a password", "login_reason": text("The certificate has expired."),
                "blockers": text("No CA.") if breaks else "", "remedies": text("Add the CA."), "missing_evidence": "",
            }  # fmt: skip
            rows.append(row)
    return rows


def _steps(devices: list[tuple[str, str]], text: Text) -> Rows:
    """A step on two devices, one with which something gets worse, and one that is held back."""
    first, second, third, *_ = ("/".join(device) for device in devices)
    common = {
        "state": "planned", "origin": "target", "instruction": text("Set it."), "back": text("Undo it."),
        "test": text("Make a call."), "accepted": 20, "breaks": 0, "turns_undetermined": 0, "restores": 0,
        "breaking_connections": "", "undetermined_connections": "", "logins_worse": "", "login": "pass",
        "login_way": text("HTTP with a password"),
    }  # fmt: skip
    worse = {
        "breaks": 1, "breaking_connections": join_names([f"{third} incoming_sip {text('vcs')}"]), "accepted": 19,
        "cause_of_worse": "target", "reason": text("The certificate has expired."),
    }  # fmt: skip
    return [
        {**common, "step": 1, "phase": "install", "origin": "enabling", "device_id": first},
        {**common, "step": 2, "phase": "verify", "device_id": first},
        {**common, "step": 3, "phase": "verify", "device_id": second},
        {**common, **worse, "step": 4, "phase": "verify", "device_id": third},
        {
            **common,
            "step": 5,
            "phase": "required",
            "device_id": first,
            "state": "held_back",
            "reason": text("Lock-out."),
        },
    ]


def _device(site: str, device: str, text: Text) -> dict[str, Any]:
    store = {f"{kind}_trust_store": digest("store") for kind in ("sip", "https")}
    missing = device.startswith(text("mcu-lobby"))
    return {
        "device_id": f"{site}/{device}",
        "site": site,
        "device": device,
        "site_title": text(site.capitalize() if site == LEEDS else site),
        "model": text("MCU 4510"),
        "software_version": "4.4(3.57)",
        "collected_at": AT - timedelta(days=14 + len(device) % 5),
        "local_certificate": digest(f"local {site} {device}"),
        "local_certificate_state": "present",
        "local_chain_damaged": False,
        **store,
        "sip_trust_store_state": "present",
        "https_trust_store_state": "missing" if missing else "present",
        "call_home_trust_store_state": "missing",
    }


def _certificates(devices: dict[tuple[str, str], Any], text: Text) -> Rows:
    names = [(f"local {site} {device}", device, False) for site, device in devices]
    names += [("peer", text("vcs.example.com"), False), ("ca-1", text("Issuing CA 1"), True)]
    names += [("ca-2", text("Root CA"), True)]
    # The first ends 11 days after the audit, the second has ended, the others years later.
    days = [400, 11, 80, -30, 700, 150, 500, 2000, 4000]
    return [_certificate(*name, AT + timedelta(days=end), text) for name, end in zip(names, days, strict=True)]


def _certificate(key: str, name: str, is_ca: bool, end: datetime, text: Text) -> dict[str, Any]:
    return {
        "certificate": digest(key),
        "subject": text(f"CN={name},O=Example"),
        "issuer": text("CN=Issuing CA 1,O=Example"),
        "serial_number": "0a",
        "version": 3,
        "common_names": name.encode("ascii", "backslashreplace").decode("ascii").replace(" ", "\\x20"),
        "has_subject_alternative_name": not is_ca,
        "dns_names": None if is_ca else text("mcu.example.com"),
        "not_before": end - timedelta(days=730),
        "not_after": end,
        "key_algorithm": "RSA",
        "key_size": 2048,
        "public_key": digest(f"key {key}"),
        "signature_algorithm": "sha256WithRSAEncryption",
        "signature_hash": "sha256",
        "is_ca": is_ca,
        "self_issued": False,
        "unreadable_fields": "",
        "oddly_encoded_fields": "",
        "der": key.encode("utf-8", "surrogatepass"),
    }


def _peer(site: str, device: str, text: Text) -> dict[str, Any]:
    return {
        "device_id": f"{site}/{device}",
        "site": site,
        "device": device,
        "peer": text("vcs"),
        "connections": "incoming_sip outgoing_sip",
        "certificate": digest("peer"),
        "certificate_state": "present",
        "presented_chain_damaged": False,
        "client_certificate_state": "missing",
        "client_chain_damaged": False,
        "chain_complete": "yes",
        "trust_store_state": "missing",
        "standard": "vcs",
        "standard_assumed": True,
        "route_assumed": True,
    }


def _connections(devices: dict[tuple[str, str], tuple[str, ...]], text: Text) -> Rows:
    return [
        _connection(site, device, kind, number, letter, text)
        for (site, device), cells in devices.items()
        for kind, letters in zip(_TYPES, cells, strict=True)
        for number, letter in enumerate(letters)
    ]


def _connection(site: str, device: str, kind: str, number: int, letter: str, text: Text) -> dict[str, Any]:
    outcome, authenticated = _OUTCOMES[letter]
    fields = dict.fromkeys(_DECISIONS, "notApplicable")
    cause = {"fail": f"reissue {site}/{device}", "open": f"collect peers {site}/{device}"}.get(outcome)
    return {
        **fields,
        "connection_id": f"{site}/{device} {kind} {number}",
        "site": site,
        "device": device,
        "device_id": f"{site}/{device}",
        "peer": text(f"vcs {number}"),
        "connection_type": kind,
        "mcu_role": "server" if kind in ("incoming_sip", "web_user", "api_user") else "client",
        "setting": "ssl_certificates.verification_settings",
        "setting_value": "Outgoing calls only",
        "setting_source": "typed",
        "mcu_verifies_peer": "yes",
        "outcome": outcome,
        "authenticated": authenticated,
        "reason_code": "reason",
        "reason": text(f"The reason of {outcome}."),
        "remedy": text("Fix it."),
        "cause": cause,
        "cause_id": cause,
        "further_causes": 0,
        "readings": {"open": "A11 A2", "fail": "A17"}.get(outcome),
        "missing_evidence": text(f"{site}/{device}/peers.toml") if outcome == "open" else None,
        "fails_on": _end(device, text) if outcome == "pass" else None,
        "local_certificate": digest(f"local {site} {device}"),
        "peer_certificate": digest("peer"),
        "trust_store": digest("store"),
    }


def _end(device: str, text: Text) -> datetime:
    """When the connections of a device that pass end: one tick after its certificate, for most."""
    days = {"mcu-court": 400, "mcu-boardroom": 11, "mcu-lobby": 80, "mcu-atrium": 300}
    known = {text(name): end for name, end in days.items()}
    return AT + timedelta(days=known.get(device, 150), microseconds=1)


def _login(site: str, device: str, text: Text) -> dict[str, Any]:
    outcome = "fail" if device == text("mcu-atrium") else "open" if device == text("mcu-lobby") else "pass"
    return {
        "device_id": f"{site}/{device}",
        "site": site,
        "device": device,
        "outcome": outcome,
        "way": text("HTTPS with password"),
        "reason": text("HTTP is off."),
    }


def _evidence(site: str, device: str, text: Text) -> Rows:
    states = {"local_certificate": "read", "sip_trust_store": "inherited", "settings": "typed", "peers": "missing"}
    states["https_trust_store"] = "damaged" if device == text("mcu-lobby") else "read"
    return [
        {
            "device_id": f"{site}/{device}",
            "site": site,
            "device": device,
            "kind": kind,
            "state": state,
            "file": text(f"{site}/{device}/{kind}"),
            "sha256": None if state == "missing" else digest(f"{device} {kind}"),
            "size": 1000,
        }
        for kind, state in states.items()
    ]


def _problem(site: str, text: Text) -> dict[str, Any]:
    return {
        "kind": "unreadable",
        "site": site,
        "file": text("leeds/mcu-lobby/https-trust-store.pem"),
        "where": "line 12",
        "reason": text("The PEM block does not end."),
    }


def _findings(devices: dict[tuple[str, str], tuple[str, ...]], connections: Rows, text: Text) -> Rows:
    rows: Rows = []
    for site, device in devices:
        device_id = f"{site}/{device}"
        if device == text("mcu-atrium"):
            rows.append(_finding("MCU411", "locked_out", "error", "fail", site, device, "let somebody in", 0, text))
        for outcome, severity, code in (("fail", "error", "MCU205"), ("open", "error", "MCU501")):
            same = [row for row in connections if row["device_id"] == device_id and row["outcome"] == outcome]
            if same:
                cause = same[0]["cause"]
                rows.append(_finding(code, "a_rule", severity, outcome, site, device, cause, len(same), text))
        rows.append(_finding("MCU402", "not_verified", "warning", "fail", site, device, "set verification", 0, text))
    return rows


def _finding(
    code: str, rule: str, severity: str, outcome: str, site: str, device: str, cause: str, connections: int, text: Text
) -> dict[str, Any]:
    return {
        "finding_id": f"{code}-{digest(code + site + device)[:6]}",
        "code": code,
        "rule": rule,
        "severity": severity,
        "outcome": outcome,
        "site": site,
        "device": device,
        "device_id": f"{site}/{device}",
        "evidence": text(f"The evidence of {code}" + (f" about {device}." if outcome == "open" else ".")),
        "fix": text(f"The fix of {code}."),
        "remedy_id": _reissue(f"{site}/{device}") if code == "MCU205" else None,
        "grade": "doc",
        "source": "Release notes 4.4",
        "section": "Outgoing SIP calls",
        "cause": cause,
        "cause_id": cause,
        "connections": connections,
        "alone_blocks": connections,
        "status": "active",
        "fingerprint": digest(code + site + device),
        "missing_evidence": text("peers.toml") if outcome == "open" else None,
    }
