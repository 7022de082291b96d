"""The ways in, and whether an administrator can still log in: whole verdicts, but for their sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mcuaudit.devices.device import Device
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing
from mcuaudit.predict.administration import Administration, _whatever_the_level, administration
from mcuaudit.predict.login import PASSWORD
from mcuaudit.predict.mcu_side import _undecided_reference
from mcuaudit.predict.trust import empty_store
from mcuaudit.predict.ways import Way, WebLogin, ways_in
from tests.authority import NOW
from tests.clean_export import ROOT, certificate
from tests.devices.build import DEVICE_ID, damaged, mcu, peer

NOT_REQUIRED, VERIFY = "Not required", "Verify certificate"
ALLOWED, REQUIRED = "Certificate-based authentication allowed", "Certificate-based authentication required"
LEVEL = "ssl_certificates__client_certificate_security"
FAIL, OPEN, PASS = Outcome.FAIL, Outcome.OPEN, Outcome.PASS
DEVICE = Place(None, DEVICE_ID)
ALICE = peer("alice", certificate=certificate("alice", key=6), user="alice")
BOB = peer("bob", certificate=certificate("bob", key=6), user="bob")
ACCEPTED = Verdict(PASS, "accepted")
REFUSED = Verdict(FAIL, "no_issuer", "No issuer.", ("A1",), remedy=Remedy(RemedyKind.ADD_AUTHORITY, ("x",), DEVICE))
UNDECIDED = Verdict(OPEN, "chain_damaged", "A chain.", ("A2",), "peers/alice.pem")
TOMORROW, LATER = NOW + timedelta(days=1), NOW + timedelta(days=2)


def device(**facts: Any) -> Device:
    good: dict[str, Any] = {
        "services__https": True, "services__http": False, "security__redirect_http_to_https": False,
        "users": ["alice:administrator", "bob:guest"], **facts,
    }  # fmt: skip
    return mcu(**{key: value for key, value in good.items() if value is not None})


def bare(verdict: Verdict) -> Verdict:
    return replace(verdict, reason="")


def setting(code: str, key: str, kind: RemedyKind, *value: str) -> Verdict:
    return Verdict(
        FAIL, code, cause=Cause(CauseKind.SETTING, (DEVICE_ID, key)), remedy=Remedy(kind, (key, *value), DEVICE)
    )


REDIRECT = "security.redirect_http_to_https"
HTTP_OFF = setting("http_off", "services.http", RemedyKind.SWITCH_ON)
REDIRECTED = setting("http_redirected", REDIRECT, RemedyKind.SWITCH_OFF)
BLOCKED = setting("http_blocked", "ssl_certificates.client_certificate_security", RemedyKind.CHANGE_SETTING, ALLOWED)
HTTPS_OFF = setting("service_off", "services.https", RemedyKind.SWITCH_ON)
NO_KEY = Verdict(
    FAIL, "feature_missing", cause=Cause(CauseKind.FEATURE_KEYS, (DEVICE_ID,)),
    remedy=Remedy(RemedyKind.ACTIVATE_FEATURE_KEY, ("Secure management (HTTPS)", "Encryption"), DEVICE),
)  # fmt: skip
NOBODY = Verdict(
    FAIL, "no_administrator", cause=Cause(CauseKind.USERS, (DEVICE_ID,)),
    remedy=Remedy(RemedyKind.GRANT_ADMINISTRATOR, (), DEVICE),
)  # fmt: skip


def http(one: Device, level: str = VERIFY) -> Verdict:
    way = ways_in(one, level, [], NOT_APPLICABLE)[0]
    assert way.name == "HTTP with a password"
    return way.verdict


@pytest.mark.parametrize(
    ("facts", "level", "expected"),
    [
        ({"services__http": True}, VERIFY, PASSWORD),
        ({"services__http": True}, ALLOWED, PASSWORD),
        ({}, VERIFY, HTTP_OFF),
        ({"services__http": True}, REQUIRED, BLOCKED),
        ({}, REQUIRED, BLOCKED),
        ({"services__http": True, "security__redirect_http_to_https": True}, NOT_REQUIRED, REDIRECTED),
        ({"security__redirect_http_to_https": True}, VERIFY, HTTP_OFF),
        ({"services__http": None, "security__redirect_http_to_https": True}, VERIFY, REDIRECTED),
        ({"services__http": True, "users": ["bob:guest"]}, VERIFY, NOBODY),
        ({"services__http": None, "users": []}, VERIFY, NOBODY),
    ],
)
def test_by_http(facts: dict[str, Any], level: str, expected: Verdict) -> None:
    assert bare(http(device(**facts), level)) == expected


def test_what_is_missing_about_http() -> None:
    unset = http(device(services__http=None))
    assert unset == missing("settings.toml [services] http", unset.reason)
    redirect = http(device(services__http=True, security__redirect_http_to_https=None))
    assert redirect == missing("settings.toml [security] redirect_http_to_https", redirect.reason)
    unread = damaged(device(services__http=True), REDIRECT)
    assert http(unread).missing_evidence == f"{DEVICE_ID}/settings.toml {REDIRECT}"
    both = device(services__http=None, security__redirect_http_to_https=None, users=None)
    assert http(both).missing_evidence == "settings.toml [services] http"
    assert http(device(services__http=True, users=None)).missing_evidence == "settings.toml [[users]]"


def by_https(one: Device, level: str, *logins: WebLogin, ocsp: Verdict = NOT_APPLICABLE) -> list[tuple[str, Verdict]]:
    return [(way.name, bare(way.verdict)) for way in ways_in(one, level, logins, ocsp)[1:]]


def test_without_https_there_is_one_failing_way() -> None:
    alice = WebLogin(ALICE, ACCEPTED)
    for level in (NOT_REQUIRED, ALLOWED):
        assert by_https(device(services__https=False), level, alice) == [("HTTPS", HTTPS_OFF)]
        assert by_https(device(device__features=[]), level, alice) == [("HTTPS", NO_KEY)]
        mismatched = device(ssl_certificates__private_key="Key does not match")
        ((name, found),) = by_https(mismatched, level, alice)
        assert (name, found.outcome, found.reason_code) == ("HTTPS", FAIL, "key_does_not_match")


def test_by_https_with_a_password() -> None:
    name = "HTTPS with a password"
    assert by_https(device(), NOT_REQUIRED, WebLogin(ALICE, REFUSED)) == [(name, PASSWORD)]
    assert by_https(device(users=["bob:guest"]), NOT_REQUIRED) == [(name, NOBODY)]
    ((_, found),) = by_https(device(services__https=None), NOT_REQUIRED)
    assert found.missing_evidence == "settings.toml [services] https"
    ((_, found),) = by_https(device(services__https=None, users=None), NOT_REQUIRED)
    assert found.missing_evidence == "settings.toml [[users]]"
    ((_, found),) = by_https(device(services__https=None, ssl_certificates__private_key="???"), NOT_REQUIRED)
    assert found.missing_evidence.startswith("settings.toml [ssl_certificates] private_key")


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (ACCEPTED, ACCEPTED),
        (NOT_APPLICABLE, PASSWORD),
        (replace(REFUSED, reason="R."), REFUSED),
        (UNDECIDED, UNDECIDED),
        (
            replace(REFUSED, remedy=Remedy(RemedyKind.REISSUE_FOR_USER, target=DEVICE)),
            replace(REFUSED, remedy=Remedy(RemedyKind.REISSUE_FOR_ADMINISTRATOR, target=DEVICE)),
        ),
        (replace(REFUSED, remedy=None), replace(REFUSED, remedy=None)),
    ],
)
def test_by_https_with_a_certificate(verdict: Verdict, expected: Verdict) -> None:
    found = ways_in(device(), VERIFY, [WebLogin(ALICE, verdict, TOMORROW)], NOT_APPLICABLE)
    assert found[1:] == (
        Way("HTTPS with the certificate of alice", replace(expected, reason=found[1].verdict.reason), ALICE, TOMORROW),
    )
    words = {FAIL: "alice cannot log in", OPEN: "alice may be unable to log in"}.get(verdict.outcome, "")
    assert found[1].verdict.reason.startswith(words)


def test_each_web_user_is_a_way_and_must_be_an_administrator() -> None:
    (_, first), (_, second) = by_https(device(), REQUIRED, WebLogin(ALICE, ACCEPTED), WebLogin(BOB, ACCEPTED))
    assert (first.outcome, second.outcome, second.reason_code) == (PASS, FAIL, "no_administrator")
    nobody = device(users=["bob:guest"])
    assert by_https(nobody, VERIFY, WebLogin(ALICE, REFUSED)) == [("HTTPS with the certificate of alice", NOBODY)]
    (unknown,) = by_https(device(users=None), VERIFY, WebLogin(ALICE, UNDECIDED))
    assert unknown[1].missing_evidence == "peers/alice.pem"
    (unset,) = by_https(device(services__https=None), VERIFY, WebLogin(ALICE, ACCEPTED))
    assert unset[1].missing_evidence == "settings.toml [services] https"


def test_without_a_declared_web_user_it_is_open_unless_no_one_can_log_in() -> None:
    ((name, found),) = by_https(device(), VERIFY)
    assert (name, found) == ("HTTPS", bare(missing("peers.toml [[peer]] connections web_user", "")))
    assert by_https(device(users=["bob:guest"]), VERIFY) == [("HTTPS", NOBODY)]
    empty = device(https=())
    store = empty.trust_stores[Slot.HTTPS_TRUST_STORE]
    assert by_https(empty, VERIFY) == [("HTTPS", bare(empty_store(store)))]
    assert by_https(empty, VERIFY, ocsp=REFUSED) == [("HTTPS", bare(empty_store(store)))]
    assert by_https(device(https=(ROOT,)), VERIFY, ocsp=REFUSED) == [("HTTPS", bare(REFUSED))]
    assert by_https(device(), VERIFY, ocsp=UNDECIDED) == [("HTTPS", bare(UNDECIDED))]
    ((_, found),) = by_https(device(services__https=None), VERIFY)
    assert found.missing_evidence == "settings.toml [services] https"
    partly = replace(empty, trust_stores={Slot.HTTPS_TRUST_STORE: replace(store, complete=False)})
    assert by_https(partly, VERIFY)[0][1].reason_code == "missing_evidence"


# Administration


def administered(one: Device, *logins: WebLogin, ocsp: Verdict = NOT_APPLICABLE) -> Administration:
    return administration(one, lambda _: list(logins), ocsp)


def at(level: str | None, **facts: Any) -> Device:
    return device(**{LEVEL: level}, **facts)


def test_another_product_has_no_ways() -> None:
    other = administered(device(device__model="TelePresence Server 7010"))
    assert other == Administration(replace(other.verdict, reason_code="not_an_mcu"), "", None, ())


def test_a_way_that_passes_is_named_with_its_last_end() -> None:
    alice, later = WebLogin(ALICE, ACCEPTED, TOMORROW), WebLogin(replace(ALICE, name="al"), ACCEPTED, LATER)
    found = administered(at(VERIFY), alice, later, WebLogin(BOB, REFUSED, NOW))
    assert bare(found.verdict) == Verdict(PASS, "administered")
    assert (found.outcome, found.reason) == (PASS, found.verdict.reason)
    assert (found.way, found.fails_on) == ("HTTPS with the certificate of al", LATER)
    assert [way.verdict.outcome for way in found.ways] == [FAIL, PASS, PASS, FAIL]
    endless = administered(at(VERIFY), alice, WebLogin(ALICE, ACCEPTED))
    assert endless.fails_on is None
    by_http = administered(at(VERIFY, services__http=True), alice)
    assert (by_http.way, by_http.fails_on) == ("HTTP with a password", None)


def test_without_a_way_what_to_fix_is_that_of_https() -> None:
    found = administered(at(VERIFY), WebLogin(BOB, ACCEPTED), WebLogin(ALICE, REFUSED))
    assert (found.verdict.reason_code, found.verdict.remedy) == ("no_issuer", REFUSED.remedy)
    assert (found.verdict.readings, found.verdict.cause) == (("A1",), None)
    reasons = dict.fromkeys(way.verdict.reason for way in found.ways)
    assert (found.verdict.reason, len(reasons)) == (" ".join(reasons), 3)
    assert [way.verdict.outcome for way in found.ways] == [FAIL, FAIL, FAIL]
    assert found.way == ""
    only_bob = administered(at(VERIFY), WebLogin(BOB, ACCEPTED)).verdict
    assert only_bob.reason_code == "no_administrator"
    # Two of the same reason say it once.
    twice = administered(at(VERIFY, users=["bob:guest"]), WebLogin(ALICE, REFUSED), WebLogin(BOB, REFUSED)).verdict
    assert twice.reason.count("administrator") == 1


def test_without_a_way_the_one_that_is_open_counts_and_evidence_comes_first() -> None:
    reading = replace(UNDECIDED, missing_evidence="", readings=("A3", "A2"), reason="Reading.")
    found = administered(at(VERIFY), WebLogin(ALICE, reading), WebLogin(ALICE, UNDECIDED)).verdict
    assert (found.outcome, found.missing_evidence, found.readings) == (OPEN, "peers/alice.pem", ("A3", "A2"))
    assert "HTTP is off" not in found.reason
    assert found.reason.index("eading") < found.reason.index("chain")
    alone = administered(at(VERIFY), WebLogin(ALICE, reading)).verdict
    assert (alone.missing_evidence, alone.readings) == ("", ("A3", "A2"))


LEVEL_KEY = "ssl_certificates.client_certificate_security"


def test_without_a_level_what_holds_at_each_is_said() -> None:
    alice = WebLogin(ALICE, ACCEPTED, TOMORROW)
    found = administered(at(None), alice)
    assert bare(found.verdict) == Verdict(PASS, "administered")
    assert found.way == "HTTPS with the certificate of alice"
    assert (found.fails_on, found.ways) == (TOMORROW, ())
    endless = administered(at(None), WebLogin(ALICE, ACCEPTED))
    assert endless.fails_on is None
    unread = damaged(at(None), LEVEL_KEY)
    found = administered(unread, alice)
    assert found == Administration(replace(found.verdict, missing_evidence=f"{DEVICE_ID}/settings.toml {LEVEL_KEY}"))
    assert (found.outcome, found.way) == (OPEN, "")
    decides = administered(at(None), WebLogin(ALICE, REFUSED))
    assert decides.verdict.missing_evidence == "settings.toml [ssl_certificates] client_certificate_security"
    nobody = administered(at(None, users=["bob:guest"]), alice)
    assert (nobody.verdict.reason_code, nobody.ways) == ("no_administrator", ())
    assert administered(damaged(at(None, users=["bob:guest"]), LEVEL_KEY), alice).outcome is FAIL


def test_each_level_is_evaluated_with_its_own_logins() -> None:
    seen: list[str | None] = []

    def logins(one: Device) -> list[WebLogin]:
        seen.append(one.value(LEVEL_KEY))
        return [WebLogin(ALICE, ACCEPTED)]

    administration(at(None), logins)
    assert list(dict.fromkeys(seen)) == [NOT_REQUIRED, VERIFY, ALLOWED, REQUIRED]
    seen.clear()
    administration(damaged(at(VERIFY), "device.software_version"), logins)
    assert seen == [NOT_REQUIRED, VERIFY]
    known, same = at(VERIFY), []
    administration(known, lambda one: same.append(one is known) or [])  # type: ignore[func-returns-value]
    assert same == [True]


def test_of_several_levels_the_first_end_and_the_lowest_verdict_count() -> None:
    ends = {VERIFY: LATER, ALLOWED: TOMORROW, REQUIRED: LATER}
    alike = administration(at(None), lambda one: [WebLogin(ALICE, ACCEPTED, ends.get(one.value(LEVEL_KEY) or ""))])
    assert (alike.outcome, alike.fails_on) == (PASS, TOMORROW)
    found = administered(at(None, services__https=None), WebLogin(ALICE, UNDECIDED))
    assert found.verdict.missing_evidence == "settings.toml [services] https"


def test_a_way_that_is_there_at_each_level_ends_when_it_first_does() -> None:
    """Whichever of the levels is in force: the sooner end counts, and of several ways the one that lasts longest."""
    soon, late, later = (NOW + timedelta(days=days) for days in (1, 2, 3))

    def at(**ends: Any) -> tuple[Way, ...]:
        return tuple(Way(name, Verdict(PASS, "logs_in"), fails_on=end) for name, end in ends.items())

    found = [Administration(Verdict(PASS, "administered"), "x", later)] * 2
    for ways, way, end in (
        ([at(alice=soon), at(alice=late)], "alice", soon),
        ([at(alice=late), at(alice=soon)], "alice", soon),
        ([at(alice=soon, bob=late), at(alice=later, bob=late)], "bob", late),
        ([at(alice=None), at(alice=late)], "alice", late),
        ([at(alice=None, bob=late), at(alice=None, bob=late)], "alice", None),
        ([at(alice=soon), at(bob=late)], "", later),
    ):
        told = _whatever_the_level("whatever it is", found, ways)
        assert (told.way, told.fails_on, told.outcome) == (way, end, PASS)


def test_an_outbound_name_that_is_not_recorded_is_reading_a7() -> None:
    device, caller = mcu(sip__outbound_call_configuration="Use trunk"), peer("a", identifiers=("x",), route="proxied")
    found = _undecided_reference(device, caller, NOT_APPLICABLE, None, None)  # type: ignore[arg-type]
    assert found is not None
    assert (found.outcome, found.readings) == (OPEN, ("A7",))
    assert found.missing_evidence == "settings.toml [sip] outbound_address"
