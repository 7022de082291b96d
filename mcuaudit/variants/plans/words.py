"""The words of a step: what to do, how it is taken back, and what to test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    NO_VERIFICATION,
    NOT_REQUIRED,
    OUTGOING_CALLS_ONLY,
    SERVER_CERTIFICATE_SECURITY,
    SETTING_BY_KEY,
    VERIFICATION_SETTINGS,
    VERIFY_CERTIFICATE,
    ValueKind,
)
from mcuaudit.domain.slots import SLOT_TITLES, Slot
from mcuaudit.variants.changes import AddAuthority, AddUser, RemoveAuthority, RemoveUser, ReplaceCertificate, SetSetting
from mcuaudit.variants.of_stores import slot_of
from mcuaudit.variants.plans.actions import Action, Origin, Phase
from mcuaudit.wording.device_pages import PAGES, SSL_PAGE
from mcuaudit.wording.phrases import listed, long_date

_SERVICES: Final = {"http": "HTTP", "https": "HTTPS", "ftp": "FTP", "sips_tcp": "encrypted SIP (TLS)"}
_WITH: Final = "Keep the session open. In another browser, log in over HTTPS with the client certificate of {who}"
_OF_LOGINS: Final = {
    (CLIENT_CERTIFICATE_SECURITY, VERIFY_CERTIFICATE): f"{_WITH}, and the password.",
    (CLIENT_CERTIFICATE_SECURITY, LOGIN_ALLOWED): f"{_WITH}; the MCU must not ask for a password.",
    (CLIENT_CERTIFICATE_SECURITY, LOGIN_REQUIRED): f"{_WITH}. Close the first session only if that works.",
    ("ssl_certificates.ocsp.enabled", "true"): f"{_WITH}: the OCSP server must answer good.",
    ("services.http", "false"): f"{_WITH}.",
    ("security.redirect_http_to_https", "true"): f"{_WITH}.",
}
_NONE_KNOWN: Final = "an administrator, which you have to find before the step: none in the export is known to work"
_TESTS: Final = {
    (CLIENT_CERTIFICATE_SECURITY, NOT_REQUIRED): "Log in over HTTPS with a password.",
    (VERIFICATION_SETTINGS, NO_VERIFICATION): "Make one call in each direction.",
    (VERIFICATION_SETTINGS, OUTGOING_CALLS_ONLY): "Call one party on each route; calls are encrypted.",
    (SERVER_CERTIFICATE_SECURITY, NO_VERIFICATION): "See that feedback still arrives at each receiver.",
    (SERVER_CERTIFICATE_SECURITY, VERIFY_CERTIFICATE): (
        "Start and end a conference, and see that feedback arrives at each receiver."
    ),
    ("services.http", "true"): "Log in over HTTP with a password.",
    ("services.https", "true"): "Open the web interface over HTTPS.",
    ("security.redirect_http_to_https", "false"): "Log in over HTTP with a password.",
}
_CALLS: Final = "Make one call in each direction with each party; calls are encrypted."


def instruction(action: Action) -> str:
    """What to do, without the device: a sentence that names the page."""
    change = action.change
    match change:
        case SetSetting():
            return _setting_instruction(change, restoring=action.origin is Origin.RESTORING)
        case AddAuthority():
            return f"Add {_named(certificates_from(change.authorities))} to the {_store(change)}; keep what is there."
        case RemoveAuthority():
            return f"Remove the CA {change.authority[:16]}… from the {_store(change)}."
        case ReplaceCertificate():
            return _certificate_instruction(change)
        case AddUser():
            return f"Add the user {change.name}, with the privilege level “{change.privilege}”."
        case RemoveUser():
            return f"Remove the user {change.name}."


def removed_instruction(change: RemoveAuthority, authority: Certificate) -> str:
    """The sentence for a CA that is removed, by its name."""
    return f"Remove {_named([authority])} from the {_store(change)}."


def _setting_instruction(change: SetSetting, *, restoring: bool = False) -> str:
    setting = SETTING_BY_KEY[change.setting]
    table, _, name = change.setting.rpartition(".")
    page = f"{PAGES[table]}: " if table in PAGES else (f"{SSL_PAGE}: " if table.startswith("ssl_") else "")
    again = " again, as before" if restoring else ""
    if table == "services" and setting.kind is ValueKind.BOOLEAN:
        return f"{page}switch {_SERVICES.get(name, setting.label)} {'on' if change.value == 'true' else 'off'}{again}."
    if change.setting == "ssl_certificates.ocsp.enabled":
        return f"{page}switch OCSP {'on' if change.value == 'true' else 'off'}{again}."
    if setting.kind is ValueKind.BOOLEAN:
        return f"{page}{'tick' if change.value == 'true' else 'untick'} “{setting.label}”{again}."
    return f"{page}set “{setting.label}” to “{change.value}”{again}."


def _certificate_instruction(change: ReplaceCertificate) -> str:
    certificates = certificates_from(change.certificate)  # type: ignore[arg-type]  # described ones are records by now
    own = certificates[0]
    role = ", which it presents as a TLS client" if change.as_client else ""
    issue = "Have a certificate issued for a new key" if own.assumed_signer else "Take the new certificate"
    names = listed([*(f"DNS:{one}" for one in own.dns_names), *(f"URI:{one}" for one in own.uris),
                    *(f"IP:{one}" for one in own.ip_addresses)], 9)  # fmt: skip
    said = [f"CN {own.common_names[0]}"] if own.common_names else []
    said += [f"subjectAltName {names}"] if names else []
    said += [f"issuer {own.issuer_text}", f"until {long_date(own.not_after)}"]
    if change.peer:
        return f"{issue} ({'; '.join(said)}), and install it on the peer{role}."
    return f"{issue} ({'; '.join(said)}), upload it with its key and its intermediate CAs, and restart the device."


def back(action: Action) -> str:
    """The line that takes the step back."""
    change = action.change
    match change:
        case SetSetting():
            if action.previous is None:
                return "Set it back to what the page shows before the step: write that down first."
            return _setting_instruction(SetSetting(change.setting, action.previous))
        case AddAuthority():
            return f"Remove {_named(certificates_from(change.authorities))} from the {_store(change)}."
        case RemoveAuthority():
            return f"Add it to the {_store(change)} again."
        case ReplaceCertificate():
            if change.peer:
                return "Install the former certificate on the peer again; keep it, with its key."
            return "Upload the former certificate with its key again, and restart the device; keep both until the end."
        case AddUser():
            return f"Remove the user {change.name}."
        case RemoveUser():
            return f"Add the user {change.name} again, with the same privilege level."


def test(action: Action, administrators: Sequence[str]) -> str:
    """What a person tests after the step.

    Args:
        administrators: whose client certificates log in as an administrator after it, over HTTPS.
    """
    change = action.change
    match change:
        case SetSetting() if (change.setting, str(change.value)) in _OF_LOGINS:
            words = _OF_LOGINS[change.setting, str(change.value)]
            return words.format(who=listed(list(administrators), 2).replace(" and ", " or ") or _NONE_KNOWN)
        case SetSetting():
            if action.phase is Phase.VERIFY and change.setting == VERIFICATION_SETTINGS:
                return _TESTS.get((change.setting, str(change.value)), _CALLS)
            return _TESTS.get((change.setting, str(change.value)), "See that the page shows the new value.")
        case AddAuthority() | RemoveAuthority():
            return "See that the page lists the CAs of the store as wanted." if not change.peer else ""
        case ReplaceCertificate():
            if change.peer:
                return "Connect with each MCU that has this peer."
            return f"See that the page {SSL_PAGE} shows the new certificate and “Key matches certificate”. {_CALLS}"
        case AddUser():
            return "Log in as that user."
        case RemoveUser():
            return "Log in as another administrator."


def _store(change: AddAuthority | RemoveAuthority) -> str:
    slot = slot_of(change)
    return "trust store of the peer" if slot is Slot.PEER_TRUST_STORE else SLOT_TITLES[slot]


def _named(certificates: list[Certificate]) -> str:
    names = [
        f"{one.common_names[0] if one.common_names else one.subject_text} ({one.sha256[:8]})" for one in certificates
    ]
    return listed(names, 9)
