"""Each fact of a device, derived from its settings alone: the statements of the law one by one, without an export."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices import names, ocsp, services, users, verification, versions
from mcuaudit.devices.calls import calls_without_proxy, undecided_call_setting
from mcuaudit.devices.damage import doubt
from mcuaudit.devices.presentation import (
    local_certificate,
    mcu_store,
    peer_certificate,
    peer_store,
    presents_perhaps_nothing,
)
from mcuaudit.devices.presented import Presented
from mcuaudit.domain.answer import Answer, answer, both
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.verdict import Verdict
from tests.clean_export import ISSUING, ROOT
from tests.clean_export import local_certificate as made_local
from tests.devices.build import DEVICE_ID, damaged, mcu, peer, record

YES, NO, OPEN = Answer.YES, Answer.NO, Answer.OPEN
TABLE = CONNECTION_TABLE
INCOMING, OUTGOING = TABLE[ConnectionType.INCOMING_SIP], TABLE[ConnectionType.OUTGOING_SIP]
WEB, OCSP = TABLE[ConnectionType.WEB_USER], TABLE[ConnectionType.OCSP_SERVER]
FEEDBACK = TABLE[ConnectionType.FEEDBACK_RECEIVER]


def test_three_answers() -> None:
    assert [answer(value) for value in (True, False, None)] == [YES, NO, OPEN]
    assert (both(YES, YES), both(YES, OPEN), both(OPEN, NO), both(YES, NO)) == (YES, OPEN, NO, NO)
    assert both() is YES


@pytest.mark.parametrize(
    ("version", "expected"),
    [("4.4(3.57)", YES), ("4.5(1.85)", YES), ("5.0(1.1)", YES), ("4.3(2.30)", NO), ("3.9(9.9)", NO), (None, OPEN)],
)
def test_verification_begins_with_4_4(version: str | None, expected: Answer) -> None:
    assert versions.can_verify(mcu(device__software_version=version)) is expected


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (["Encryption"], YES),
        (["secure management (https)"], YES),
        (["Video firewall", "ENCRYPTION"], YES),
        (["Video firewall"], NO),
        ([], NO),
        (None, OPEN),
    ],
)
def test_one_of_two_feature_keys_is_needed(features: list[str] | None, expected: Answer) -> None:
    device = mcu() if features is None else mcu(device__features=features)
    assert services.tls_feature(device) is expected


def test_a_service_needs_both_the_tick_and_the_key() -> None:
    assert services.https(mcu(services__https=True, device__features=["Encryption"])) is YES
    assert services.https(mcu(services__https=True, device__features=[])) is NO
    assert services.https(mcu(services__https=False)) is NO
    # Feature keys that are not in the export are assumed; a service is not.
    assert services.https(mcu(services__https=True)) is YES
    assert services.https(mcu()) is services.https(mcu(device__features=["Encryption"])) is OPEN
    assert services.https(mcu(device__features=[])) is NO
    assert services.sip_tls(mcu(services__sips_tcp=True, device__features=["Encryption"])) is YES
    assert services.sip_tls(mcu(services__sips_tcp=False, device__features=["Encryption"])) is NO
    assert services.sip_tls(damaged(mcu(), "services.sips_tcp")) is OPEN
    assert services.sip_tls(damaged(mcu(services__sips_tcp=True), "device.features")) is OPEN
    assert services.has_service(mcu(device__features=[]), ConnectionType.FEEDBACK_RECEIVER) is YES


def test_why_a_service_does_not_exist_is_said_once() -> None:
    for facts, expected in (
        ({"services__https": False}, "service_off"),
        ({"services__https": True, "device__features": []}, "feature_missing"),
        ({}, "missing_evidence"),
        ({"services__https": True}, "exists"),
    ):
        assert services.service_exists(mcu(**facts), WEB).reason_code == expected
    assert services.service_exists(mcu(), WEB).missing_evidence == "settings.toml [services] https"


@pytest.mark.parametrize("facts", [{"device__features": []}, {"services__sips_tcp": False, "services__https": False}])
def test_what_does_not_exist_decides_about_no_one(facts: dict[str, object]) -> None:
    device = mcu(
        ssl_certificates__verification_settings="Outgoing and incoming calls",
        ssl_certificates__client_certificate_security="Certificate-based authentication required",
        ssl_certificates__server_certificate_security="No verification",
        ssl_certificates__ocsp__enabled=True,
        sip__outbound_call_configuration="Call direct",
        **facts,
    )
    assert verification.admits_callers(device) is users.certificate_logs_in(device) is ocsp.asks_ocsp(device) is NO
    assert calls_without_proxy(device) is NO
    stores = (Slot.SIP_TRUST_STORE, Slot.HTTPS_TRUST_STORE)
    assert [verification.store_decides(device, slot) for slot in stores] == [NO, NO]


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("verification_settings", "No verification", (NO, NO)),
        ("verification_settings", "Outgoing calls only", (NO, YES)),
        ("verification_settings", "Outgoing and incoming calls", (YES, YES)),
    ],
)
def test_who_verifies_a_call(setting: str, value: str, expected: tuple[Answer, Answer]) -> None:
    device = mcu(**{f"ssl_certificates__{setting}": value})
    assert (verification.verifies_peer(device, INCOMING), verification.verifies_peer(device, OUTGOING)) == expected


def test_users_and_servers_have_settings_of_their_own() -> None:
    for value, expected in (
        ("Not required", NO), ("Verify certificate", YES), ("Certificate-based authentication allowed", YES),
        ("Certificate-based authentication required", YES),
    ):  # fmt: skip
        assert verification.verifies_peer(mcu(ssl_certificates__client_certificate_security=value), WEB) is expected
    for value, expected in (("No verification", NO), ("Verify certificate", YES)):
        device = mcu(ssl_certificates__server_certificate_security=value)
        assert verification.verifies_peer(device, OCSP) is verification.verifies_peer(device, FEEDBACK) is expected
    assert verification.verifies_peer(mcu(), WEB) is OPEN


def test_old_software_verifies_nothing_whatever_is_declared() -> None:
    old = mcu(
        device__software_version="4.3(2.30)",
        ssl_certificates__verification_settings="Outgoing and incoming calls",
        ssl_certificates__client_certificate_security="Certificate-based authentication required",
    )
    assert [verification.verifies_peer(old, definition) for definition in TABLE.values()] == [NO] * 6
    assert users.client_certificate_security(old) == "Not required"
    assert users.certificate_logs_in(old) is NO


def test_a_version_that_cannot_be_read_matters_to_what_would_be_verified_only() -> None:
    for value, expected in (("No verification", NO), ("Outgoing and incoming calls", OPEN)):
        device = damaged(mcu(ssl_certificates__verification_settings=value), "device.software_version")
        assert [
            verification.verifies_peer(device, TABLE[kind])
            for kind in (ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP)
        ] == [expected] * 2


def test_a_version_that_is_not_in_the_export_matters_to_the_same() -> None:
    verified = {
        "ssl_certificates__verification_settings": "Outgoing and incoming calls",
        "ssl_certificates__client_certificate_security": "Verify certificate",
        "ssl_certificates__server_certificate_security": "Verify certificate",
        "ssl_certificates__ocsp__enabled": True, "services__https": True, "services__sips_tcp": True,
    }  # fmt: skip
    device, evidence = mcu(**verified, device__software_version=None), "settings.toml [device] software_version"
    assert [verification.verifies_peer(device, definition) for definition in TABLE.values()] == [OPEN] * 6
    lacking = [
        verification.verification_lacking(device, definition, "x").missing_evidence for definition in TABLE.values()
    ]
    assert lacking == [evidence] * 6
    assert users.possible_levels(device) == ("Not required", "Verify certificate")
    assert (ocsp.ocsp_asked(device).missing_evidence, ocsp.asks_ocsp(device)) == (evidence, OPEN)
    for slot in (Slot.SIP_TRUST_STORE, Slot.HTTPS_TRUST_STORE):
        assert verification.store_decides(device, slot) is OPEN
        assert verification.undecided_setting(device, slot) == "device.software_version"
    # A value that verifies nothing does so with each version, and a value that is missing is named itself.
    nothing = mcu(ssl_certificates__verification_settings="No verification", device__software_version=None)
    incoming = TABLE[ConnectionType.INCOMING_SIP]
    assert verification.verifies_peer(nothing, incoming) is NO
    unset = verification.verification_lacking(mcu(device__software_version=None), incoming, "x")
    assert unset.missing_evidence.endswith("verification_settings")
    # Another model has versions of its own.
    other = mcu(**verified, device__software_version=None, device__model="TS 8710")
    assert verification.verifies_peer(other, incoming) is YES


def test_an_exposure_counts_without_a_version() -> None:
    facts = {
        "ssl_certificates__verification_settings": "Outgoing and incoming calls",
        "ssl_certificates__client_certificate_security": "Certificate-based authentication allowed",
        "services__https": True, "services__sips_tcp": True,
    }  # fmt: skip
    for version, expected in ((None, YES), ("4.3(2.18)", NO)):
        device = mcu(**facts, device__software_version=version)
        assert (users.certificate_logs_in(device), verification.admits_callers(device)) == (expected, expected)


@pytest.mark.parametrize(
    ("facts", "code", "readings", "evidence"),
    [
        ({}, "", (), ""),
        ({"box": False}, "may_present_nothing", ("A20",), ""),
        ({"box": None}, "missing_evidence", ("A20",), "settings.toml [sip] use_local_certificate_for_outgoing"),
        ({"version": None}, "missing_evidence", ("A26",), "settings.toml [device] software_version"),
        ({"version": "4.3(2.18)"}, "may_present_nothing", ("A26",), ""),
        # What is known decides before what is missing.
        ({"box": None, "version": "4.3(2.18)"}, "may_present_nothing", ("A20", "A26"), ""),
        ({"box": False, "version": None}, "may_present_nothing", ("A20", "A26"), ""),
        ({"box": None, "version": None}, "missing_evidence", ("A20", "A26"),
         "settings.toml [sip] use_local_certificate_for_outgoing"),
    ],
)  # fmt: skip
def test_who_may_present_nothing(facts: dict[str, object], code: str, readings: tuple[str, ...], evidence: str) -> None:
    names = {"box": "sip__use_local_certificate_for_outgoing", "version": "device__software_version"}
    found = presents_perhaps_nothing(mcu(**{names[key]: value for key, value in facts.items()}))
    said = ("", (), "") if found is None else (found.reason_code, found.readings, found.missing_evidence)
    assert said == (code, readings, evidence)


def test_administrators_are_the_users_with_that_privilege() -> None:
    device = mcu(users=["alice:administrator", "bob:guest", "eve:api:administrator"])
    assert users.users(device) == {"alice": "administrator", "bob": "guest", "eve:api": "administrator"}
    assert users.administrators(device) == {"alice", "eve:api"}
    assert users.users(mcu()) is None
    assert users.administrators(mcu()) is None
    assert users.administrators(mcu(users=["bob:guest"])) == frozenset()


@pytest.mark.parametrize(
    ("common_names", "expected"),
    [
        (("alice",), YES),
        (("alice", "bob"), OPEN),
        (("bob",), NO),
        ((), NO),
        (("alice", "alice"), YES),
        (("Alice",), NO),
    ],
)
def test_all_common_names_must_be_among_the_names(common_names: tuple[str, ...], expected: Answer) -> None:
    assert users.all_among(common_names, {"alice"}) is expected


def test_names_are_compared_by_clients_only() -> None:
    compared = [kind for kind, definition in TABLE.items() if names.compares_names(definition)]
    assert compared == [ConnectionType.OUTGOING_SIP, ConnectionType.OCSP_SERVER, ConnectionType.FEEDBACK_RECEIVER]


def test_a_proxied_call_may_be_compared_with_the_outbound_names_too() -> None:
    device = mcu(sip__outbound_address="vcs.example.com", sip__outbound_domain="example.com")
    vcs = peer("vcs", identifiers=("10.0.0.9",), route="proxied")
    assert names.reference_names(device, vcs, OUTGOING) == ("10.0.0.9", "vcs.example.com", "example.com")
    assert names.reference_names(device, peer("room", identifiers=("10.0.0.9",), route="direct"), OUTGOING) == (
        "10.0.0.9",
    )
    assert names.reference_names(device, vcs, INCOMING) == ()
    directly = mcu(sip__outbound_call_configuration="Call direct", sip__outbound_address="vcs.example.com")
    assert names.reference_names(directly, vcs, OUTGOING) == ("10.0.0.9",)
    assert names.reference_names(device, vcs, OCSP, ("ocsp.example.com",)) == ("ocsp.example.com",)
    assert names.reference_names(device, vcs, OCSP) == ("10.0.0.9",)


def test_what_is_missing_about_a_proxied_call_is_named() -> None:
    both_known = mcu(sip__outbound_address="vcs.example.com", sip__outbound_domain="example.com")
    proxied = peer("vcs", route="proxied")
    assert names.missing_outbound(both_known, proxied) is None
    assert names.missing_outbound(mcu(sip__outbound_address="vcs.example.com"), proxied) == "outbound_domain"
    assert names.missing_outbound(mcu(), proxied) == "outbound_address"
    assert names.missing_outbound(mcu(), peer("vcs")) == "route"
    assert names.missing_outbound(mcu(), peer("room", route="direct")) is None
    assert names.missing_outbound(mcu(sip__outbound_call_configuration="Call direct"), proxied) is None


def test_what_a_peer_expects() -> None:
    device = mcu(device__addresses=["10.1.2.3", "2001:db8::1"], device__host_names=["mcu-1.example.com"])
    for facts, definition, expected in (
        ({"expects": ("a.example.com",), "route": "direct"}, INCOMING, ("a.example.com",)),
        ({"route": "direct"}, INCOMING, ("10.1.2.3", "2001:db8::1")),
        ({"route": "proxied"}, OUTGOING, ("mcu-1.example.com",)),
        ({}, OUTGOING, ("10.1.2.3", "2001:db8::1", "mcu-1.example.com")),
        ({}, WEB, ("mcu-1.example.com",)),
        ({"route": "direct"}, WEB, ("mcu-1.example.com",)),
    ):
        assert names.expected_names(device, peer(**facts), definition)[0] == expected
    assert names.expected_names(mcu(), peer("room"), INCOMING) == ((), 'peers.toml [[peer]] "room" route')


def test_what_is_presented_and_who_keeps_it() -> None:
    local = made_local()
    shown = local_certificate(mcu(local=local, chain=(ISSUING,)))
    assert isinstance(shown, Presented)
    assert (shown.certificate.sha256, len(shown.chain), shown.chain_complete) == (record(local).sha256, 1, False)
    assert shown.holder == f"local certificate of {DEVICE_ID}"
    absent = local_certificate(mcu())
    assert isinstance(absent, Verdict)
    assert (absent.outcome, absent.missing_evidence) == (Outcome.OPEN, "local-certificate.pem")
    other = peer_certificate(peer("other", certificate=local, peer_device="oslo/mcu-2", chain_complete=YES))
    assert isinstance(other, Presented)
    assert (other.holder, other.chain_complete) == ("local certificate of oslo/mcu-2", True)
    unknown = peer_certificate(peer("room"))
    assert isinstance(unknown, Verdict)
    assert unknown.missing_evidence == 'peers.toml [[peer]] "room" certificate'


def test_the_store_that_judges() -> None:
    device = mcu(sip=(ROOT,), https=())
    sip, https = mcu_store(device, Slot.SIP_TRUST_STORE), mcu_store(device, Slot.HTTPS_TRUST_STORE)
    assert not isinstance(sip, Verdict)
    assert not isinstance(https, Verdict)
    assert (sip.title, sip.empty, https.empty) == (f"SIP trust store of {DEVICE_ID}", False, True)
    assert isinstance(mcu_store(mcu(), Slot.SIP_TRUST_STORE), Verdict)
    assert isinstance(peer_store(peer("room")), Verdict)
    judged = peer_store(peer("room", trust=(ROOT,)))
    assert not isinstance(judged, Verdict)
    assert judged.title == "trust store of room"


@pytest.mark.parametrize(
    ("facts", "routes", "expected"),
    [
        ({"sip__outbound_call_configuration": "Call direct"}, [], YES),
        ({"sip__outbound_call_configuration": "Use trunk"}, [], NO),
        ({"sip__outbound_call_configuration": "Use registrar"}, ["proxied"], NO),
        ({"sip__outbound_call_configuration": "Use trunk"}, ["proxied", "direct"], YES),
        ({}, ["direct"], YES),
        ({}, [], OPEN),
        ({"sip__outbound_call_configuration": "Call direct", "services__sips_tcp": False}, ["direct"], NO),
    ],
)
def test_who_calls_without_a_proxy(facts: dict[str, object], routes: list[str], expected: Answer) -> None:
    peers = tuple(peer(route, route=route, connections=("outgoing_sip",)) for route in routes)
    assert calls_without_proxy(mcu(peers=peers, **{"services__sips_tcp": True, **facts})) is expected


def test_the_setting_that_would_say_whether_calls_are_direct() -> None:
    room = peer("room", route="direct", connections=("outgoing_sip",))
    unread = damaged(mcu(peers=(room,)), "services.sips_tcp")
    assert (calls_without_proxy(unread), undecided_call_setting(unread)) == (OPEN, "services.sips_tcp")
    unknown = mcu(peers=(room,))
    assert (calls_without_proxy(unknown), undecided_call_setting(unknown)) == (OPEN, "services.sips_tcp")
    direct = mcu(sip__outbound_call_configuration="Call direct", services__sips_tcp=True)
    features = damaged(direct, "device.features")
    assert (calls_without_proxy(features), undecided_call_setting(features)) == (OPEN, "device.features")
    by_trunk = damaged(mcu(sip__outbound_call_configuration="Use trunk"), "services.sips_tcp")
    assert (calls_without_proxy(by_trunk), undecided_call_setting(by_trunk)) == (NO, "")
    assert undecided_call_setting(mcu()) == "sip.outbound_call_configuration"
    assert undecided_call_setting(mcu(peers=(room,), services__sips_tcp=True)) == ""


def test_a_browser_with_a_direct_route_is_not_a_call() -> None:
    assert calls_without_proxy(mcu(peers=(peer("alice", route="direct", connections=("web_user",)),))) is OPEN


@pytest.mark.parametrize(
    ("level", "https", "expected"),
    [
        ("Certificate-based authentication allowed", True, YES),
        ("Certificate-based authentication required", True, YES),
        ("Verify certificate", True, NO),
        ("Not required", True, NO),
        ("Certificate-based authentication required", False, NO),
    ],
)
def test_certificates_log_in_by_https_at_two_levels(level: str, https: bool, expected: Answer) -> None:
    device = mcu(ssl_certificates__client_certificate_security=level, services__https=https)
    assert users.certificate_logs_in(device) is expected
    assert users.passwords_refused(device) is (level == "Certificate-based authentication required")
    assert users.certificate_logs_in(mcu()) is OPEN
    assert users.certificate_logs_in(damaged(device, "services.https")) is (
        OPEN if expected is YES or not https else NO
    )


def test_a_store_decides_as_soon_as_one_setting_makes_it() -> None:
    sip, https = Slot.SIP_TRUST_STORE, Slot.HTTPS_TRUST_STORE
    for value, expected in (
        ("No verification", NO),
        ("Outgoing calls only", YES),
        ("Outgoing and incoming calls", YES),
    ):
        calls = mcu(ssl_certificates__verification_settings=value, services__sips_tcp=True)
        assert verification.store_decides(calls, sip) is expected
        unknown = mcu(ssl_certificates__verification_settings=value)
        assert verification.store_decides(unknown, sip) is (NO if expected is NO else OPEN)
    servers = mcu(ssl_certificates__server_certificate_security="Verify certificate")
    assert verification.store_decides(servers, https) is YES
    neither = mcu(
        ssl_certificates__server_certificate_security="No verification",
        ssl_certificates__client_certificate_security="Not required",
    )
    assert verification.store_decides(neither, https) is NO
    assert verification.store_decides(mcu(ssl_certificates__client_certificate_security="Not required"), https) is OPEN
    assert verification.store_decides(mcu(), sip) is OPEN


def test_ocsp_is_asked_about_clients_that_are_verified() -> None:
    on = {"ssl_certificates__ocsp__enabled": True, "services__https": True}
    level = "ssl_certificates__client_certificate_security"
    verified = {**on, level: "Verify certificate"}
    unread = damaged(mcu(**verified), "device.software_version")
    for device, code, expected in (
        (mcu(**verified), "ocsp_asked", YES),
        (mcu(**{**verified, level: "Not required"}), "ocsp_not_asked", NO),
        (mcu(**on), "missing_evidence", OPEN),
        (mcu(**{**verified, "services__https": False}), "ocsp_not_asked", NO),
        (mcu(**verified, device__features=[]), "ocsp_not_asked", NO),
        (mcu(**{level: "Verify certificate"}), "missing_evidence", OPEN),
        (mcu(**{**verified, "ssl_certificates__ocsp__enabled": False}), "ocsp_off", NO),
        (mcu(**verified, device__software_version="4.3(1.1)"), "version_without_ocsp", NO),
        (unread, "damaged_evidence", OPEN),
    ):
        assert (ocsp.ocsp_asked(device).reason_code, ocsp.asks_ocsp(device)) == (code, expected)


def test_the_setting_that_would_say_whether_a_store_decides() -> None:
    calls, client, server = (
        f"ssl_certificates.{key}"
        for key in ("verification_settings", "client_certificate_security", "server_certificate_security")
    )
    decided = mcu(
        ssl_certificates__client_certificate_security="Not required",
        ssl_certificates__server_certificate_security="No verification",
    )
    assert verification.undecided_setting(decided, Slot.HTTPS_TRUST_STORE) == "services.https"
    assert verification.undecided_setting(decided, Slot.SIP_TRUST_STORE) == calls
    assert verification.undecided_setting(mcu(), Slot.HTTPS_TRUST_STORE) == client
    level = mcu(ssl_certificates__client_certificate_security="Not required")
    assert verification.undecided_setting(level, Slot.HTTPS_TRUST_STORE) == server


def test_settings_that_share_the_place_of_what_cannot_be_read_are_named_together() -> None:
    """As the settings of a file, or of a row of a table, that cannot be read at all."""
    whole, one, other = "device.addresses", "device.host_names", "users"
    row = SettingValue(None, Source.DAMAGED, "leeds/settings.csv", "line 2")
    entry = replace(row, value="alice:administrator", source=Source.TYPED, incomplete=True)
    device = mcu()
    alone = doubt(replace(device, settings={whole: row, one: replace(row, key="line 3")}), whole)
    shared = doubt(replace(device, settings={whole: row, one: row}), whole)
    beside_a_read_one = doubt(replace(device, settings={whole: row, one: replace(row, source=Source.TYPED)}), whole)
    in_part = doubt(replace(device, settings={whole: row, one: row, other: entry}), other)
    assert all((alone, shared, beside_a_read_one, in_part))
    assert alone.reason.startswith("The setting “")  # type: ignore[union-attr]
    assert beside_a_read_one.reason.startswith("The setting “")  # type: ignore[union-attr]
    assert shared.reason == f"Settings of {DEVICE_ID} are unreadable: leeds/settings.csv, line 2."  # type: ignore[union-attr]
    assert in_part.reason.startswith("An entry of the setting “")  # type: ignore[union-attr]


def test_what_cannot_be_read_of_a_device_is_named_with_its_title_and_place() -> None:
    device = damaged(mcu(), "ssl_certificates.verification_settings")
    found = doubt(device, "device.addresses", "ssl_certificates.verification_settings")
    assert found is not None
    title = SETTING_BY_KEY["ssl_certificates.verification_settings"].meaning.removesuffix(".")
    place = f"{DEVICE_ID}/settings.toml ssl_certificates.verification_settings"
    assert found.reason == f"The setting “{title}” of {DEVICE_ID} is unreadable: {place}."
    assert found.missing_evidence == place


def test_a_chain_that_is_damaged_is_presented_as_damaged() -> None:
    device = mcu(local=made_local(), chain=(ISSUING,))
    for is_damaged in (True, False):
        presented = local_certificate(replace(device, local_chain_damaged=is_damaged))
        assert isinstance(presented, Presented)
        assert presented.chain_damaged is is_damaged
        assert [one.sha256 for one in presented.chain] == [record(ISSUING).sha256]


def test_identifiers_that_cannot_be_read_do_not_matter_to_a_server_that_a_url_names() -> None:
    unread = peer("tms", damage={"identifiers": "peers.toml"})
    assert names.reference_doubt(unread, FEEDBACK, ("tms.example.com",)) is None
    assert names.reference_doubt(unread, FEEDBACK) is not None
    assert names.reference_doubt(unread, OUTGOING, ("tms.example.com",)) is not None
    assert names.reference_doubt(peer("tms"), FEEDBACK) is None


def test_which_name_of_the_mcu_cannot_be_read_depends_on_the_route_of_a_sip_peer_alone() -> None:
    no_address = damaged(mcu(device__host_names=[]), "device.addresses")
    no_host = damaged(mcu(device__addresses=[]), "device.host_names")
    expected = {
        # route, connection: whether an unreadable address matters, whether an unreadable host name does
        ("direct", INCOMING): (True, False),
        ("proxied", INCOMING): (False, True),
        (None, INCOMING): (True, True),
        (None, WEB): (False, True),
        ("direct", WEB): (False, True),
    }
    for (route, definition), matters in expected.items():
        caller = peer("caller", route=route)
        found = (
            names.expected_doubt(no_address, caller, definition),
            names.expected_doubt(no_host, caller, definition),
        )
        assert tuple(one is not None for one in found) == matters, (route, definition.connection_type)
    unread = peer("caller", damage={"route": "peers.toml"})
    assert names.expected_doubt(mcu(), unread, INCOMING) is not None
    assert names.expected_doubt(mcu(), unread, WEB) is None
