"""Login and lock-out, statement by statement, with a device and its users built in a line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.settings import TLS_FEATURES
from mcuaudit.domain.standards import Standard
from mcuaudit.predict.administration import Administration
from mcuaudit.predict.connection import connection_row, verdict_of
from mcuaudit.predict.of_device import administration_of, judge_device
from tests.authority import FAR_AHEAD, NOW, rsa_key
from tests.clean_export import BOTH, ELSEWHERE, HOST, ISSUING, ROOT, certificate, local_certificate
from tests.devices.build import DEVICE_ID, context, damaged, mcu, peer, untold
from tests.predict.ocsp_responses import REVOKED, ocsp_response

NOT_REQUIRED, VERIFY = "Not required", "Verify certificate"
ALLOWED, REQUIRED = "Certificate-based authentication allowed", "Certificate-based authentication required"
LEVELS = (NOT_REQUIRED, VERIFY, ALLOWED, REQUIRED)
ABOVE = LEVELS[1:]
LEVEL = "ssl_certificates__client_certificate_security"
HTTP = {"services__http": True, "security__redirect_http_to_https": False}
ON = {"ssl_certificates__ocsp__enabled": True}
URL = "ssl_certificates__ocsp__server_url"
USERS = ["alice:administrator", "guest:conference list only", "bob:conference list only"]


EC = ec.generate_private_key(ec.SECP256R1())


def device(level: str | None = VERIFY, *peers: Peer, **facts: Any) -> Device:
    """A device with HTTPS alone, whose users are alice, an administrator, guest and bob."""
    good: dict[str, Any] = {
        "local": local_certificate(), "chain": (ISSUING,), "https": (ROOT, ISSUING), "services__https": True,
        "services__http": False, "device__host_names": [HOST], "device__software_version": "4.4(3.57)",
        "ssl_certificates__private_key": "Key matches certificate", "ssl_certificates__ocsp__enabled": False,
        "users": USERS, **({} if level is None else {LEVEL: level}), **facts,
    }  # fmt: skip
    return mcu(peers=peers, **{key: value for key, value in good.items() if value is not None})


def named(*names: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])


def user(*names: str, login: str | None = "alice", **facts: Any) -> Peer:
    """A web user whose certificate has these CNs, and who types that user name for a password login."""
    wishes = facts.pop("wishes", {})
    issued = facts.pop("issuer", ISSUING).leaf(
        named(*(names or ("alice",))), **{"key": rsa_key(6), "purposes": BOTH, **wishes}
    )
    return peer(
        "user", **{
            "certificate": issued, "chain": (ISSUING,), "trust": (ROOT, ISSUING), "chain_complete": Answer.YES,
            "connections": ("web_user",), "standard": Standard.RFC9525, "expects": (HOST,), "user": login, **facts,
        },
    )  # fmt: skip


def row(one: Device) -> tuple[str, str]:
    """Outcome and reason code of the connection of its web user."""
    (found,) = [one for one in judge_device(one, context(one)) if one.exchange.type is ConnectionType.WEB_USER]
    final = verdict_of(found)
    return final.outcome.value, final.reason_code


def administered(one: Device) -> Administration:
    fleet = context(one)
    return administration_of(one, judge_device(one, fleet), fleet)


def outcomes(one: Device) -> tuple[str, str]:
    """That of the web user, and of the administration."""
    return row(one)[0], administered(one).outcome.value


class TestUsersThatAreNotInTheExport:
    @pytest.mark.parametrize("level", LEVELS)
    def test_nobody_passes_by_password_or_certificate(self, level: str) -> None:
        unknown = device(level, user(), users=None)
        assert outcomes(unknown) == ("open", "open")
        assert administered(unknown).verdict.missing_evidence == "settings.toml [[users]]"
        assert administered(device(level, user(), users=None, **HTTP)).outcome.value == "open"

    def test_what_fails_for_another_reason_still_fails(self) -> None:
        assert outcomes(device(VERIFY, user(issuer=ELSEWHERE, chain=()), users=None)) == ("fail", "fail")
        assert administered(device(NOT_REQUIRED, users=None, services__https=False)).outcome.value == "fail"

    def test_a_certificate_without_a_common_name_is_nobody_whoever_they_are(self) -> None:
        empty = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example")])
        nameless = user(certificate=certificate(empty, ISSUING, 6, san=["DNS:alice.example.com"]))
        assert row(device(REQUIRED, nameless, users=None)) == ("fail", "common_name_is_no_user")
        assert row(device(ALLOWED, nameless, users=None))[0] == "open"

    def test_a_device_without_users_lets_nobody_in(self) -> None:
        for level in LEVELS:
            assert outcomes(device(level, user(login=None), users=[])) == ("fail", "fail")


class TestTheCommonName:
    @pytest.mark.parametrize("name", ["guest", "bob"])
    def test_it_logs_in_as_that_user_even_if_an_administrator_types_the_password(self, name: str) -> None:
        assert outcomes(device(ALLOWED, user(name))) == ("pass", "fail")
        assert outcomes(device(REQUIRED, user(name))) == ("pass", "fail")
        # It means nothing where it does not log in.
        assert outcomes(device(VERIFY, user(name))) == ("pass", "pass")

    @pytest.mark.parametrize(
        ("name", "login", "expected"),
        [
            ("GUEST", "alice", ("pass", "open")),  # alice by password, or guest by the CN
            ("ALICE", "bob", ("pass", "open")),  # bob by password, or alice by the CN
            ("ALICE", "alice", ("pass", "pass")),
            ("GUEST", "bob", ("pass", "fail")),
            ("ALICE", "carol", ("open", "open")),  # nobody by password, or alice by the CN
            ("GUEST", "carol", ("open", "fail")),
            (" alice", "bob", ("pass", "open")),
        ],
    )
    def test_a_difference_in_case_may_count_or_not_under_allowed(
        self, name: str, login: str, expected: tuple[str, str]
    ) -> None:
        one = device(ALLOWED, user(name, login=login))
        assert outcomes(one) == expected
        if expected[1] == "open":
            assert administered(one).verdict.readings == ("A9",)

    def test_a_difference_in_case_under_required(self) -> None:
        assert outcomes(device(REQUIRED, user("ALICE"))) == ("open", "open")
        # Under neither reading is it an administrator.
        assert outcomes(device(REQUIRED, user("GUEST"))) == ("open", "fail")

    @pytest.mark.parametrize(
        ("names", "login", "expected"),
        [
            (("alice", "guest"), "alice", ("pass", "open")),
            (("guest", "bob"), "alice", ("pass", "fail")),
            (("guest", "nobody"), "alice", ("pass", "open")),
            (("guest", "nobody"), "carol", ("open", "fail")),
        ],
    )
    def test_several_of_them_stand_for_each_that_is_a_user(
        self, names: tuple[str, ...], login: str, expected: tuple[str, str]
    ) -> None:
        one = device(ALLOWED, user(*names, login=login))
        assert outcomes(one) == expected
        if expected[1] == "open":
            assert administered(one).verdict.readings == ("A8",)


class TestNobodyIsAnAdministrator:
    @pytest.mark.parametrize("level", LEVELS)
    def test_it_is_certain_for_every_way_whatever_else_is_unknown(self, level: str) -> None:
        nobody = ["guest:conference list only"]
        for one in (
            device(level, user(), users=nobody, **HTTP),
            device(level, user(certificate=None), users=nobody),
            device(level, users=nobody),
            device(level, user(), users=nobody, https=None),
            damaged(device(level, user(), users=nobody), "services.http"),
        ):
            found = administered(one)
            assert found.outcome.value == "fail"
            assert "None of the users in the export is an administrator" in found.reason

    def test_a_user_that_cannot_be_read_may_be_one(self) -> None:
        assert administered(damaged(device(VERIFY, user()), "users")).outcome.value == "open"


class TestThePrivateKey:
    @pytest.mark.parametrize("level", LEVELS)
    def test_one_that_does_not_match_ends_administration_by_https_and_not_by_http(self, level: str) -> None:
        wrong = {"ssl_certificates__private_key": "Key does not match certificate"}
        one = device(level, user(), **wrong)
        assert row(one) == ("fail", "key_does_not_match")
        assert administered(one).outcome.value == "fail"
        assert administered(one).verdict.remedy.kind is RemedyKind.UPLOAD_WITH_KEY  # type: ignore[union-attr]
        by_http = administered(device(level, user(), **wrong, **HTTP)).outcome.value
        assert by_http == ("fail" if level == REQUIRED else "pass")

    def test_words_that_cannot_be_judged_hide_no_certain_failure(self) -> None:
        unclear = {"ssl_certificates__private_key": "???"}
        assert outcomes(device(VERIFY, user(), **unclear)) == ("open", "open")
        assert outcomes(device(VERIFY, user(issuer=ELSEWHERE, chain=()), **unclear)) == ("fail", "fail")


class TestOcsp:
    def server(self, **facts: Any) -> Peer:
        issued = certificate("ocsp", facts.pop("issuer", ISSUING), 8, san=["DNS:ocsp.example.com"])
        return peer(
            "ocsp", certificate=issued, identifiers=("ocsp.example.com",), connections=("ocsp_server",),
            **{"chain": (ISSUING,), "trust": (ROOT, ISSUING), "expects": (HOST,), **facts},
        )  # fmt: skip

    @pytest.mark.parametrize("level", ABOVE)
    def test_without_a_server_everybody_is_rejected(self, level: str) -> None:
        one = device(level, user(), **ON, **{URL: ""})
        assert row(one) == ("fail", "ocsp_without_server")
        assert administered(one).verdict.remedy.kind is RemedyKind.SET_SETTING  # type: ignore[union-attr]
        assert administered(device(level, **ON, **{URL: ""})).outcome.value == "fail"

    @pytest.mark.parametrize("level", ABOVE)
    def test_a_server_that_is_refused_or_refuses_rejects_everybody(self, level: str) -> None:
        strict = {**ON, URL: "https://ocsp.example.com/",
                  "ssl_certificates__server_certificate_security": VERIFY}  # fmt: skip
        refused = self.server(issuer=ELSEWHERE, chain=())
        assert row(device(level, user(), refused, **strict)) == ("fail", "ocsp_server_refused")
        refuses = self.server(trust=(ELSEWHERE,))
        assert row(device(level, user(), refuses, **strict)) == ("fail", "ocsp_server_refused")
        for server in (refused, refuses):
            assert administered(device(level, user(), server, **strict)).outcome.value == "fail"

    def test_a_revoked_one_is_rejected_even_if_the_server_is_undetermined(self) -> None:
        alice = user()
        issued = certificate(named("alice"), ISSUING, 6)
        revoked = replace(alice, ocsp_response=ocsp_response(issued, ISSUING, REVOKED))
        unknown = {**ON, URL: "https://other.example.com/",
                   "ssl_certificates__server_certificate_security": VERIFY}  # fmt: skip
        assert row(device(VERIFY, alice, **unknown)) == ("open", "ocsp_server_undetermined")
        same = replace(revoked, certificate=user(certificate=issued).certificate)
        assert row(device(VERIFY, same, **unknown)) == ("fail", "ocsp_not_good")

    def test_below_verify_certificate_it_is_not_asked(self) -> None:
        one = device(NOT_REQUIRED, user(), self.server(), **ON, **{URL: ""})
        assert outcomes(one) == ("pass", "pass")
        asked = [found for found in judge_device(one, context(one)) if found.exchange.type.value == "ocsp_server"]
        assert [connection_row(found)["outcome"].value for found in asked] == ["notApplicable"]

    def test_if_the_level_is_not_in_the_export_it_is_undetermined_whether_it_is_asked(self) -> None:
        one = device(None, user(), self.server(), **ON, **{URL: "https://ocsp.example.com/"})
        (asked,) = [found for found in judge_device(one, context(one)) if found.exchange.type.value == "ocsp_server"]
        assert verdict_of(asked).missing_evidence == "settings.toml [ssl_certificates] client_certificate_security"


class TestWhatHoldsAtEveryLevel:
    def test_it_is_said_if_the_level_is_not_in_the_export(self) -> None:
        assert outcomes(device(None, user())) == ("pass", "pass")
        assert outcomes(device(None, user(issuer=ELSEWHERE, chain=()))) == ("open", "open")
        # Each level refuses for its own reason: no such user, or no trust. Below the others alice has a password.
        assert outcomes(device(None, user(login="carol", issuer=ELSEWHERE, chain=()))) == ("fail", "open")
        assert row(device(None, user("nobody", login="carol"))) == ("fail", "unknown_user")
        assert row(damaged(device(None, user("nobody", login="carol")), LEVEL.replace("__", ".")))[0] == "fail"
        # Under "required" nobody but alice, and below it anybody with a password.
        assert outcomes(device(None, user("nobody"))) == ("open", "open")

    def test_http_helps_at_every_level_but_required(self) -> None:
        found = administered(device(None, user(), **HTTP))
        # By HTTP nobody gets in under "required", and alice does at each level.
        assert found.way == "HTTPS with the certificate of user"
        assert found.fails_on is not None
        assert administered(device(None, user("bob"), **HTTP)).outcome.value == "open"

    def test_no_way_is_named_that_depends_on_the_level(self) -> None:
        """Below "required" alice has a password by HTTP; her certificate counts under "required" alone."""
        found = administered(device(None, user(login="carol"), **HTTP))
        assert (found.outcome.value, found.way, found.fails_on is None) == ("pass", "", False)
        assert "whatever Client certificate security is, but by which way depends on it" in found.reason

    def test_without_a_version_what_holds_before_4_4_and_after_is_said(self) -> None:
        evidence = "settings.toml [device] software_version"
        good = untold(device(REQUIRED, user()), "device.software_version")
        assert outcomes(good) == ("pass", "pass")
        assert administered(good).way == "HTTPS with the certificate of user"
        assert administered(good).reason.endswith("whatever the software version is.")
        stranger = untold(device(REQUIRED, user(issuer=ELSEWHERE, chain=())), "device.software_version")
        assert outcomes(stranger) == ("open", "open")
        assert administered(stranger).verdict.missing_evidence == evidence
        (found,) = [one for one in judge_device(stranger, context(stranger)) if one.exchange.type.value == "web_user"]
        assert verdict_of(found).missing_evidence == evidence
        refused = untold(device(REQUIRED, user("nobody", login="carol")), "device.software_version")
        assert row(refused)[0] == "fail"

    def test_without_https_and_http_nobody_gets_in_at_any(self) -> None:
        found = administered(device(None, user(), services__https=False))
        assert (found.outcome.value, found.verdict.reason_code) == ("fail", "service_off")

    def test_what_cannot_be_read_never_passes_whatever_it_is(self) -> None:
        unread = damaged(device(None, user()), LEVEL.replace("__", "."))
        assert outcomes(unread) == ("open", "open")
        assert administered(unread).verdict.missing_evidence == f"{DEVICE_ID}/settings.toml {LEVEL.replace('__', '.')}"

    def test_a_version_that_cannot_be_read_leaves_two_levels(self) -> None:
        unread = damaged(device(VERIFY, user("nobody")), "device.software_version")
        assert outcomes(unread) == ("open", "open")
        refused = damaged(device(VERIFY, user("nobody", login="carol")), "device.software_version")
        assert row(refused)[0] == "fail"
        stranger = damaged(device(VERIFY, user(issuer=ELSEWHERE, chain=())), "device.software_version")
        assert outcomes(stranger) == ("open", "open")

    def test_an_empty_store_lets_nobody_in_whoever_they_are(self) -> None:
        for level in ABOVE:
            found = administered(device(level, https=()))
            assert (found.outcome.value, found.verdict.reason_code) == ("fail", "empty_store")
            assert administered(device(level)).verdict.missing_evidence == ("peers.toml [[peer]] connections web_user")


class TestTheEnd:
    SOON, LATER = NOW + timedelta(days=30), NOW + timedelta(days=60)

    def ending(self, end: Any, name: str = "user") -> Peer:
        return replace(user(wishes={"not_after": end}), name=name)

    def test_the_last_way_by_a_certificate_ends_in_the_second_after_its_certificates(self) -> None:
        both = device(REQUIRED, self.ending(self.SOON, "one"), self.ending(self.LATER, "two"))
        assert administered(both).fails_on == self.LATER + timedelta(seconds=1)
        assert administered(device(REQUIRED, self.ending(self.SOON))).fails_on == self.SOON + timedelta(seconds=1)
        assert self.LATER < FAR_AHEAD

    def test_a_way_by_password_alone_has_no_end(self) -> None:
        assert administered(device(VERIFY, self.ending(self.SOON), **HTTP)).fails_on is None
        assert administered(device(NOT_REQUIRED)).fails_on is None
        # Under "Verify certificate" a password needs the certificate as well.
        assert administered(device(VERIFY, self.ending(self.SOON))).fails_on is not None

    def test_what_has_no_way_has_no_end(self) -> None:
        assert administered(device(REQUIRED, user("bob"))).fails_on is None


class TestTheBrowser:
    def test_no_administrator_passes_by_a_web_user_whose_browser_refuses(self) -> None:
        refuses = user(trust=(ELSEWHERE,))
        assert outcomes(device(VERIFY, refuses)) == ("fail", "fail")

    def test_what_is_not_known_of_a_browser_leaves_it_undetermined(self) -> None:
        assert outcomes(device(VERIFY, user(trust=None))) == ("open", "open")


def _advised(one: Device) -> tuple[RemedyKind, tuple[str, ...], str]:
    """Kind and subject of what the administration needs, and where."""
    remedy = administered(one).verdict.remedy
    assert remedy is not None
    target = remedy.target
    return remedy.kind, remedy.subject, f"{target.slot or ''} {target.owner}".strip() if target else ""


class TestWhatIsAdvisedFollowsFromWhy:
    STRANGER = user(issuer=ELSEWHERE, chain=())

    def test_https_is_off(self) -> None:
        found = _advised(device(VERIFY, user(), services__https=False))
        assert found == (RemedyKind.SWITCH_ON, ("services.https",), "leeds/mcu-1")

    def test_the_feature_key_is_missing(self) -> None:
        found = _advised(device(VERIFY, user(), device__features=["Video firewall"]))
        assert found == (RemedyKind.ACTIVATE_FEATURE_KEY, TLS_FEATURES, "leeds/mcu-1")

    def test_there_is_no_administrator(self) -> None:
        found = _advised(device(VERIFY, user(), users=["alice:conference list only"]))
        assert found == (RemedyKind.GRANT_ADMINISTRATOR, (), "leeds/mcu-1")
        found = _advised(device(VERIFY, user(login="bob")))
        assert found == (RemedyKind.GRANT_ADMINISTRATOR, ("bob",), "leeds/mcu-1")

    def test_the_common_name_is_that_of_another_user_or_of_none(self) -> None:
        for level, name in ((ALLOWED, "guest"), (REQUIRED, "guest"), (REQUIRED, "nobody"), (REQUIRED, "ALICE")):
            kind, _, where = _advised(device(level, user(name)))
            assert (kind, where) == (RemedyKind.REISSUE_FOR_ADMINISTRATOR, "peer_certificate user")

    def test_the_ca_is_not_trusted(self) -> None:
        kind, subject, where = _advised(device(VERIFY, self.STRANGER))
        assert (kind, where) == (RemedyKind.ADD_AUTHORITY, "https_trust_store leeds/mcu-1")
        assert "Somebody Else's CA" in subject[0]

    def test_the_ca_of_an_administrator_comes_before_another_user(self) -> None:
        other = replace(user("guest"), name="other")
        assert _advised(device(ALLOWED, other, self.STRANGER))[0] is RemedyKind.ADD_AUTHORITY
        assert _advised(device(ALLOWED, self.STRANGER, other))[0] is RemedyKind.ADD_AUTHORITY

    def test_ocsp_rejects_everybody(self) -> None:
        found = _advised(device(VERIFY, user(), **ON, **{URL: ""}))
        assert found == (RemedyKind.SET_SETTING, ("ssl_certificates.ocsp.server_url",), "leeds/mcu-1")

    @pytest.mark.parametrize(
        ("one", "evidence"),
        [
            (device(VERIFY, user(), users=None), "settings.toml [[users]]"),
            (device(VERIFY), "peers.toml [[peer]] connections web_user"),
            (device(VERIFY, user(), services__https=None), "settings.toml [services] https"),
            (device(VERIFY, user(), https=None), "https-trust-store.pem"),
            (device(VERIFY, user(issuer=ELSEWHERE, chain=()), services__http=None), "settings.toml [services] http"),
            (device(None, user(issuer=ELSEWHERE, chain=())), f"settings.toml [ssl_certificates] {LEVEL[18:]}"),
            (device(VERIFY, user(), ssl_certificates__ocsp__enabled=None),
             "settings.toml [ssl_certificates.ocsp] enabled"),
            # HTTP could be settled by the export; the algorithm could not.
            (device(VERIFY, user(wishes={"key": EC}), services__http=None), "settings.toml [services] http"),
        ],
    )  # fmt: skip
    def test_what_is_undetermined_says_what_to_add_to_the_export(self, one: Device, evidence: str) -> None:
        found = administered(one)
        assert (found.outcome.value, found.verdict.missing_evidence) == ("open", evidence)
        assert _advised(one)[:2] == (RemedyKind.ADD_EVIDENCE, (evidence,))

    def test_what_cannot_be_read_is_to_be_corrected(self) -> None:
        unread = damaged(device(VERIFY, self.STRANGER), "services.http")
        assert _advised(unread)[0] is RemedyKind.CORRECT_EVIDENCE
