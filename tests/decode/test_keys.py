"""Keys of settings as people write them: which setting each names, or which it may be meant for."""

from __future__ import annotations

import pytest

from mcuaudit.decode.keys import (
    allowed_columns,
    is_remark,
    is_service,
    near_columns,
    near_settings,
    near_table,
    services_called,
    setting_named,
    unknown_column,
    unknown_key,
    unknown_service,
)
from mcuaudit.domain.settings import SETTING_BY_KEY, ValueKind

SERVICES = ("http", "https", "ftp", "sip_tcp", "sip_udp", "sips_tcp", "h225", "snmp")
COLUMNS = (
    "device.model .serial .software_version .addresses .host_names .collected_at .current_time .restart_required "
    ".features, ssl_certificates.verification_settings .client_certificate_security .server_certificate_security "
    ".private_key, ssl_certificates.ocsp.enabled .server_url .nonce, services.http .https .ftp .sip_tcp .sip_udp "
    ".sips_tcp .h225 .snmp, sip.outbound_call_configuration .outbound_address .outbound_domain "
    ".use_local_certificate_for_outgoing, security.redirect_http_to_https .advanced_account_security "
    ".require_administrator_login, users, feedback_receivers"
)


@pytest.mark.parametrize(
    "key",
    ["note", "notes", "Comment", "comments", "remark", "remarks", "description", "contact", "owner", "location",
     "device.Location", "our notes", "contact-person", "services.owner_2", "a.b.note"],
)  # fmt: skip
def test_what_people_write_for_each_other_is_a_remark(key: str) -> None:
    assert is_remark(key)
    assert near_settings(key) == ()


@pytest.mark.parametrize("key", ["", "device.model", "notes.model", "notebook", "locations", "users"])
def test_another_key_is_no_remark(key: str) -> None:
    assert not is_remark(key)


@pytest.mark.parametrize("key", SETTING_BY_KEY)
def test_a_known_key_names_its_setting(key: str) -> None:
    assert setting_named(key) is SETTING_BY_KEY[key]


@pytest.mark.parametrize("name", ["bfcp", "rtsp", "q", "dns2", "a_b"])
def test_a_plain_name_of_a_service_names_a_setting_of_its_own(name: str) -> None:
    found = setting_named(f"services.{name}")
    assert found is not None
    assert (found.key, found.kind, found.meaning, found.source) == (
        f"services.{name}",
        ValueKind.BOOLEAN,
        "A service of this software version.",
        "API services.query",
    )


@pytest.mark.parametrize(
    "key",
    ["", "services", "services.", "services.BFCP", "services.2q", "services.q.r", "services.q-r", "xservices.q",
     "device.q", "services.htps", "services.web", "services.incoming_h323", "services.tls", "model"],
)  # fmt: skip
def test_another_key_names_no_setting(key: str) -> None:
    assert setting_named(key) is None


@pytest.mark.parametrize(
    "key", ["services.http", "services.bfcp", "services.rtsp", "services.mms", "device.q", "q", ""]
)
def test_a_known_service_and_what_is_none_is_no_unknown_service(key: str) -> None:
    assert unknown_service(key) == ""


def test_an_unknown_service_is_said_with_those_that_are_known() -> None:
    assert unknown_service("services.q") == (
        "unknown service, which no check uses. Known are http, https, ftp, sip_tcp, sip_udp, sips_tcp, h225, snmp, "
        "bfcp, conferenceme, gatekeeper, mms, rtsp. Remove the line or column if the device has no service of this name"
    )


@pytest.mark.parametrize("name", [*SERVICES, "bfcp", "conferenceme", "gatekeeper", "mms", "rtsp"])
def test_each_service_is_known_whether_a_check_uses_it_or_not(name: str) -> None:
    assert is_service(name)
    assert setting_named(f"services.{name}") is not None


@pytest.mark.parametrize("name", ["", "q", "services.http", "model"])
def test_another_word_is_no_service(name: str) -> None:
    assert not is_service(name)


