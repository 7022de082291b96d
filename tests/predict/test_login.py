"""Login by password and by CN at each level: whole verdicts, but for their sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.predict.administrator import any_administrator, as_administrator
from mcuaudit.predict.login import PASSWORD, agreed, login, unreadable_subject
from tests.clean_export import certificate
from tests.devices.build import DEVICE_ID, damaged, mcu, peer, record

NOT_REQUIRED, VERIFY = "Not required", "Verify certificate"
ALLOWED, REQUIRED = "Certificate-based authentication allowed", "Certificate-based authentication required"
ABOVE = (VERIFY, ALLOWED, REQUIRED)
USERS = ("alice:administrator", "bob:guest")
FAIL, OPEN, PASS = Outcome.FAIL, Outcome.OPEN, Outcome.PASS
DEVICE = Place(None, DEVICE_ID)
AT_PEER = Place(Slot.PEER_CERTIFICATE, "user", "peers/user.pem")
REJECTED = Verdict(FAIL, "ocsp_not_good")


def named(*names: str) -> Certificate:
    """A certificate with these CNs."""
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names]
    organisation = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example")]
    return record(certificate(x509.Name(subject or organisation), key=6))


CERTIFICATES = {names: named(*names) for names in (
    (), ("alice",), ("bob",), ("carol",), ("ALICE",), ("BOB",), ("alice", "bob"), ("alice", "carol"), ("bob", "carol"),
    ("x", "y"),
)}  # fmt: skip
UNREAD = replace(CERTIFICATES["carol",], unreadable=("subject",), common_names=())


def user(login_: str | None = None, certificate_: Certificate | None = None, **facts: Any) -> Peer:
    return replace(peer("user", user=login_, certificate_file="peers/user.pem", **facts), certificate=certificate_)


def device(level: str | None, users: tuple[str, ...] | None = USERS) -> Device:
    facts: dict[str, Any] = {} if level is None else {"ssl_certificates__client_certificate_security": level}
    return mcu(**facts, **({} if users is None else {"users": users}))


def in_part(one: Device) -> Device:
    """The device with an entry of its users that cannot be read."""
    value = replace(one.setting("users"), incomplete=True, file="f", key="users")
    return replace(one, settings={**one.settings, "users": value})


def bare(verdict: Verdict | None) -> Verdict | None:
    return verdict and replace(verdict, reason="")


NO_USERS = Verdict(
    FAIL, "no_users", cause=Cause(CauseKind.USERS, (DEVICE_ID,)),
    remedy=Remedy(RemedyKind.GRANT_ADMINISTRATOR, target=DEVICE),
)  # fmt: skip


def unknown(name: str) -> Verdict:
    return Verdict(
        FAIL, "unknown_user", cause=Cause(CauseKind.USERS, (DEVICE_ID,)),
        remedy=Remedy(RemedyKind.ADD_USER, (name, "user"), DEVICE),
    )  # fmt: skip


def by_name(outcome: Outcome, code: str, *readings: str) -> Verdict:
    remedy = Remedy(RemedyKind.REISSUE_FOR_USER, target=AT_PEER)
    return Verdict(outcome, code, readings=readings, cause=cause_at(CauseKind.CERTIFICATE, AT_PEER), remedy=remedy)


BY_NAME = Verdict(PASS, "common_name_is_user")
NO_USER = by_name(FAIL, "common_name_is_no_user")
SEVERAL, CASE = by_name(OPEN, "several_common_names", "A8"), by_name(OPEN, "common_name_case", "A9")
ODD = replace(by_name(OPEN, "unreadable_field"), missing_evidence="peers/user.pem")


@pytest.mark.parametrize("level", [NOT_REQUIRED, VERIFY])
@pytest.mark.parametrize(
    ("users", "name", "expected"),
    [
        (USERS, "alice", PASSWORD), (USERS, "bob", PASSWORD), (USERS, None, PASSWORD),
        (USERS, "carol", unknown("carol")), ((), None, NO_USERS), ((), "carol", unknown("carol")),
    ],
)  # fmt: skip
def test_by_password(level: str, users: tuple[str, ...], name: str | None, expected: Verdict) -> None:
    assert bare(login(device(level, users), user(name), None, NOT_APPLICABLE)) == expected


def evidence(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.missing_evidence


def test_users_that_cannot_be_read_may_be_the_one_of_the_login() -> None:
    def said(one: Device, peer_: Peer) -> tuple[Outcome, str]:
        return evidence(login(one, peer_, None, NOT_APPLICABLE))

    known, nobody = in_part(device(VERIFY)), in_part(device(VERIFY, ()))
    unread, missing = (OPEN, "f users"), (OPEN, "settings.toml [[users]]")
    assert said(known, user("alice")) == (PASS, "")
    assert said(known, user(None)) == (PASS, "")
    assert said(known, user("carol")) == said(nobody, user(None)) == unread
    assert said(known, user(None, damage={"user": "u"})) == unread
    assert said(device(VERIFY), user(None, damage={"user": "u"})) == (OPEN, "u")
    assert said(device(VERIFY), user("carol", damage={"route": "r"})) == (FAIL, "")
    assert said(device(VERIFY, None), user("alice")) == missing
    whole = damaged(device(VERIFY, None), "users")
    assert said(whole, user("alice")) == (OPEN, f"{DEVICE_ID}/settings.toml users")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("alice",), BY_NAME), (("bob",), BY_NAME), (("alice", "bob"), BY_NAME), (("carol",), NO_USER), ((), NO_USER),
        (("alice", "carol"), SEVERAL), (("ALICE",), CASE),
    ],
)  # fmt: skip
def test_by_common_name(names: tuple[str, ...], expected: Verdict) -> None:
    for name in (None, "alice"):
        found = login(device(REQUIRED), user(name), CERTIFICATES[names], NOT_APPLICABLE)
        assert bare(found) == expected
    assert found.outcome is PASS or found.reason


def test_a_subject_that_cannot_be_read_leaves_the_name_open() -> None:
    assert bare(login(device(REQUIRED), user(), UNREAD, NOT_APPLICABLE)) == ODD
    assert bare(unreadable_subject(user())) == replace(ODD, remedy=None)
    for one in (UNREAD, CERTIFICATES["carol",], CERTIFICATES["ALICE",]):
        assert evidence(login(in_part(device(REQUIRED)), user(), one, NOT_APPLICABLE)) == (OPEN, "f users")
        without = login(device(REQUIRED, None), user(), one, NOT_APPLICABLE)
        assert evidence(without) == (OPEN, "settings.toml [[users]]")
    for users in (None, USERS):
        assert bare(login(device(REQUIRED, users), user(), CERTIFICATES[()], NOT_APPLICABLE)) == NO_USER
    assert bare(login(in_part(device(REQUIRED)), user(), CERTIFICATES[()], NOT_APPLICABLE)) == NO_USER
    assert bare(login(in_part(device(REQUIRED)), user(), CERTIFICATES["alice",], NOT_APPLICABLE)) == BY_NAME
    missing = login(device(REQUIRED), user(), None, NOT_APPLICABLE)
    assert evidence(missing) == (OPEN, 'peers.toml [[peer]] "user" certificate')


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("alice", ("alice",), BY_NAME), ("carol", ("alice",), BY_NAME),
        ("alice", ("carol",), PASSWORD), ("carol", ("carol",), unknown("carol")),
        ("alice", ("ALICE",), PASSWORD), ("carol", ("ALICE",), CASE), (None, ("alice", "carol"), PASSWORD),
        ("carol", ("alice", "carol"), SEVERAL), (None, (), PASSWORD),
    ],
)  # fmt: skip
def test_by_either(name: str | None, names: tuple[str, ...], expected: Verdict) -> None:
    assert bare(login(device(ALLOWED), user(name), CERTIFICATES[names], NOT_APPLICABLE)) == expected


def test_a_user_who_is_missing_leaves_either_way_open() -> None:
    found = login(device(ALLOWED, None), user("carol"), CERTIFICATES["carol",], NOT_APPLICABLE)
    assert evidence(found) == (OPEN, "settings.toml [[users]]")
    unread = login(device(ALLOWED), user(None, damage={"user": "u"}), CERTIFICATES["ALICE",], NOT_APPLICABLE)
    assert evidence(unread) == (OPEN, "u")


def test_ocsp_and_a_refusal_count_above_the_lowest_level() -> None:
    refusal = Verdict(FAIL, "no_certificate")
    alice = CERTIFICATES["alice",]
    assert login(device(NOT_REQUIRED), user("alice"), alice, REJECTED, refusal) == PASSWORD
    for level in ABOVE:
        assert login(device(level), user("alice"), alice, REJECTED) is REJECTED
        assert login(device(level), user("alice"), alice, NOT_APPLICABLE, refusal) is refusal
        # What cannot be said of the user comes after what rejects everybody.
        assert login(device(level, None), user("alice"), alice, REJECTED) is REJECTED


def test_what_holds_at_each_level_is_agreed() -> None:
    passed, failed, undecided = (Verdict(outcome, code) for outcome, code in ((PASS, "a"), (FAIL, "b"), (OPEN, "c")))
    other = replace(passed, reason_code="d")
    read, unread = device(None), damaged(device(None), "ssl_certificates.client_certificate_security")
    for one in (read, unread):
        assert [agreed(one, [verdict]) for verdict in (passed, failed, undecided)] == [passed, failed, undecided]
        assert agreed(one, [failed, failed]) is failed
        assert (
            agreed(one, [passed, failed])
            is agreed(one, [undecided, undecided])
            is agreed(one, [failed, passed])
            is None
        )
    assert agreed(read, [passed, other]) is passed
    assert agreed(unread, [passed, other]) is None


def test_without_a_level_only_what_holds_at_each_is_certain() -> None:
    assert login(device(None), user("alice"), CERTIFICATES["alice",], NOT_APPLICABLE) == PASSWORD
    found = login(device(None), user("alice"), CERTIFICATES["carol",], NOT_APPLICABLE)
    assert evidence(found) == (OPEN, "settings.toml [ssl_certificates] client_certificate_security")
    found = login(device(None), user("carol"), CERTIFICATES["carol",], NOT_APPLICABLE)
    assert bare(found) == unknown("carol")


# Administrators


ADMINISTRATOR = Verdict(PASS, "administrator")


def not_one(name: str = "") -> Verdict:
    return Verdict(
        FAIL, "no_administrator", cause=Cause(CauseKind.USERS, (DEVICE_ID,)),
        remedy=Remedy(RemedyKind.GRANT_ADMINISTRATOR, (name,) if name else (), DEVICE),
    )  # fmt: skip


def reissue(outcome: Outcome, code: str, *readings: str) -> Verdict:
    remedy = Remedy(RemedyKind.REISSUE_FOR_ADMINISTRATOR, target=AT_PEER)
    return Verdict(outcome, code, readings=readings, cause=cause_at(CauseKind.CERTIFICATE, AT_PEER), remedy=remedy)


NOT_BY_NAME = reissue(FAIL, "no_administrator")
ADMIN_SEVERAL = reissue(OPEN, "several_common_names", "A8")
ADMIN_CASE = reissue(OPEN, "common_name_case", "A9")


def test_a_device_has_an_administrator_or_none_or_it_is_not_known() -> None:
    assert any_administrator(device(VERIFY)) == PASSWORD
    assert any_administrator(in_part(device(VERIFY))) == PASSWORD
    assert bare(any_administrator(device(VERIFY, ("bob:guest",)))) == not_one()
    assert bare(any_administrator(device(VERIFY, ()))) == not_one()
    assert evidence(any_administrator(in_part(device(VERIFY, ("bob:guest",))))) == (OPEN, "f users")
    assert evidence(any_administrator(device(VERIFY, None))) == (OPEN, "settings.toml [[users]]")


@pytest.mark.parametrize(
    ("users", "name", "expected"),
    [
        (USERS, "alice", PASSWORD), (USERS, None, PASSWORD), (USERS, "bob", not_one("bob")),
        (USERS, "carol", not_one("carol")), (("bob:guest",), None, not_one()),
    ],
)  # fmt: skip
def test_an_administrator_by_password(users: tuple[str, ...], name: str | None, expected: Verdict) -> None:
    for names in (("alice",), ("carol",)):
        assert bare(as_administrator(device(VERIFY, users), user(name, CERTIFICATES[names]), VERIFY)) == expected


def test_an_administrator_by_password_may_be_unreadable() -> None:
    def said(one: Device, peer_: Peer) -> tuple[Outcome, str]:
        return evidence(as_administrator(one, peer_, VERIFY))

    known = in_part(device(VERIFY))
    assert said(known, user("alice")) == said(known, user(None)) == (PASS, "")
    assert said(known, user("bob")) == (FAIL, "")
    assert said(known, user("carol")) == said(known, user(None, damage={"user": "u"})) == (OPEN, "f users")
    assert said(device(VERIFY), user(None, damage={"user": "u"})) == (OPEN, "u")
    nobody = in_part(device(VERIFY, ("bob:guest",)))
    assert said(nobody, user(None)) == (OPEN, "f users")
    for level in ABOVE:
        found = as_administrator(device(level, None), user("alice", CERTIFICATES["alice",]), level)
        assert evidence(found) == (OPEN, "settings.toml [[users]]")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("alice",), ADMINISTRATOR), (("bob",), NOT_BY_NAME), (("carol",), NOT_BY_NAME), ((), NOT_BY_NAME),
        (("alice", "bob"), ADMIN_SEVERAL), (("alice", "carol"), ADMIN_SEVERAL), (("bob", "carol"), NOT_BY_NAME),
        (("ALICE",), ADMIN_CASE), (("BOB",), NOT_BY_NAME), (("x", "y"), NOT_BY_NAME),
    ],
)  # fmt: skip
def test_an_administrator_by_common_name(names: tuple[str, ...], expected: Verdict) -> None:
    for name in ("alice", None, "carol"):
        found = as_administrator(device(REQUIRED), user(name, CERTIFICATES[names]), REQUIRED)
        assert bare(found) == expected
    both = as_administrator(device(REQUIRED, ("alice:administrator", "bob:administrator")),
                            user(None, CERTIFICATES["alice", "bob"]), REQUIRED)  # fmt: skip
    assert both == ADMINISTRATOR


@pytest.mark.parametrize(
    ("names", "words"),
    [((), "has no CN"), (("carol",), 'The CN of user\'s certificate ("carol")'), (("x", "y"), '"x" and "y"')],
)
def test_the_names_that_are_not_an_administrator_are_shown(names: tuple[str, ...], words: str) -> None:
    assert words in as_administrator(device(REQUIRED), user(None, CERTIFICATES[names]), REQUIRED).reason


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("alice", ("alice",), ADMINISTRATOR), ("bob", ("alice",), ADMINISTRATOR),
        ("alice", ("bob",), NOT_BY_NAME), ("alice", ("carol",), PASSWORD), ("alice", (), PASSWORD),
        ("bob", ("carol",), not_one("bob")), ("carol", (), not_one("carol")), (None, ("carol",), PASSWORD),
        ("alice", ("ALICE",), ADMINISTRATOR), ("bob", ("ALICE",), ADMIN_CASE), ("alice", ("BOB",), ADMIN_CASE),
        ("bob", ("BOB",), NOT_BY_NAME), ("alice", ("alice", "carol"), ADMINISTRATOR),
        ("bob", ("alice", "carol"), ADMIN_SEVERAL), ("alice", ("alice", "bob"), ADMIN_SEVERAL),
        ("bob", ("bob", "carol"), NOT_BY_NAME),
    ],
)  # fmt: skip
def test_an_administrator_by_either(name: str | None, names: tuple[str, ...], expected: Verdict) -> None:
    assert bare(as_administrator(device(ALLOWED), user(name, CERTIFICATES[names]), ALLOWED)) == expected


def test_what_cannot_be_read_of_an_administrator_by_name() -> None:
    def said(one: Device, peer_: Peer, level: str = REQUIRED) -> tuple[Outcome, str]:
        return evidence(as_administrator(one, peer_, level))

    known = in_part(device(REQUIRED))
    assert said(known, user(None, CERTIFICATES["alice",])) == (PASS, "")
    assert said(known, user(None, CERTIFICATES["carol",])) == (OPEN, "f users")
    assert said(known, user(None, CERTIFICATES["alice", "carol"])) == (OPEN, "f users")
    assert said(known, user(None, CERTIFICATES[()])) == said(known, user(None, CERTIFICATES["bob",])) == (FAIL, "")
    assert said(device(REQUIRED), user(None, UNREAD)) == (OPEN, "peers/user.pem")
    assert said(device(REQUIRED), user(None)) == (OPEN, 'peers.toml [[peer]] "user" certificate')
    # By the CN alice, or with a password of somebody who is not known.
    typed = user(None, CERTIFICATES["ALICE",], damage={"user": "u"})
    assert said(device(ALLOWED), typed, ALLOWED) == (OPEN, "u")
