"""Deadlines against whole audits: the fleet audited at the instant before each deadline, and at the deadline.

A case makes an export whose certificates and CAs end, and some begin, on a few days, so that several end together, CAs
before what they issued, and one of two paths before the other. Which certificate is the reason is found in another way
than `mcuaudit.deadlines` finds it: one certificate alone is taken to have ended, and the fleet is judged again.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import mcuaudit
from mcuaudit import Audit
from mcuaudit.domain.name_lists import split_names
from mcuaudit.rules import registered_rules
from mcuaudit.samples.made_fleet import make_fleet
from mcuaudit.variants.deadlines.deadlines import deadlines
from mcuaudit.variants.deadlines.judging import FleetJudge
from tests.authority import NOW, Authority, rsa_key
from tests.clean_export import DEVICE, LOCAL_NAMES, CleanExport, certificate, chain
from tests.predict.ocsp_responses import ocsp_response
from tests.proofs import calls_between_mcus
from tests.revoking import revocation_list

CLAIM = (
    "What ends, begins or turns undetermined at a deadline is what whole audits before and after it differ in, and "
    "nothing changes in between."
)
SIZE = 300
SAMPLE = 4

Draw = random.Random
_SECOND: Final = timedelta(seconds=1)
_LATER: Final = NOW + timedelta(days=20_000)
_LEVELS: Final = (
    "Not required", "Verify certificate", "Certificate-based authentication allowed",
    "Certificate-based authentication required", None,
)  # fmt: skip


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare the deadlines of each case with whole audits."""
    counts: Counter[str] = Counter()
    for case in cases:
        draw = random.Random(f"{seed} {case}")
        with tempfile.TemporaryDirectory() as directory:
            fleet = _fleet(draw, Path(directory) / "export")
        counts += compared(fleet, NOW, f"seed {seed}, case {case}")
        counts["fleets"] += 1
    return counts


def compared(fleet: mcuaudit.Fleet, at: datetime, where: str) -> Counter[str]:
    """Compare the deadlines of a fleet with whole audits, at each of their instants."""
    now = _whole(fleet, at)
    frame, judge = deadlines(now), FleetJudge(fleet)
    turning = frame[frame["event"] != "calendar"]
    counts: Counter[str] = Counter(deadlines=len(turning))
    last = now
    for moment in sorted(turning["on"].unique()):
        on = moment.to_pydatetime()
        before, after = _whole(fleet, on - _SECOND), _whole(fleet, on)
        if not judge.depends_on_lists:
            assert _outcomes(before) == _outcomes(last), f"{where}: something changes before {on}"
        rows = turning[turning["on"] == moment]
        counts += _compare(rows, now, before, after, judge, f"{where}, {on}")
        last = after
    if not judge.depends_on_lists:
        assert _outcomes(_whole(fleet, _LATER)) == _outcomes(last), (
            f"{where}: something changes after the last deadline"
        )
    return counts


def _compare(rows: Any, now: Audit, before: Audit, after: Audit, judge: FleetJudge, where: str) -> Counter[str]:
    first, former, then = map(_outcomes, (now, before, after))
    accepted = {name for name, outcome in first.items() if outcome == former[name] == "pass"}
    ended = {name for name in accepted if then[name] == "fail"}
    open_then = {name for name in accepted if then[name] == "open"}
    begun = {name for name, outcome in then.items() if outcome == "pass" and former[name] in ("fail", "open")}
    late = {name for name, outcome in first.items() if outcome != "pass" and former[name] == "pass" != then[name]}
    refused = {name for name, outcome in first.items() if outcome == former[name] == "open" and then[name] == "fail"}
    lost = {name for name, outcome in first.items() if outcome == "pass" and former[name] != "pass"}
    is_device = set(now.devices["device_id"])
    listed: Counter[str] = Counter()
    for row in rows.to_dict("records"):
        connections, devices = split_names(row["connection_ids"]), split_names(row["locked_out_devices"])
        listed.update((*connections, *devices))
        assert row["connections"] == len(connections), where
        assert row["locked_out"] == len(devices), where
        if row["event"] == "ends":
            _compare_reason(row, connections, ended - is_device, lost - is_device, now, before, judge, where)
    assert set(listed) == ended, f"{where}: {set(listed) ^ ended}"
    for column, expected in (
        ("begin", begun),
        ("begun_before", late),
        ("undetermined_before", refused),
        ("undetermined", open_then),
    ):
        found = expected - is_device
        assert rows[column].max() <= len(found) <= rows[column].sum(), f"{where}: {column} {found}"
    assert (rows["maybe_locked_out"] > 0).any() == bool(open_then & is_device), where
    return Counter(
        {
            "instants": 1, "connections that end": len(ended - is_device),
            "lock-outs": len(ended & is_device), "connections that turn undetermined": len(open_then - is_device),
            "connections that begin": len(begun - is_device),
            "connections that begin and end": len(late - is_device),
            "undetermined connections that are refused": len(refused - is_device),
            "several certificates end together": int(len(rows) > 1),
        }
    )  # fmt: skip


def _compare_reason(
    row: Mapping[str, Any], ended: tuple[str, ...], together: set[str], lost: set[str], now: Audit, before: Audit,
    judge: FleetJudge, where: str,
) -> None:  # fmt: skip
    """A connection ends with a certificate if it would end by the end of that certificate alone."""
    assert set(ended) == together & _without(row["certificate"], before, judge), f"{where}: {row['what']}"
    earlier = lost & _without(row["certificate"], now, judge)
    assert row["earlier"] == len(earlier), f"{where}: {row['what']}: {earlier}"


