"""Whether OCSP is asked and can be answered, whether services exist, and which are wanted: whole verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.devices.ocsp import asks_ocsp, ocsp_asked, without_server
from mcuaudit.devices.services import has_service, https, service_exists, sip_tls, tls_feature
from mcuaudit.devices.transition import OcspStep, asks_under_required, ocsp_step, undecided_step
from mcuaudit.devices.wanted_services import wanted_services, why_not_in_effect
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place
from mcuaudit.domain.verdict import Verdict, missing, not_applicable
from tests.devices.build import DEVICE_ID, damaged, mcu

URL = "ssl_certificates.ocsp.server_url"
ENABLED = "ssl_certificates.ocsp.enabled"
LEVEL = "ssl_certificates__client_certificate_security"
LEVEL_KEY = "ssl_certificates.client_certificate_security"
REQUIRED = "Certificate-based authentication required"
ASKED = {"ssl_certificates__ocsp__enabled": True, "services__https": True, LEVEL: "Verify certificate"}
WEB = CONNECTION_TABLE[ConnectionType.WEB_USER]
PASSED = Verdict(Outcome.PASS, "exists")


def file_and(key: str) -> str:
    return f"{DEVICE_ID}/settings.toml {key}"


@pytest.mark.parametrize("url", ["http://ocsp.example.com", "HTTPS://10.1.2.3:8080/x", None])
def test_a_server_whose_url_can_be_asked_is_one(url: str | None) -> None:
    assert without_server(mcu() if url is None else mcu(ssl_certificates__ocsp__server_url=url)) is None


@pytest.mark.parametrize("url", ["", "   "])
def test_without_a_url_every_client_is_rejected(url: str) -> None:
    assert without_server(mcu(ssl_certificates__ocsp__server_url=url)) == Verdict(
        Outcome.FAIL, "ocsp_without_server",
        "OCSP is on, but no server URL is set, so every client certificate is rejected.",
        cause=Cause(CauseKind.SETTING, (DEVICE_ID, URL)),
        remedy=Remedy(RemedyKind.SET_SETTING, (URL,), Place(None, DEVICE_ID)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Verdict(Outcome.PASS, "ocsp_asked")),
        (
            {"device__software_version": "4.3(1.1)"},
            not_applicable("version_without_ocsp", "Software before 4.4 has no OCSP."),
        ),
        ({"ssl_certificates__ocsp__enabled": False}, not_applicable("ocsp_off", "OCSP is off.")),
        (
            {"services__https": False},
            not_applicable(
                "ocsp_not_asked", "The OCSP server is asked about HTTPS clients only. The service https is off."
            ),
        ),
        (
            {LEVEL: "Not required"},
            not_applicable(
                "ocsp_not_asked",
                "“Client certificate security” is set to “Not required”, so the OCSP server is not contacted.",
            ),
        ),
    ],
)
def test_whether_ocsp_is_asked(facts: dict[str, object], verdict: Verdict) -> None:
    device = mcu(**{**ASKED, **facts})
    assert ocsp_asked(device) == verdict
    assert asks_ocsp(device) is (Answer.YES if verdict.outcome is Outcome.PASS else Answer.NO)


@pytest.mark.parametrize(
    ("key", "evidence"),
    [
        (ENABLED, file_and(ENABLED)),
        ("services.https", file_and("services.https")),
        ("device.features", file_and("device.features")),
        ("device.software_version", file_and("device.software_version")),
        (LEVEL_KEY, file_and(LEVEL_KEY)),
    ],
)
def test_what_cannot_be_read_leaves_open_whether_ocsp_is_asked(key: str, evidence: str) -> None:
    device = damaged(mcu(**ASKED), key)
    found = ocsp_asked(device)
    assert (found.outcome, found.reason_code, found.missing_evidence) == (Outcome.OPEN, "damaged_evidence", evidence)
    assert asks_ocsp(device) is Answer.OPEN


def test_what_is_missing_about_ocsp_is_named() -> None:
    without = {key: value for key, value in ASKED.items() if key != "ssl_certificates__ocsp__enabled"}
    assert ocsp_asked(mcu(**without)) == missing(
        "settings.toml [ssl_certificates.ocsp] enabled", "The export does not say whether OCSP is on."
    )
    assert ocsp_asked(mcu(ssl_certificates__ocsp__enabled=True, services__https=True)) == missing(
        "settings.toml [ssl_certificates] client_certificate_security",
        "Client certificate security is not in the export.",
    )
    both_unread = damaged(damaged(mcu(**ASKED), "device.software_version"), "services.https")
    assert ocsp_asked(both_unread).missing_evidence == file_and("device.software_version")


@pytest.mark.parametrize(
    ("kind", "facts", "verdict"),
    [
        (ConnectionType.WEB_USER, {"services__https": True}, PASSED),
        (ConnectionType.OCSP_SERVER, {"device__features": []}, PASSED),
        (
            ConnectionType.API_USER,
            {"services__https": False},
            not_applicable("service_off", "The service https is off."),
        ),
        (
            ConnectionType.INCOMING_SIP,
            {"services__sips_tcp": False},
            not_applicable("service_off", "The service sips_tcp is off."),
        ),
        (
            ConnectionType.INCOMING_SIP,
            {"services__sips_tcp": True, "device__features": ["x"]},
            not_applicable(
                "feature_missing",
                'Neither feature key "Secure management (HTTPS)" or "Encryption" is activated.',
            ),
        ),
        (
            ConnectionType.WEB_USER,
            {},
            missing("settings.toml [services] https", f"The export does not say whether HTTPS is on at {DEVICE_ID}."),
        ),
        (
            ConnectionType.OUTGOING_SIP,
            {},
            missing(
                "settings.toml [services] sips_tcp",
                f"The export does not say whether SIP over TLS is on at {DEVICE_ID}.",
            ),
        ),
    ],
)
def test_whether_a_service_exists(kind: ConnectionType, facts: dict[str, object], verdict: Verdict) -> None:
    device = mcu(**facts)
    assert service_exists(device, CONNECTION_TABLE[kind]) == verdict
    expected = {Outcome.PASS: Answer.YES, Outcome.NOT_APPLICABLE: Answer.NO, Outcome.OPEN: Answer.OPEN}
    assert has_service(device, kind) is expected[verdict.outcome]


def test_https_and_sip_over_tls_are_services_of_their_own() -> None:
    device = mcu(services__https=True, services__sips_tcp=False)
    assert (https(device), sip_tls(device)) == (Answer.YES, Answer.NO)


def test_feature_keys_in_doubt_matter_only_if_none_of_the_two_is_among_them() -> None:
    unread = damaged(mcu(services__https=True), "device.features")
    assert service_exists(unread, WEB).missing_evidence == file_and("device.features")
    assert tls_feature(unread) is Answer.OPEN

    def partly(*features: str) -> Device:
        device = mcu(services__https=True, device__features=list(features))
        entry = replace(device.setting("device.features"), incomplete=True)
        return replace(device, settings={**device.settings, "device.features": entry})

    assert (tls_feature(partly("Encryption")), service_exists(partly("Encryption"), WEB)) == (Answer.YES, PASSED)
    assert tls_feature(partly("x")) is Answer.OPEN
    assert service_exists(partly("x"), WEB).reason_code == "damaged_evidence"
    assert service_exists(damaged(mcu(), "services.https"), WEB).missing_evidence == file_and("services.https")


def wanted(*entries: tuple[str, str | None, str | None]) -> Device:
    facts = {}
    for place, name, setting in entries:
        for key, value in (("name", name), ("setting", setting)):
            if value is not None:
                facts[f"api__services__query__{place}__{key}"] = value
    return mcu(**facts)


def test_a_service_is_wanted_on_any_port() -> None:
    device = wanted(
        ("ports[0].services[10]", " SIPS_TCP ", " Enabled "), ("ports[12].services[0]", "https", "1"),
        ("ports[1].services[0]", "https", "no"), ("ports[1].services[1]", "http", "false"),
        ("ports[7].services[2]", "ftp", "true"), ("ports[7].services[3]", "telnet", None),
        ("ports[1].services[3]", None, "1"), ("ports[x].services[0]", "h", "1"),
        ("ports[0].services[11]", "telnet", "yes"), ("ports[0].services[12]", "ssh", "ON"),
    )  # fmt: skip
    assert list(wanted_services(device)) == [
        "services.ftp", "services.https", "services.sips_tcp", "services.ssh", "services.telnet",
    ]  # fmt: skip
    name = "api.services.query.ports[0].services[10].name"
    assert "services.sips_tcp" not in list(wanted_services(damaged(device, name)))
    assert list(wanted_services(mcu(api__services__query__x__name="https", api__services__query__x__setting="1"))) == []


def test_without_the_feature_key_a_tls_service_is_not_in_effect() -> None:
    bare = mcu(device__features=["x"])
    words = "neither feature key “Secure management (HTTPS)” nor “Encryption” is activated"
    assert [why_not_in_effect(bare, f"services.{name}") for name in ("https", "sips_tcp", "http")] == [words, words, ""]
    assert why_not_in_effect(bare, "") == why_not_in_effect(mcu(), "services.https") == ""
    assert why_not_in_effect(mcu(device__features=["Encryption"]), "services.https") == ""


@pytest.mark.parametrize(
    ("facts", "step", "undecided"),
    [
        ({}, OcspStep.BEFORE, LEVEL_KEY),
        ({"ssl_certificates__ocsp__enabled": False}, OcspStep.TOGETHER, LEVEL_KEY),
        ({"ssl_certificates__ocsp__enabled": False, LEVEL: REQUIRED}, OcspStep.AFTER, LEVEL_KEY),
        ({LEVEL: "Not required"}, OcspStep.TOGETHER, LEVEL_KEY),
        ({LEVEL: None}, OcspStep.UNKNOWN, LEVEL_KEY),
        ({"ssl_certificates__ocsp__enabled": None}, OcspStep.UNKNOWN, ENABLED),
        (
            {"ssl_certificates__ocsp__enabled": False, LEVEL: None},
            OcspStep.UNKNOWN,
            LEVEL_KEY,
        ),
        ({"services__https": None, "device__software_version": "4.5(1.1)"}, OcspStep.BEFORE, "services.https"),
        ({"device__software_version": "4.5(1.1)"}, OcspStep.BEFORE, LEVEL_KEY),
    ],
)
def test_since_when_ocsp_is_asked(facts: dict[str, object], step: OcspStep, undecided: str) -> None:
    before = mcu(**{key: value for key, value in {**ASKED, **facts}.items() if value is not None})
    if facts.get("services__https", True) is not None:
        assert ocsp_step(before) is step
    assert undecided_step(before) == undecided


def test_the_step_is_not_known_while_the_service_is_not() -> None:
    before = mcu(**{key: value for key, value in ASKED.items() if key != "services__https"})
    assert ocsp_step(before) is OcspStep.UNKNOWN
    unread = damaged(mcu(**ASKED, device__software_version="4.5(1.1)"), "device.software_version")
    assert undecided_step(unread) == "device.software_version"
    part = mcu(**ASKED)
    entry = replace(part.setting("services.https"), incomplete=True)
    part = replace(part, settings={**part.settings, "services.https": entry})
    assert undecided_step(part) == "services.https"
    assert [str(one) for one in OcspStep] == ["before", "together", "after", "unknown"]


def test_only_required_with_ocsp_leaves_no_other_way_in() -> None:
    assert asks_under_required(mcu(**{**ASKED, LEVEL: REQUIRED}))
    assert not asks_under_required(mcu(**ASKED))
    assert not asks_under_required(mcu(**{**ASKED, LEVEL: REQUIRED, "ssl_certificates__ocsp__enabled": False}))
    assert not asks_under_required(mcu(**{LEVEL: REQUIRED, "services__https": True}))


@pytest.mark.parametrize("key", ["services.https"])
def test_a_part_that_cannot_be_read_leaves_it_open_as_well(key: str) -> None:
    device = mcu(**ASKED, device__software_version="4.4(3.57)")
    part = replace(device.setting(key), incomplete=True, file="f", key="k")
    device = replace(device, settings={**device.settings, key: part})
    assert (ocsp_asked(device).outcome, ocsp_asked(device).missing_evidence) == (Outcome.OPEN, "f k")
    assert service_exists(device, WEB) != PASSED
