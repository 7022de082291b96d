"""What is read from one device: first what its ports present, then, if it is the one that is meant, its API."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from mcuaudit.domain.answer import Answer
from mcuaudit.domain.models import is_mcu
from mcuaudit.domain.settings import (
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    MODEL,
    OUTGOING_AND_INCOMING_CALLS,
    VERIFY_CERTIFICATE,
)
from mcuaudit.errors import Undecodable
from mcuaudit.gather.fetch.answers import WebServer
from mcuaudit.gather.fetch.limits import Budget, Limits, NotRead
from mcuaudit.gather.fetch.login import Login
from mcuaudit.gather.fetch.queries import BLADES_QUERY, QUERIES, SYSTEM, query_request, system_request
from mcuaudit.gather.fetch.records import DeviceRecord
from mcuaudit.gather.fetch.responses import (
    NotSupportedError,
    RefusedError,
    blades_of,
    saved_response,
    sips_port,
    texts_of,
)
from mcuaudit.gather.fetch.targets import HTTPS_PORT, SIP_TLS_PORT, Target
from mcuaudit.gather.fetch.tls import TlsConnection

HTTPS, SIP, API = "HTTPS port", "SIP TLS port", "API"
_CLIENT_CERTIFICATES: Final = "ssl_certificates.client_certificate_security"
_VERIFICATION: Final = "ssl_certificates.verification_settings"
_ASKING_LOGIN: Final = (VERIFY_CERTIFICATE, LOGIN_ALLOWED, LOGIN_REQUIRED)
_ASKING_CALLS: Final = (OUTGOING_AND_INCOMING_CALLS,)
"""The values of these settings with which the device asks its TLS clients for a certificate."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How devices are read.

    Attributes:
        https_port: the port of their web servers.
        sip_port: the port for SIP over TLS of a device that does not say which; None for the usual one.
        legacy: old versions of TLS and weak keys are accepted.
        again: a device that presents another certificate than the export has is read too.
        tls_only: only what the ports present, without a login.
    """

    https_port: int = HTTPS_PORT
    sip_port: int | None = None
    legacy: bool = False
    again: bool = False
    tls_only: bool = False
    limits: Limits = field(default_factory=Limits)


def fetch_device(record: DeviceRecord, target: Target, login: Login | None, ways: Ways, ended: threading.Event) -> None:
    """Read one device into its record, with what could not be read. Nothing more is read once `ended` is set."""
    budget = Budget(ways.limits, ended)
    web = _web_server(target, record, budget, ways)
    if web is not None:
        try:
            if _is_meant(target, record, ways):
                _read_api(web, record, login)
        finally:
            web.close()
            record.https = web.presented
    if record.host:
        _capture_sip(record, budget, ways)
        _compare_requests(target, record)


def _web_server(target: Target, record: DeviceRecord, budget: Budget, ways: Ways) -> WebServer | None:
    """The web server at the first address that answers, with what it presents; None if there is none to ask."""

    def connect(host: str) -> TlsConnection:
        return TlsConnection(host, ways.https_port, budget, legacy=ways.legacy)

    reasons = []
    for host in target.hosts:
        try:
            connection = connect(host)
        except NotRead as error:
            reasons.append(str(error))
            continue
        record.host, record.https = host, connection.presented
        record.ports = {HTTPS: ways.https_port}
        if connection.presented.refusal:
            connection.close()
            record.failures[API] = connection.presented.refusal
            return None
        return WebServer(connection, partial(connect, host))
    record.host = target.hosts[0]
    record.failures[HTTPS] = "; ".join(dict.fromkeys(reasons))
    return None


def _is_meant(target: Target, record: DeviceRecord, ways: Ways) -> bool:
    """Whether it presents the certificate that the export has of it, if it has one: another gets no password."""
    presented = record.https.digests if record.https else ()
    if not target.chain or presented == target.chain:
        return True
    if presented[:1] == target.chain[:1]:
        record.notes.append(
            "it presents other certificates after its own than local-certificate.pem has; --again replaces the file"
        )
        return True
    if ways.again:
        record.notes.append("it presents another certificate than local-certificate.pem had")
        return True
    record.failures[API] = (
        "it presents another certificate than local-certificate.pem, so no password was sent to it; if its "
        "certificate was renewed, --again accepts it and replaces the file"
    )
    return False


def _read_api(web: WebServer, record: DeviceRecord, login: Login | None) -> None:
    """The document /system.xml, and with a login each query; after a refused login no other one."""
    host = f"[{record.host}]" if ":" in record.host else record.host
    _read_one(SYSTEM, lambda: web.answer(system_request(host)), record, login)
    if login is None:
        return
    for method in QUERIES:
        if not _read_query(web, method, host, record, login):
            return
    model = record.facts.get(MODEL)
    if is_mcu(model) is not Answer.NO:
        return
    record.notes.append(f"its model, {model}, is not an MCU")
    if _read_query(web, BLADES_QUERY, host, record, login) and BLADES_QUERY in record.responses:
        record.blades = blades_of(record.responses[BLADES_QUERY])


def _read_query(web: WebServer, method: str, host: str, record: DeviceRecord, login: Login) -> bool:
    """Whether other queries may follow: one login that is refused is enough, since devices lock accounts."""
    try:
        _read_one(method, lambda: web.answer(query_request(method, login, host)), record, login)
    except RefusedError as error:
        record.failures[API] = login.hidden_in(str(error))
        return False
    # What does not answer the first query as an API gets the password no second time.
    return method != QUERIES[0] or method in record.responses


def _read_one(name: str, answer: Callable[[], bytes], record: DeviceRecord, login: Login | None) -> None:
    try:
        body = answer()
        saved, facts = saved_response(name, body)
        if login and login.is_in(texts_of(saved)):
            raise NotRead("it repeats the password, so it was not saved")
    except RefusedError:
        raise
    except NotSupportedError as error:
        record.notes.append(f"{name}: {error}")
    except (NotRead, Undecodable) as error:
        record.failures[name] = login.hidden_in(str(error)) if login else str(error)
    else:
        record.responses[name] = saved
        record.facts |= {key: value for key, value in facts.items() if not key.startswith("api.")}


def _capture_sip(record: DeviceRecord, budget: Budget, ways: Ways) -> None:
    """What the port for SIP over TLS presents, where the device does not say that it is off."""
    services = record.responses.get("services.query")
    said = sips_port(services) if services else None
    if said == 0:
        record.notes.append("encrypted SIP (TLS) is off, so its port was not captured")
        return
    port = ways.sip_port or said or SIP_TLS_PORT
    try:
        connection = TlsConnection(record.host, port, budget, legacy=ways.legacy)
    except NotRead as error:
        record.failures[SIP] = str(error)
        return
    connection.close()
    record.sip = connection.presented
    record.ports = {**record.ports, SIP: port}
    if record.https and record.https.digests[:1] != record.sip.digests[:1]:
        record.notes.append("its SIP TLS port presents another certificate than its HTTPS port")


def _compare_requests(target: Target, record: DeviceRecord) -> None:
    """Whether it asks for a client certificate, against what the settings of the export say."""
    ports = (
        (HTTPS, record.https, _CLIENT_CERTIFICATES, _ASKING_LOGIN),
        (SIP, record.sip, _VERIFICATION, _ASKING_CALLS),
    )
    for port, presented, key, asking in ports:
        value = target.settings.get(key)
        if presented and value is not None and presented.asks is not (value in asking):
            what = "asks for a client certificate" if presented.asks else "asks for no client certificate"
            record.notes.append(f'its {port} {what}, and {key} in the export is "{value}"')
