"""Login of web and API users, and whether an administrator can still get in.

Source: Release Notes 4.4(3.57), appendix; Maintenance Manual 4.5; domain statements on Client certificate security.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.domain.settings import CLIENT_CERTIFICATE_SECURITY, LOGIN_ALLOWED, LOGIN_REQUIRED, NOT_REQUIRED
from mcuaudit.domain.verdict import Verdict, decisive, missing

_PASSWORD = Verdict(Outcome.PASS, "password")
_USERS = "settings.toml [[users]]"


def login(device: Device, peer: Peer, certificate: Certificate | None, ocsp: Verdict) -> Verdict:
    """Whether the user of a connection can log in, apart from the trust in its certificate.

    `ocsp` is what is known of the answer of the OCSP server about client certificates.
    """
    security = device.value(CLIENT_CERTIFICATE_SECURITY)
    if device.verifies_nothing or security == NOT_REQUIRED:
        return _password(device, peer)
    if security is None:
        return missing(
            "settings.toml [ssl_certificates] client_certificate_security", "Client certificate security is not told."
        )
    if security == LOGIN_REQUIRED:
        return decisive([_by_common_name(device, peer, certificate), ocsp])
    if security == LOGIN_ALLOWED:
        by_name = _by_common_name(device, peer, certificate)
        # A CN that is no user's falls back to the password, so only a pass is taken from it.
        return decisive([by_name if by_name.outcome is Outcome.PASS else _password(device, peer), ocsp])
    return decisive([_password(device, peer), ocsp])


def _password(device: Device, peer: Peer) -> Verdict:
    users = device.users
    if peer.user is None or users is None or peer.user in users:
        return _PASSWORD
    return Verdict(
        Outcome.FAIL, "unknown_user", f'The device has no user "{peer.user}".', cause=f"users of {device.device_id}",
        mend=f'Add the user "{peer.user}", or correct the user of {peer.name} in peers.toml.',
    )  # fmt: skip


def _by_common_name(device: Device, peer: Peer, certificate: Certificate | None) -> Verdict:
    """The CN must equal a stored user name, exactly; several CNs and a difference in case are open (A8, A9)."""
    users = device.users
    if certificate is None:
        return missing(
            f'peers.toml [[peer]] "{peer.name}" certificate', f"The certificate of {peer.name} is not in the export."
        )
    if users is None:
        return missing(_USERS, "The users of the device are not told.")
    names = certificate.common_names
    matching = [name for name in names if name in users]
    if names and len(matching) == len(names):
        return Verdict(Outcome.PASS, "common_name_is_user")
    cause, mend = (
        f"certificate of {peer.name}",
        f"Issue the certificate of {peer.name} again with the CN of a stored user.",
    )
    if matching:
        reason = f"The certificate has several CNs, and only {matching[0]} is a user."
        return Verdict(Outcome.OPEN, "several_common_names", reason, ("A8",), cause=cause, mend=mend)
    folded = {" ".join(name.split()).casefold() for name in users}
    if any(" ".join(name.split()).casefold() in folded for name in names):
        reason = f'The CN "{names[0]}" differs from a stored user name in case or spaces only.'
        return Verdict(Outcome.OPEN, "common_name_case", reason, ("A9",), cause=cause, mend=mend)
    shown = f'The CN "{names[0]}"' if names else "The certificate has no CN, which"
    return Verdict(Outcome.FAIL, "common_name_is_no_user", f"{shown} is no stored user name.", cause=cause, mend=mend)


@dataclass(frozen=True, slots=True)
class Administration:
    """Whether an administrator can log in, by which way, and if not why."""

    outcome: Outcome
    way: str
    reason: str
    missing_evidence: str = ""
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebLogin:
    """One web user's connection as far as the MCU decides it, and the certificate that it presents."""

    peer: Peer
    certificate: Certificate | None
    mcu: Verdict


def administration(device: Device, logins: Iterable[WebLogin]) -> Administration:
    """Who can still administer a device: HTTP, then HTTPS with a password, then HTTPS with a client certificate.

    For a lock-out the reading that locks out is taken: an open way counts as none, and the outcome is then open.
    """
    ways = [("HTTP with a password", _by_http(device)), *_by_https(device, logins)]
    for way, verdict in ways:
        if verdict.outcome is Outcome.PASS:
            return Administration(Outcome.PASS, way, f"An administrator can log in by {way}.")
    best = min((verdict for _, verdict in ways), key=lambda verdict: OUTCOME_ORDER.index(verdict.outcome))
    outcome = Outcome.OPEN if best.outcome is Outcome.OPEN else Outcome.FAIL
    reason = " ".join(verdict.reason for _, verdict in ways if verdict.outcome is outcome)
    return Administration(outcome, "", reason, best.missing_evidence, best.readings)


