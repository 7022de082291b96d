"""Users, the CNs that stand for them, and the levels of Client certificate security that may be in effect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.devices.users import (
    SECURITY_MISSING,
    USERS_KEY,
    NamedUsers,
    administrators,
    all_among,
    at_level,
    certificate_logs_in,
    client_certificate_security,
    level_is_unreadable,
    named_users,
    nearly_a_user,
    passwords_refused,
    possible_levels,
    security_lacking,
    stored,
    users,
    users_doubt,
    users_lacking,
)
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.verdict import missing
from tests.devices.build import DEVICE_ID, damaged, mcu

LEVEL, VERSION = "ssl_certificates.client_certificate_security", "device.software_version"
LEVELS = (
    "Not required", "Verify certificate", "Certificate-based authentication allowed",
    "Certificate-based authentication required",
)  # fmt: skip


def test_users_are_listed_with_their_privileges() -> None:
    device = mcu(users=["al:ice:administrator", "bob:guest", "carol"])
    assert users(device) == {"al:ice": "administrator", "bob": "guest", "": "carol"}
    assert administrators(device) == {"al:ice"}
    assert users(mcu(users=[])) == {}
    assert administrators(mcu(users=[])) == frozenset()
    assert users(mcu()) is administrators(mcu()) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [((), Answer.NO), (("b",), Answer.NO), (("a",), Answer.YES), (("a", "b"), Answer.OPEN), (("b", "a"), Answer.OPEN),
     (("a", "c", "a"), Answer.YES), (("A",), Answer.NO)],
)  # fmt: skip
def test_all_cns_are_among_the_names(given: tuple[str, ...], expected: Answer) -> None:
    assert all_among(given, iter(("a", "c"))) is expected


def test_a_user_is_stored_in_any_unicode_form() -> None:
    assert stored("caf\u00e9", ("x", "cafe\u0301"))
    assert not stored("cafe", ("caf\u00e9",))
    assert not stored("A", ("a",))
    assert not stored(None, ("a",))


@pytest.mark.parametrize(
    ("given", "names", "near"),
    [
        (("ALICE",), ("bob", "alice"), "alice"),
        (("caf\u00e9",), ("CAFE\u0301",), "CAFE\u0301"),
        (("a b",), ("a  B ", "c"), "a  B "),
        (("x", "BOB", "ALICE"), ("alice", "bob"), "bob"),
        (("ALICE", "bob"), ("alice", "bob"), ""),
        (("ALICE", "x"), ("alice", "bob"), "alice"),
        (("x",), ("alice",), ""),
        ((), ("alice",), ""),
        (("ALICE",), ("Alice", "alice"), "alice"),
        (("ALICE",), ("alice", "Alice"), "alice"),
    ],
)
def test_a_user_name_that_a_cn_nearly_is(given: tuple[str, ...], names: tuple[str, ...], near: str) -> None:
    assert nearly_a_user(iter(given), iter(names)) == near


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (("alice",), NamedUsers(("alice",))),
        (("alice", "alice"), NamedUsers(("alice",))),
        (("bob", "alice"), NamedUsers(("bob", "alice"), "A8")),
        (("alice", "x"), NamedUsers(("alice", None), "A8")),
        (("ALICE",), NamedUsers(("alice", None), "A9")),
        (("ALICE", "BOB"), NamedUsers(("alice", "bob", None), "A9")),
        (("ALICE", "bob"), NamedUsers(("bob", None), "A8")),
        (("x",), NamedUsers((None,))),
        ((), NamedUsers((None,))),
    ],
)
def test_the_users_that_cns_may_stand_for(given: tuple[str, ...], found: NamedUsers) -> None:
    assert named_users(given, iter(("bob", "alice"))) == found


OLD, NEW = {"device__software_version": "4.3(2.30)"}, {"device__software_version": "4.4(3.57)"}


def at(level: str | None, **facts: object) -> dict[str, object]:
    return {**facts, **({} if level is None else {"ssl_certificates__client_certificate_security": level})}


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_in_effect_from_4_4_on(level: str) -> None:
    for facts, expected in ((NEW, level), ({}, level), (OLD, "Not required")):
        device = mcu(**at(level, **facts))
        assert client_certificate_security(device) == expected
        assert possible_levels(device) == (expected,)
        assert passwords_refused(device) is (expected == LEVELS[3])
    unread = damaged(mcu(**at(level, **NEW)), VERSION)
    lowest = level == "Not required"
    assert client_certificate_security(unread) == (level if lowest else None)
    assert possible_levels(unread) == ((level,) if lowest else ("Not required", level))
    assert not passwords_refused(unread)


def test_each_level_is_possible_if_none_is_known() -> None:
    assert client_certificate_security(mcu()) is None
    assert possible_levels(mcu()) == LEVELS
    assert client_certificate_security(mcu(**OLD)) == "Not required"


def test_the_level_is_unreadable_if_it_or_the_version_is() -> None:
    assert level_is_unreadable(damaged(mcu(), LEVEL))
    assert level_is_unreadable(damaged(mcu(**at(LEVELS[1])), VERSION))
    assert not level_is_unreadable(damaged(mcu(), "users"))
    assert not level_is_unreadable(mcu())


def test_a_device_is_judged_at_each_level_that_is_possible() -> None:
    device = damaged(damaged(mcu(users=["a"], **NEW), LEVEL), VERSION)
    typed = SettingValue("Verify certificate", Source.TYPED)
    version = SettingValue("4.4", Source.TYPED)
    settings = device.settings
    assert at_level(device, "Verify certificate") == replace(
        device, settings={**settings, LEVEL: typed, VERSION: version}
    )
    lowest = replace(typed, value="Not required")
    assert at_level(device, "Not required") == replace(device, settings={**settings, LEVEL: lowest})
    read = damaged(mcu(**NEW), LEVEL)
    assert at_level(read, "Verify certificate") == replace(read, settings={**read.settings, LEVEL: typed})


def test_what_is_not_known_of_users_and_levels_is_named() -> None:
    assert USERS_KEY == "settings.toml [[users]]"
    assert (
        missing(
            "settings.toml [ssl_certificates] client_certificate_security",
            "Client certificate security is not in the export.",
        )
        == SECURITY_MISSING
    )
    assert security_lacking(mcu()) is SECURITY_MISSING
    both = damaged(damaged(mcu(), VERSION), LEVEL)
    assert security_lacking(both).missing_evidence == f"{DEVICE_ID}/settings.toml {LEVEL}"
    assert security_lacking(damaged(mcu(), VERSION)).missing_evidence == f"{DEVICE_ID}/settings.toml {VERSION}"
    assert users_lacking(mcu()) == missing(USERS_KEY, "The users of the device are not in the export.")
    assert users_doubt(mcu(users=["a"])) is None
    unread = damaged(mcu(), "users")
    assert users_lacking(unread) == users_doubt(unread)
    assert users_lacking(unread).missing_evidence == f"{DEVICE_ID}/settings.toml users"


@pytest.mark.parametrize(
    ("level", "expected"),
    [(None, Answer.OPEN), *zip(LEVELS, (Answer.NO, Answer.NO, Answer.YES, Answer.YES), strict=True)],
)
def test_certificates_log_in_at_two_levels(level: str | None, expected: Answer) -> None:
    assert certificate_logs_in(mcu(**at(level, services__https=True))) is expected
    assert certificate_logs_in(mcu(**at(level, services__https=False))) is Answer.NO
