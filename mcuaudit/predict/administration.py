"""Whether an administrator can still log in, how, and what causes a lock-out.

Source: Administrator's Guide 4.4; Release Notes 4.4(3.57), appendix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mcuaudit.devices.damage import lacking, peer_lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.private_key import without_key
from mcuaudit.devices.services import recorded_service
from mcuaudit.devices.users import (
    administrators,
    all_among,
    client_certificate_security,
    security_lacking,
    stored,
    users,
    users_doubt,
    users_lacking,
)
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.domain.settings import LOGIN_ALLOWED, LOGIN_REQUIRED, NOT_REQUIRED
from mcuaudit.domain.verdict import Verdict, missing
from mcuaudit.predict.login import PASSWORD


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which an administrator may log in; `peer` is the user if it is by a client certificate."""

    name: str
    verdict: Verdict
    peer: Peer | None = None


@dataclass(frozen=True, slots=True)
class Administration:
    """Whether an administrator can log in, how, and if not why."""

    outcome: Outcome
    way: str
    reason: str
    missing_evidence: str = ""
    readings: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class WebLogin:
    """The connection of a web user, with the decision of the MCU."""

    peer: Peer
    mcu: Verdict


def administration(device: Device, logins: Iterable[WebLogin]) -> Administration:
    """Whether an administrator can log in by HTTP, by HTTPS with a password, or by HTTPS with a client certificate.

    The outcome is pass only if one of these ways is pass; if none is, and one is open, it is open.
    """
    not_an_mcu = not_judged(device)
    if not_an_mcu:
        return Administration(not_an_mcu.outcome, "", not_an_mcu.reason, not_an_mcu.missing_evidence)
    ways = (Way("HTTP with a password", _by_http(device)), *_by_https(device, logins))
    for way in ways:
        if way.verdict.outcome is Outcome.PASS:
            return Administration(Outcome.PASS, way.name, f"An administrator can log in by {way.name}.", ways=ways)
    best = min((way.verdict for way in ways), key=lambda verdict: OUTCOME_ORDER.index(verdict.outcome))
    outcome = Outcome.OPEN if best.outcome is Outcome.OPEN else Outcome.FAIL
    reason = " ".join(way.verdict.reason for way in ways if way.verdict.outcome is outcome)
    return Administration(outcome, "", reason, best.missing_evidence, best.readings, ways)


_HTTP_BLOCKED: Final = Verdict(
    Outcome.FAIL, "http_blocked", "HTTP logins are blocked under “Certificate-based authentication required”."
)


_NO_HTTPS: Final = {"service_off": "HTTPS is off.", "feature_missing": "The feature key for HTTPS is missing."}


def _by_http(device: Device) -> Verdict:
    security = client_certificate_security(device)
    if security == LOGIN_REQUIRED:
        return _HTTP_BLOCKED
    http, redirect = device.is_on("services.http"), device.is_on("security.redirect_http_to_https")
    if http is Answer.NO:
        return Verdict(Outcome.FAIL, "http_off", "HTTP is off.")
    if redirect is Answer.YES:
        return Verdict(Outcome.FAIL, "http_redirected", "HTTP is redirected to HTTPS.")
    if http is Answer.OPEN:
        return lacking(
            device, "services.http", "settings.toml [services] http", "The export does not say whether HTTP is on."
        )
    if redirect is Answer.OPEN:
        return lacking(
            device, "security.redirect_http_to_https", "settings.toml [security] redirect_http_to_https",
            "The export does not say whether HTTP is redirected.",
        )  # fmt: skip
    return security_lacking(device) if security is None else _an_administrator(device)


def _by_https(device: Device, logins: Iterable[WebLogin]) -> list[Way]:
    service = recorded_service(device, CONNECTION_TABLE[ConnectionType.WEB_USER])
    if service.outcome is Outcome.NOT_APPLICABLE:
        return [Way("HTTPS", Verdict(Outcome.FAIL, service.reason_code, _NO_HTTPS[service.reason_code]))]
    unserved = without_key(device) or (service if service.outcome is Outcome.OPEN else None)
    if unserved:
        return [Way("HTTPS", unserved)]
    security = client_certificate_security(device)
    if security == NOT_REQUIRED:
        return [Way("HTTPS with a password", _an_administrator(device))]
    if security is None:
        return [Way("HTTPS", security_lacking(device))]
    return list(_by_certificate(device, logins, security)) or [
        Way(
            "HTTPS",
            missing("peers.toml [[peer]] connections web_user", "No web user with a client certificate is declared."),
        )
    ]


def _by_certificate(device: Device, logins: Iterable[WebLogin], security: str) -> Iterator[Way]:
    for item in logins:
        name = f"HTTPS with the certificate of {item.peer.name}"
        yield Way(name, _as_administrator(device, item, security), item.peer)


def _as_administrator(device: Device, item: WebLogin, security: str) -> Verdict:
    if item.mcu.outcome is not Outcome.PASS:
        doubt = "may be unable to" if item.mcu.outcome is Outcome.OPEN else "cannot"
        reason = f"{item.peer.name} {doubt} log in: {item.mcu.reason}"
        return Verdict(
            item.mcu.outcome, "login_refused", reason, item.mcu.readings, missing_evidence=item.mcu.missing_evidence
        )
    if security == LOGIN_REQUIRED:
        return _by_common_name(device, item.peer, item.peer.certificate)
    return _as_user(device, item.peer, security)


def _as_user(device: Device, peer: Peer, security: str) -> Verdict:
    """Whether the user that a login is for is an administrator."""
    known = administrators(device)
    by_name = security == LOGIN_ALLOWED and _certificate_user(device, peer.certificate)
    user = by_name or peer.user
    unread = users_doubt(device)
    # The users that cannot be read may be what the CN or the password login stands for.
    if unread and not (by_name and known and by_name in known):
        return unread
    if not by_name and known is not None and "user" in peer.damage:
        return peer_lacking(peer, "user", "")
    if user and known is not None and not stored(user, known):
        return _not_an_administrator(f"{peer.name} logs in as {user}, who is not an administrator.")
    return _an_administrator(device)


def _certificate_user(device: Device, certificate: Certificate | None) -> str | None:
    """The user that the CN of a certificate names; None leaves the password login."""
    names = certificate.common_names if certificate else ()
    return names[0] if len(names) == 1 and names[0] in (users(device) or {}) else None


def _by_common_name(device: Device, peer: Peer, certificate: Certificate | None) -> Verdict:
    known = administrators(device)
    if known is None:
        return users_lacking(device)
    match all_among(certificate.common_names if certificate else (), known):
        case Answer.YES:
            return Verdict(Outcome.PASS, "administrator")
        case Answer.OPEN:
            reason = f"Only some of the CNs of {peer.name} are names of administrators."
            return Verdict(Outcome.OPEN, "several_common_names", reason, ("A8",))
    return users_doubt(device) or _not_an_administrator(f"The CN of {peer.name} is not the name of an administrator.")


def _an_administrator(device: Device) -> Verdict:
    """A password login needs an administrator, which is assumed unless the users in the export have none."""
    known, unread = administrators(device), users_doubt(device)
    if unread and not known:
        return unread
    if known is not None and not known:
        return _not_an_administrator("None of the users in the export is an administrator.")
    return PASSWORD


def _not_an_administrator(reason: str) -> Verdict:
    return Verdict(Outcome.FAIL, "no_administrator", reason)
