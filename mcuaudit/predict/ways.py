"""The ways in which an administrator may log in to a device, each with its verdict, at a known level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mcuaudit.devices.damage import lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presentation import mcu_store
from mcuaudit.devices.presented import Store
from mcuaudit.devices.private_key import without_key
from mcuaudit.devices.services import service_exists
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    NOT_REQUIRED,
    TLS_FEATURES,
)
from mcuaudit.domain.slots import Place
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, decisive, missing
from mcuaudit.predict.administrator import any_administrator, as_administrator
from mcuaudit.predict.trust import empty_store
from mcuaudit.wording.phrases import continued

BY_HTTP: Final = "HTTP with a password"
_WEB: Final = CONNECTION_TABLE[ConnectionType.WEB_USER]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which an administrator may log in; `peer` is the user if it is by a client certificate.

    `fails_on` is the first instant at which it ends, if nothing changes; None for a way by password.
    """

    name: str
    verdict: Verdict
    peer: Peer | None = None
    fails_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebLogin:
    """The connection of a declared web user with its verdict: both the MCU and the browser must accept."""

    peer: Peer
    verdict: Verdict
    fails_on: datetime | None = None


def ways_in(device: Device, level: str, logins: Iterable[WebLogin], ocsp: Verdict) -> tuple[Way, ...]:
    """Every way at that level of Client certificate security: HTTP, HTTPS with a password or with a certificate.

    Args:
        ocsp: the verdict about the OCSP response for client certificates.
    """
    return (Way(BY_HTTP, _by_http(device, level)), *_by_https(device, level, logins, ocsp))


def web_user_ways(device: Device, level: str, logins: Iterable[WebLogin]) -> tuple[Way, ...]:
    """The login of each declared web user; at the level "Not required" by the password, without a certificate."""
    return tuple(_by_certificate(device, level, logins, _served(device)))


def _by_http(device: Device, level: str) -> Verdict:
    http, redirect = device.is_on("services.http"), device.is_on("security.redirect_http_to_https")
    found = []
    if level == LOGIN_REQUIRED:
        reason = "HTTP logins are blocked under “Certificate-based authentication required”."
        found.append(_setting(device, "http_blocked", reason, CLIENT_CERTIFICATE_SECURITY, LOGIN_ALLOWED))
    if http is Answer.NO:
        found.append(_setting(device, "http_off", "HTTP is off.", "services.http", "true"))
    if redirect is Answer.YES:
        reason = "HTTP is redirected to HTTPS."
        found.append(_setting(device, "http_redirected", reason, "security.redirect_http_to_https", "false"))
    if http is Answer.OPEN:
        reason = "The export does not say whether HTTP is on."
        found.append(lacking(device, "services.http", reason))
    if redirect is Answer.OPEN:
        key, reason = "security.redirect_http_to_https", "The export does not say whether HTTP is redirected."
        found.append(lacking(device, key, reason))
    return decisive([*found, any_administrator(device)])


def _by_https(device: Device, level: str, logins: Iterable[WebLogin], ocsp: Verdict) -> list[Way]:
    served = _served(device)
    if served.outcome is Outcome.FAIL:
        return [Way("HTTPS", served)]
    if level == NOT_REQUIRED:
        return [Way("HTTPS with a password", decisive([any_administrator(device), served]))]
    found = list(_by_certificate(device, level, logins, served))
    return found or [Way("HTTPS", _undeclared(device, served, ocsp))]


def _served(device: Device) -> Verdict:
    """Whether the device serves HTTPS, as far as the export says: with its service, feature key and private key."""
    service = service_exists(device, _WEB)
    if service.outcome is Outcome.NOT_APPLICABLE:
        return _not_served(device, service.reason_code)
    without = without_key(device)
    return decisive([without, service] if without else [service])


def _not_served(device: Device, reason_code: str) -> Verdict:
    if reason_code == "service_off":
        return _setting(device, reason_code, "HTTPS is off.", "services.https", "true")
    place, reason = Place(None, device.device_id), "The feature key for HTTPS is missing."
    remedy = Remedy(RemedyKind.ACTIVATE_FEATURE_KEY, TLS_FEATURES, place)
    return Verdict(
        Outcome.FAIL, reason_code, reason, cause=Cause(CauseKind.FEATURE_KEYS, (device.device_id,)), remedy=remedy
    )


def _by_certificate(device: Device, level: str, logins: Iterable[WebLogin], served: Verdict) -> Iterator[Way]:
    administered = any_administrator(device)
    for item in logins:
        found = [administered] if administered.outcome is Outcome.FAIL else []
        found += [_accepted(item), as_administrator(device, item.peer, level), served]
        yield Way(f"HTTPS with the certificate of {item.peer.name}", decisive(found), item.peer, item.fails_on)


def _accepted(item: WebLogin) -> Verdict:
    if item.verdict.outcome not in (Outcome.OPEN, Outcome.FAIL):
        return item.verdict
    remedy = item.verdict.remedy
    if remedy and remedy.kind is RemedyKind.REISSUE_FOR_USER:
        remedy = Remedy(RemedyKind.REISSUE_FOR_ADMINISTRATOR, target=remedy.target)
    doubt = "may be unable to" if item.verdict.outcome is Outcome.OPEN else "cannot"
    reason = f"{item.peer.name} {doubt} log in: {continued(item.verdict.reason)}"
    return replace(item.verdict, reason=reason, remedy=remedy)


def _undeclared(device: Device, served: Verdict, ocsp: Verdict) -> Verdict:
    """The verdict without a declared web user: undetermined, unless no user at all could log in."""
    store = mcu_store(device, _WEB.trust_store)
    empty = empty_store(store) if isinstance(store, Store) and store.empty else NOT_APPLICABLE
    reason = "No web user with a client certificate is declared."
    undeclared = missing("peers.toml [[peer]] connections web_user", reason)
    return decisive([any_administrator(device), empty, ocsp, served, undeclared])


def _setting(device: Device, code: str, reason: str, key: str, value: str) -> Verdict:
    """A setting that blocks a way, and the value with which it does not."""
    switch = {"true": RemedyKind.SWITCH_ON, "false": RemedyKind.SWITCH_OFF}.get(value)
    kind, subject = (switch, (key,)) if switch else (RemedyKind.CHANGE_SETTING, (key, value))
    remedy = Remedy(kind, subject, Place(None, device.device_id))
    return Verdict(Outcome.FAIL, code, reason, cause=Cause(CauseKind.SETTING, (device.device_id, key)), remedy=remedy)