def _without(sha256: str, audit: Audit, judge: FleetJudge) -> set[str]:
    """The connections that are accepted, and are not if this certificate alone has ended."""
    record = judge.records[sha256]
    gone = replace(record, not_before=record.not_before - timedelta(days=20_000), not_after=audit.at - _SECOND)
    found = judge.judge(list(judge.devices), audit.at, {sha256: gone})
    outcomes = _outcomes(audit)
    return {
        name
        for device in found.values()
        for name, one in device.connections.items()
        if outcomes[name] == "pass" and one.outcome != "pass"
    }


def _whole(fleet: mcuaudit.Fleet, at: datetime) -> Audit:
    """A whole audit, without rules."""
    without = fleet.policy.model_copy(update={"rules": dict.fromkeys(registered_rules(), "off")})
    return mcuaudit.audit(fleet, at=at, policy=without)


def _outcomes(audit: Audit) -> dict[str, str]:
    """Outcomes by connection_id, and of administrations by device_id."""
    found = dict(zip(audit.connections["connection_id"], audit.connections["outcome"].astype(str), strict=True))
    administration = audit.administration
    return found | dict(zip(administration["device_id"], administration["outcome"].astype(str), strict=True))


def _fleet(draw: Draw, root: Path) -> mcuaudit.Fleet:
    kind = draw.choice(("clean", "clean", "clean", "clean", "made", "mesh"))
    if kind == "clean":
        return mcuaudit.read_export(_clean(draw).write(root))
    if kind == "made":
        return _made(draw.randrange(8))
    for name, content in calls_between_mcus.export(draw).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return mcuaudit.read_export(root)


@cache
def _made(seed: int) -> mcuaudit.Fleet:
    with tempfile.TemporaryDirectory() as directory:
        make_fleet(Path(directory) / "fleet", 6, 2, seed)
        return mcuaudit.read_export(Path(directory) / "fleet")


def _clean(draw: Draw) -> CleanExport:
    """A device whose certificates and CAs begin and end on a few days, with one issuing CA in one or two copies."""
    export = CleanExport()
    root = Authority.root("Example Root CA", key=rsa_key(1), **_period(draw, 0.0))
    issuing = [root.intermediate("Example Issuing CA", key=rsa_key(2), **_period(draw, 0.1)) for _ in range(2)]
    sent = chain(issuing[0], *issuing[1:][: draw.choice((0, 0, 1))])
    trusted = chain(root, *draw.choice(((), issuing[:1], issuing[1:], issuing)))

    def issued(name: str, key: int, **wishes: Any) -> bytes:
        return certificate(name, issuing[0], key, **_period(draw, 0.15), **wishes).pem + draw.choice((sent, sent, b""))

    export.files[f"{DEVICE}/local-certificate.pem"] = issued("mcu-1.example.com", 4, san=LOCAL_NAMES)
    for number, (name, names) in enumerate(_PEERS.items(), start=5):
        common_name = "tms-service" if name == "tms" else name
        export.files[f"peers/{name}.pem"] = issued(common_name, number, **({"san": names} if names else {}))
    for name in (f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/https-trust-store.pem", "peers/trusted.pem"):
        export.files[name] = trusted if draw.random() < 0.8 else chain(root, *issuing)
    _settings(draw, export)
    if draw.random() < 0.25:
        _with_revocation(draw, export, issuing[0])
    return export


_PEERS: Final = {
    "room": ["DNS:10.1.2.200", "URI:sip:10.1.2.200"],
    "alice": [],
    "tms": ["DNS:tms.example.com"],
    "ocsp": ["DNS:ocsp.example.com"],
}


def _period(draw: Draw, late: float) -> dict[str, datetime]:
    """From the past, or with that probability from a later day on, until one of a few days."""
    begins = NOW + timedelta(days=draw.choice((3, 12))) if draw.random() < late else NOW - timedelta(days=400)
    return {"not_before": begins, "not_after": NOW + timedelta(days=draw.choice((15, 15, 30, 45, 60)))}


def _settings(draw: Draw, export: CleanExport) -> None:
    certificates = export.settings["ssl_certificates"]
    level = draw.choice(_LEVELS)
    certificates["client_certificate_security"] = level
    if level is None:
        del certificates["client_certificate_security"]
    certificates["verification_settings"] = draw.choice(
        ("Outgoing and incoming calls", "Outgoing calls only", "No verification")
    )
    export.settings["services"]["http"] = draw.random() < 0.2
    export.settings["security"]["redirect_http_to_https"] = draw.random() < 0.5
    for peer in export.peers.values():
        if draw.random() < 0.2:
            peer.pop("trust_store")
        if draw.random() < 0.2:
            peer["chain_complete"] = False


def _with_revocation(draw: Draw, export: CleanExport, issuing: Authority) -> None:
    """A peer that checks revocation lists, or an OCSP response: both have times of their own."""
    if draw.random() < 0.5:
        export.peers["room"]["checks_crls"] = True
        export.files["issuing.crl"] = revocation_list(issuing, next_update=NOW + timedelta(days=draw.choice((6, 40))))
        return
    export.settings["ssl_certificates"]["ocsp"] = {"enabled": True, "server_url": "http://ocsp.example.com"}
    export.files["peers/alice.ocsp"] = ocsp_response(certificate("alice", issuing, 6), issuing)
    export.peers["alice"]["ocsp_response"] = "peers/alice.ocsp"