@pytest.mark.parametrize(
    ("words", "services"),
    [
        *[(words, ("sips_tcp",)) for words in (
            "Encrypted SIP", "sip_encrypted", "encrypted", "secure sip", "SIP secure", "sips", "SIP-TLS", "sips_tls",
            "sip_tls_tcp", "SIP over TLS", "tls_sip", "encrypted_sip_tls", "Encrypted SIP (TLS)",
        )],
        *[(words, ("https",)) for words in (
            "Secure web", "secure_http", "web_secure", "secure management", "Secure web service (HTTPS)",
            "Secure web service",
        )],
        *[(words, ("http", "https")) for words in ("web", "WWW")],
        *[(words, ("h225",)) for words in ("H323", "h_323", "incoming h323", "Incoming H.323")],
        *[(words, ("http",)) for words in ("Web service", "web_service (anything)", "Services > Web service",
                                           "Network > Services: Web service")],
        ("Web service (HTTP) (8080)", ("http",)),
        ("Incoming (H.323)", ("h225",)),
        ("sip", ("sip_tcp", "sip_udp", "sips_tcp")),
        ("SIP over TCP", ("sip_tcp",)),
        ("SIP over UDP", ("sip_udp",)),
        ("ftp", ("ftp",)),
        ("telnet", ()),
        ("", ()),
        ("Serial number", ()),
    ],
)  # fmt: skip
def test_the_words_of_a_page_for_a_service_are_understood(words: str, services: tuple[str, ...]) -> None:
    assert services_called(words) == services


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("device", tuple(key for key in SETTING_BY_KEY if key.startswith("device."))),
        (
            "ssl_certificates.ocsp",
            tuple(f"ssl_certificates.ocsp.{last}" for last in ("enabled", "server_url", "nonce")),
        ),
        ("device.model.x", ("device.model",)),
        ("users.name", ("users",)),
        ("user", ("users",)),
        ("user.name", ("users",)),
        ("user.name.first", ("users",)),
        ("x.nonce", ("ssl_certificates.ocsp.nonce",)),
        ("", ()),
        ("      DEVICE.MODL      ", ("device.model",)),
        ("          services.htps          ", ("services.https", "services.http")),
        (" " * 60 + "services.htps", ("services.https", "services.http")),
        ("services.sip_x", ("services.sip_udp", "services.sip_tcp", "services.sips_tcp", "services.snmp")),
        ("SERVICES.HTPS", ("services.https", "services.http")),
        ("feedback_receiver", ("feedback_receivers",)),
        ("feedback", ("feedback_receivers",)),
        ("model", ("device.model",)),
        ("sip.Model", ("device.model",)),
        ("a.b.SERIAL", ("device.serial",)),
        ("Serial number", ("device.serial",)),
        ("device.Serial number", ("device.serial",)),
        ("Status: Serial number", ("device.serial",)),
        ("ssl_certificates.ocsp.URL of the one OCSP server", ("ssl_certificates.ocsp.server_url",)),
        ("sip.Outbound domain", ("sip.outbound_domain",)),
        ("services.tls", ("services.sips_tcp", "services.https")),
        ("tls", ("services.sips_tcp", "services.https")),
        ("sip.tls", ()),
        ("device.Host-Names", ("device.host_names",)),
        ("host names", ("device.host_names",)),
        ("services.htps", ("services.https", "services.http")),
        ("device.modl", ("device.model",)),
        ("Device.Modl ", ("device.model",)),
        ("services.sip_tpc", ("services.sip_tcp", "services.sips_tcp")),
        ("zzz", ()),
        ("tls.zzz", ()),
    ],
)
def test_the_settings_are_found_that_an_unknown_key_may_be_meant_for(key: str, near: tuple[str, ...]) -> None:
    assert near_settings(key) == near