def _by_http(device: Device) -> Verdict:
    if not device.verifies_nothing:
        security = device.value(CLIENT_CERTIFICATE_SECURITY)
        if security == LOGIN_REQUIRED:
            return Verdict(
                Outcome.FAIL,
                "http_blocked",
                "HTTP logins are blocked under “Certificate-based authentication required”.",
            )
    http, redirect = device.value("services.http"), device.value("security.redirect_http_to_https")
    if http == "false":
        return Verdict(Outcome.FAIL, "http_off", "HTTP is off.")
    if redirect == "true":
        return Verdict(Outcome.FAIL, "http_redirected", "HTTP is redirected to HTTPS.")
    if http is None:
        return missing("settings.toml [services] http", "Whether HTTP is on is not told.")
    if redirect is None:
        return missing("settings.toml [security] redirect_http_to_https", "Whether HTTP is redirected is not told.")
    if not device.verifies_nothing and device.value(CLIENT_CERTIFICATE_SECURITY) is None:
        return _security_untold()
    return _an_administrator(device.administrators)


def _by_https(device: Device, logins: Iterable[WebLogin]) -> list[tuple[str, Verdict]]:
    https = device.value("services.https")
    if https == "false":
        return [("HTTPS", Verdict(Outcome.FAIL, "https_off", "HTTPS is off."))]
    if device.lacks_tls_feature:
        return [("HTTPS", Verdict(Outcome.FAIL, "feature_missing", "The feature key for HTTPS is missing."))]
    if https is None:
        return [("HTTPS", missing("settings.toml [services] https", "Whether HTTPS is on is not told."))]
    security = device.value(CLIENT_CERTIFICATE_SECURITY)
    if device.verifies_nothing or security == NOT_REQUIRED:
        return [("HTTPS with a password", _an_administrator(device.administrators))]
    if security is None:
        return [("HTTPS", _security_untold())]
    found = [
        (f"HTTPS with the certificate of {item.peer.name}", _as_administrator(device, item, security))
        for item in logins
    ]
    return found or [
        (
            "HTTPS",
            missing("peers.toml [[peer]] connections web_user", "No web user with a client certificate is declared."),
        )
    ]


def _as_administrator(device: Device, item: WebLogin, security: str) -> Verdict:
    if item.mcu.outcome is not Outcome.PASS:
        reason = f"{item.peer.name} cannot log in: {item.mcu.reason}"
        return Verdict(
            item.mcu.outcome, "login_refused", reason, item.mcu.readings, missing_evidence=item.mcu.missing_evidence
        )
    administrators, users = device.administrators, device.users or {}
    names = item.certificate.common_names if item.certificate else ()
    if security != LOGIN_REQUIRED:
        # With "allowed" a CN that is a user logs in as that user; otherwise the password decides who it is.
        by_name = names[0] if security == LOGIN_ALLOWED and len(names) == 1 and names[0] in users else None
        user = by_name or item.peer.user
        if user and administrators is not None and user not in administrators:
            reason = f"{item.peer.name} logs in as {user}, who is no administrator."
            return Verdict(Outcome.FAIL, "no_administrator", reason)
        return _an_administrator(administrators)
    if administrators is None:
        return missing(_USERS, "The users of the device are not told.")
    if names and all(name in administrators for name in names):
        return Verdict(Outcome.PASS, "administrator")
    if any(name in administrators for name in names):
        reason = f"Of the several CNs of {item.peer.name} only some are administrators' names."
        return Verdict(Outcome.OPEN, "several_common_names", reason, ("A8",))
    return Verdict(Outcome.FAIL, "no_administrator", f"The CN of {item.peer.name} is no administrator's name.")


def _an_administrator(administrators: set[str] | None) -> Verdict:
    """A password logs in if there is an administrator; a device has one unless its users are told without."""
    if administrators is not None and not administrators:
        return Verdict(Outcome.FAIL, "no_administrator", "None of the users told is an administrator.")
    return _PASSWORD


def _security_untold() -> Verdict:
    return missing(
        "settings.toml [ssl_certificates] client_certificate_security", "Client certificate security is not told."
    )