@pytest.mark.parametrize(
    ("column", "near"),
    [("Modell", ("device.model",)), ("mod\u00e9l", ("device.model",)), 
     ("m\u00f6d\u00eal", ("device.model",)),
     ("Seri\u00e1l", ("device.serial",)), ("device.modl", ("device.model",)),
     ("SerialNo", ("device.serial",)), ("zzz", ()), ("notes", ()), ("enable", ("ssl_certificates.ocsp.enabled",))],
)  # fmt: skip
def test_a_column_may_be_meant_for_a_key_with_a_similar_last_word(column: str, near: tuple[str, ...]) -> None:
    assert near_columns(column) == near


@pytest.mark.parametrize(
    ("column", "near"),
    [("https on", ("services.https",)), ("security.redirect_htpt_to_https", ("security.redirect_http_to_https",))],
)
def test_a_service_that_a_column_names_is_meant_unless_the_column_is_a_misspelt_key(
    column: str, near: tuple[str, ...]
) -> None:
    assert near_columns(column) == near


def test_an_unknown_column_is_said_with_what_it_may_be_meant_for_or_what_is_allowed() -> None:
    assert unknown_column("device.modl") == 'unknown key. Did you mean "device.model"?'
    assert unknown_column("sip") == (
        'unknown key. Did you mean "sip.outbound_call_configuration" or "sip.outbound_address" or '
        '"sip.outbound_domain"?'
    )
    assert unknown_column("zzz") == f"unknown key; allowed columns: device, site and the keys {COLUMNS}"


def test_the_columns_that_are_allowed_are_named_table_by_table() -> None:
    assert allowed_columns() == COLUMNS


@pytest.mark.parametrize(
    ("table", "near"),
    [("", None), ("device", None), ("users", None), ("device.model", None), ("devise", "device"),
     ("ocsp", "ssl_certificates.ocsp"),
     ("OCSP", "ssl_certificates.ocsp"), ("shown", "ssl_certificates.shown"), ("x.ocsp", None), ("service", "services"),
     ("services.x", None), ("Security", "security"), ("zzz", None), ("ssl_certificate", "ssl_certificates"),
     ("sips", "sip")],
)  # fmt: skip
def test_the_table_is_found_that_a_misspelt_one_is_meant_for(table: str, near: str | None) -> None:
    assert near_table(table) == near


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("device", "expected a table [device] with keys such as model, found a value"),
        ("ssl_certificates.ocsp", "expected a table [ssl_certificates.ocsp] with keys such as enabled, found a value"),
        ("device.model.x", 'unknown key. "device.model" has no keys below it.'),
        ("users.x", 'unknown key. "users" has no keys below it, or is written with double brackets, as in [[users]].'),
        ("feedback_receivers.x", 'unknown key. "feedback_receivers" has no keys below it, or is written with double '
         "brackets, as in [[feedback_receivers]]."),
        ("device.modl", 'unknown key. Did you mean "device.model"?'),
        ("services.web", 'unknown key. Did you mean "services.http" or "services.https"?'),
        ("services.sip", 'unknown key. Did you mean "services.sip_tcp" or "services.sip_udp" or "services.sips_tcp"?'),
        ("device.notes", "unknown key; allowed in [device]: model, serial, software_version, addresses, host_names, "
         "collected_at, current_time, restart_required, features."),
        ("sip.tls", "unknown key; allowed in [sip]: outbound_call_configuration, outbound_address, outbound_domain, "
         "use_local_certificate_for_outgoing."),
        ("ssl_certificates.ocsp.notes", "unknown key; allowed in [ssl_certificates.ocsp]: enabled, server_url, nonce."),
        ("zzz", "unknown key; allowed keys: device, feedback_receivers, security, services, sip, ssl_certificates, "
         "users."),
        ("", "unknown key; allowed keys: device, feedback_receivers, security, services, sip, ssl_certificates, "
         "users."),
        ("a.zzz", "unknown key; allowed keys: device, feedback_receivers, security, services, sip, ssl_certificates, "
         "users."),
    ],
)  # fmt: skip
def test_an_unknown_key_is_refused_with_what_is_meant_or_allowed(key: str, said: str) -> None:
    assert unknown_key(key) == said
