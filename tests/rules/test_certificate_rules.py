"""Rules about local certificates: what they say at their limits, of odd values, and where they say nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.authority import NOW, Authority, Issued, dsa_key, encoded, netscape_type, p256_key, rsa_key, self_signed
from tests.clean_export import (
    DEVICE,
    ELSEWHERE,
    HOST,
    ISSUING,
    LOCAL_NAMES,
    ROOT,
    CleanExport,
    certificate,
    chain,
    local_certificate,
)
from tests.odd_encodings import fields_of, pem, signed
from tests.revoking import REVOKED_ON, Revoked, revocation_list
from tests.rules.breakages.base import LOCAL, Break, all_of, file, intact, local, peer, setting
from tests.rules.breakages.certificate import AFTER_2030, LONG_KEY, PUBLIC_ROOT, REVOKED, shown
from tests.rules.judged import evaluations, findings, outcomes, speaking

OTHER = "oslo/mcu-2"
WITHOUT_CHAIN = [f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/https-trust-store.pem", "peers/trusted.pem"]


def another_device(**wishes: Any) -> Break:
    """A second device with a certificate of its own."""
    return file(f"{OTHER}/local-certificate.pem", chain(local_certificate(**{"key": rsa_key(11), **wishes})))


def alone(**wishes: Any) -> Break:
    """The local certificate is presented alone, and no CA of its own is anywhere in the export."""
    peers = [f"peers/{name}.pem" for name in ("room", "alice", "tms", "ocsp")]
    return all_of(
        file(LOCAL, local_certificate(**wishes).pem), *(file(name, None) for name in (*WITHOUT_CHAIN, *peers))
    )


def of_devices(found: pd.DataFrame) -> list[str]:
    """The outcomes of the rows about local certificates."""
    outcomes_of: list[str] = found.loc[found["peer"].isna(), "outcome"].tolist()
    return outcomes_of


def of_peer(found: pd.DataFrame, name: str) -> list[str]:
    """The outcomes of the rows about the certificate of that peer."""
    outcomes_of: list[str] = found.loc[found["peer"].eq(name), "outcome"].tolist()
    return outcomes_of


@pytest.mark.parametrize("code", [f"MCU{number}" for number in range(110, 117)])
class TestEveryRule:
    def test_says_nothing_where_there_is_no_certificate(self, code: str, tmp_path: Path) -> None:
        """MCU101 says that it is missing."""
        assert not of_devices(evaluations(code, tmp_path, file(LOCAL, None)))

    def test_says_nothing_of_one_that_cannot_be_read(self, code: str, tmp_path: Path) -> None:
        assert not of_devices(evaluations(code, tmp_path, file(LOCAL, b"-----BEGIN CERTIFICATE-----\n%%\n")))

    def test_judges_each_device_by_its_own(self, code: str, tmp_path: Path) -> None:
        found = evaluations(code, tmp_path, another_device())
        assert set(found["device_id"]) == {DEVICE, OTHER}
        assert set(found["outcome"]) <= {"pass", "notApplicable"}


class TestCaCertificate:
    def test_a_certificate_without_basic_constraints_is_no_ca(self, tmp_path: Path) -> None:
        assert outcomes("MCU110", tmp_path, local(ca=None)) == {"pass"}

    def test_of_a_file_that_begins_with_the_ca_the_order_is_reported(self, tmp_path: Path) -> None:
        wrong = file(LOCAL, chain(ISSUING, local_certificate()))
        found = speaking("MCU905", tmp_path, wrong)
        assert "CN=Example Issuing CA" in found["message"].iloc[0]
        assert "is second: put it first" in found["message"].iloc[0]


class TestSelfSigned:
    def test_a_self_issued_certificate_of_another_key_is_not(self, tmp_path: Path) -> None:
        """A CA that changes its key has a certificate of its own name that its former key signed."""
        issued = self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES, signed_by=rsa_key(11), key_identifiers=False)
        assert issued.record.self_issued
        assert outcomes("MCU108", tmp_path, file(LOCAL, issued.pem)) == {"pass"}

    @pytest.mark.parametrize(("identifiers", "expected"), [(True, "fail"), (False, "fail")])
    def test_its_own_key_signed_it(self, identifiers: bool, expected: str, tmp_path: Path) -> None:
        issued = self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES, key_identifiers=identifiers)
        assert outcomes("MCU108", tmp_path, file(LOCAL, issued.pem)) == {expected}

    def test_an_authority_key_identifier_names_another_key(self, tmp_path: Path) -> None:
        issued = self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES, authority_key_identifier=b"another key")
        assert outcomes("MCU108", tmp_path, file(LOCAL, issued.pem)) == {"pass"}


class TestKeyUsage:
    @pytest.mark.parametrize(
        ("usages", "expected"),
        [
            (None, "pass"),
            (["digital_signature"], "pass"),
            (["digital_signature", "key_encipherment"], "pass"),
            (["key_encipherment"], "fail"),
            (["content_commitment", "key_encipherment"], "fail"),
            (["key_agreement"], "fail"),
            (["key_cert_sign", "crl_sign"], "fail"),
        ],
    )
    def test_of_an_rsa_key(self, usages: list[str] | None, expected: str, tmp_path: Path) -> None:
        assert outcomes("MCU112", tmp_path, local(key_usage=usages)) == {expected}

    @pytest.mark.parametrize(
        ("usages", "expected"),
        [
            (["digital_signature"], "pass"),
            (["key_agreement"], "open"),
            (["digital_signature", "key_agreement"], "pass"),
            (["key_encipherment"], "fail"),
        ],
    )
    def test_of_an_elliptic_curve_key(self, usages: list[str], expected: str, tmp_path: Path) -> None:
        assert outcomes("MCU112", tmp_path, local(key=p256_key(901), key_usage=usages)) == {expected}

    def test_the_message_names_what_there_is(self, tmp_path: Path) -> None:
        found = speaking("MCU112", tmp_path, local(key_usage=["key_encipherment", "data_encipherment"]))
        assert "is dataEncipherment, keyEncipherment;" in found["message"].iloc[0]

    def test_an_empty_one_is_called_empty(self, tmp_path: Path) -> None:
        found = speaking("MCU112", tmp_path, local(key_usage=["no such word"]))
        assert "is empty;" in found["message"].iloc[0]

    def test_what_would_settle_it_is_named(self, tmp_path: Path) -> None:
        found = speaking("MCU112", tmp_path, local(key=p256_key(901), key_usage=["key_agreement"]))
        assert found["missing_evidence"].tolist() == ["the cipher suites of the device"]


class TestWeakKey:
    @pytest.mark.parametrize(("bits", "expected"), [(2047, "fail"), (2048, "pass")])
    def test_boundary(self, bits: int, expected: str, tmp_path: Path) -> None:
        breaks = file(LOCAL, with_rsa_key((1 << bits - 1) + 1, 65537))
        assert outcomes("MCU106", tmp_path, breaks) == {expected}

    @pytest.mark.parametrize("exponent", [0, 1, 2, 65536])
    def test_an_exponent_that_is_even_or_one(self, exponent: int, tmp_path: Path) -> None:
        found = speaking("MCU106", tmp_path, file(LOCAL, with_rsa_key((1 << 2047) + 1, exponent)))
        assert found["outcome"].tolist() == ["fail"]
        words = "an RSA key that cannot be used, because its modulus or exponent is impossible"
        assert found["message"].tolist() == [f"The local certificate has {words}."]

    def test_a_modulus_of_zero(self, tmp_path: Path) -> None:
        assert outcomes("MCU106", tmp_path, file(LOCAL, with_rsa_key(0, 65537))) == {"fail"}

    def test_an_authority_with_such_a_key(self, tmp_path: Path) -> None:
        store = with_rsa_key((1 << 2047) + 1, 1, Authority.root("Odd Root", key=rsa_key(4)))
        found = speaking("MCU307", tmp_path, file(f"{DEVICE}/sip-trust-store.pem", store))
        assert found["outcome"].tolist() == ["fail"]
        assert "Odd Root" in found["message"].iloc[0]
        assert "has an RSA key that cannot be used" in found["message"].iloc[0]


def with_rsa_key(modulus: int, exponent: int, certificate: Issued | None = None) -> bytes:
    """A certificate, that of the clean export if none is given, with another key in it, in PEM."""
    issued = certificate or self_signed(HOST, key=rsa_key(4), san=LOCAL_NAMES)
    numbers = b"".join(encoded(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in (modulus, exponent))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    fields = fields_of(issued.der)
    fields[6] = encoded(0x30, algorithm + encoded(0x03, b"\0" + encoded(0x30, numbers)))
    return pem(signed(fields, issued))


class TestUndocumentedAlgorithm:
    @pytest.mark.parametrize(
        "wishes",
        [{}, {"key": rsa_key(12, 1024)}, {"key": rsa_key(13, 4096)}, {"digest": "sha1"}, {"digest": "md5"}],
        ids=["as it should be", "RSA 1024", "RSA 4096", "SHA-1", "MD5"],
    )
    def test_says_nothing(self, wishes: dict[str, Any], tmp_path: Path) -> None:
        """Short keys and broken hashes are documented well enough; MCU106 and MCU107 speak of them."""
        assert outcomes("MCU113", tmp_path, local(**wishes)) == {"pass"}

    @pytest.mark.parametrize(
        ("key", "words"),
        [
            (p256_key(902), "a 256-bit EC key;"),
            (dsa_key(), "a 1024-bit DSA key;"),
            (rsa_key(14, 4104), "a 4104-bit RSA key;"),
        ],
        ids=["EC", "DSA", "RSA 4104"],
    )
    def test_of_keys(self, key: Any, words: str, tmp_path: Path) -> None:
        found = speaking("MCU113", tmp_path, local(key=key))
        assert found["outcome"].tolist() == ["open"]
        assert found["readings"].tolist() == ["A18"]
        assert words in found["message"].iloc[0]

    def test_of_a_signature(self, tmp_path: Path) -> None:
        authority = Authority.root("Example EC Root", key=p256_key(903))
        local_pem = chain(authority.leaf(HOST, key=rsa_key(4), san=LOCAL_NAMES))
        found = speaking("MCU113", tmp_path, file(LOCAL, local_pem))
        assert "has a signature with ecdsa-with-SHA256; Cisco's documentation does not say" in found["message"].iloc[0]

    def test_of_key_and_signature(self, tmp_path: Path) -> None:
        found = speaking("MCU113", tmp_path, file(LOCAL, self_signed(HOST, key=p256_key(904)).pem))
        assert "a 256-bit EC key and a signature with ecdsa-with-SHA256" in found["message"].iloc[0]


def at(year: int, month: int, day: int) -> datetime:
    """The beginning of a day."""
    return datetime(year, month, day, tzinfo=UTC)


def lives(begins: datetime, days: int, seconds: int = -1) -> Break:
    """A local certificate of the public root that lives so many days, its last second included."""
    return all_of(
        PUBLIC_ROOT, local(not_before=begins, not_after=begins + timedelta(days=days) + timedelta(seconds=seconds))
    )


class TestLifetime:
    @pytest.mark.parametrize(
        ("begins", "days"),
        [
            (at(2012, 7, 1), 1827),
            (at(2015, 4, 1), 1188),
            (at(2018, 2, 28), 1188),
            (at(2018, 3, 1), 825),
            (at(2020, 8, 31), 825),
            (at(2020, 9, 1), 398),
            (at(2026, 3, 14), 398),
            (at(2026, 3, 15), 200),
            (at(2027, 3, 14), 200),
            (at(2027, 3, 15), 100),
            (at(2029, 3, 14), 100),
            (at(2029, 3, 15), 47),
            (at(2031, 1, 1), 47),
        ],
    )
    def test_the_last_second_counts(self, begins: datetime, days: int, tmp_path: Path) -> None:
        assert outcomes("MCU114", tmp_path / "within", lives(begins, days)) == {"pass"}
        found = speaking("MCU114", tmp_path / "beyond", lives(begins, days, seconds=0))
        assert found["outcome"].tolist() == ["fail"]
        assert f"{days + 1} days; public CAs may issue for {days} days" in found["message"].iloc[0]

    def test_before_the_first_limit_any_lifetime_was_allowed(self, tmp_path: Path) -> None:
        assert outcomes("MCU114", tmp_path, lives(at(2012, 6, 30), 3000)) == {"pass"}

    def test_a_private_ca_is_not_bound(self, tmp_path: Path) -> None:
        assert outcomes("MCU114", tmp_path, intact) == {"notApplicable"}

    def test_who_issued_is_not_guessed(self, tmp_path: Path) -> None:
        assert outcomes("MCU114", tmp_path, alone()) == {"notApplicable"}


class TestPublicAuthority:
    def test_one_that_lacks_client_auth_is_the_subject_of_another_rule(self, tmp_path: Path) -> None:
        breaks = all_of(PUBLIC_ROOT, local(purposes=["serverAuth"]))
        assert of_devices(evaluations("MCU115", tmp_path / "a", breaks)) == ["pass"]
        assert of_devices(evaluations("MCU109", tmp_path / "b", breaks)) == ["fail"]

    def test_one_without_extended_key_usage_serves_client_auth_now(self, tmp_path: Path) -> None:
        found = evaluations("MCU115", tmp_path, all_of(PUBLIC_ROOT, local(purposes=None)))
        assert of_devices(found) == ["fail"]

    def test_who_issued_is_not_guessed(self, tmp_path: Path) -> None:
        assert outcomes("MCU115", tmp_path, alone()) == {"notApplicable"}

    def test_a_private_one_is_known_by_its_root(self, tmp_path: Path) -> None:
        assert outcomes("MCU115", tmp_path, intact) == {"pass"}

    def test_a_self_signed_one_was_issued_by_nobody_else(self, tmp_path: Path) -> None:
        breaks = all_of(alone(), file(LOCAL, self_signed(HOST, key=rsa_key(4)).pem))
        assert outcomes("MCU115", tmp_path, breaks) == {"pass"}

    def test_a_ca_without_its_root_tells_nothing(self, tmp_path: Path) -> None:
        breaks = all_of(alone(), file(LOCAL, chain(local_certificate(), ISSUING)))
        assert outcomes("MCU115", tmp_path, breaks) == {"notApplicable"}

    def test_the_message_names_the_issuer(self, tmp_path: Path) -> None:
        found = speaking("MCU115", tmp_path, PUBLIC_ROOT)
        assert "(CN=Example Issuing CA,O=Example)" in found["message"].iloc[0]

    @pytest.mark.parametrize("day", [at(2027, 3, 15), at(2027, 3, 15) - timedelta(seconds=1)])
    def test_the_message_has_the_day_of_the_programme(self, day: datetime, tmp_path: Path) -> None:
        found = speaking("MCU115", tmp_path, PUBLIC_ROOT, local(not_after=day))
        message = found.loc[found["peer"].isna(), "message"].iloc[0]
        assert "its renewal after 15 March 2027 at any CA in Chrome's programme has no clientAuth" in message
        assert ("may still have it" in message) is (day < at(2027, 3, 15))

    def test_a_missing_purpose_of_a_public_ca_asks_for_a_private_one(self, tmp_path: Path) -> None:
        public = speaking("MCU109", tmp_path / "a", PUBLIC_ROOT, local(purposes=["serverAuth"]))
        private = speaking("MCU109", tmp_path / "b", local(purposes=["serverAuth"]))
        assert "lacks clientAuth; its renewal after 15 March 2027" in public["message"].iloc[0]
        assert private["message"].iloc[0].endswith("lacks clientAuth.")
        assert public["remedy_id"].iloc[0].startswith("reissue_from_private_authority")
        assert private["remedy_id"].iloc[0].startswith("reissue_with_purpose")

    def test_a_missing_server_purpose_has_no_calendar(self, tmp_path: Path) -> None:
        found = speaking("MCU109", tmp_path, PUBLIC_ROOT, local(purposes=["clientAuth"]))
        assert found["message"].iloc[0].endswith("lacks serverAuth.")


OF_ROOM = "peers/room.pem"


def room(**wishes: Any) -> Break:
    """The room has this certificate."""
    return file(OF_ROOM, chain(certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"], **wishes)))


class TestCertificatesOfPeers:
    @pytest.mark.parametrize(
        ("purposes", "connections", "expected"),
        [
            (["serverAuth", "clientAuth"], ["incoming_sip", "outgoing_sip"], "pass"),
            (None, ["incoming_sip", "outgoing_sip"], "pass"),
            (["serverAuth"], ["outgoing_sip"], "pass"),
            (["serverAuth"], ["incoming_sip"], "open"),
            (["clientAuth"], ["incoming_sip"], "pass"),
            (["clientAuth"], ["outgoing_sip"], "open"),
            (["any"], ["incoming_sip"], "open"),
        ],
    )
    def test_a_peer_needs_the_purpose_of_its_roles(
        self, purposes: list[str] | None, connections: list[str], expected: str, tmp_path: Path
    ) -> None:
        found = evaluations("MCU109", tmp_path, room(purposes=purposes), peer("room", connections=connections))
        assert of_peer(found, "room") == [expected]
        assert of_devices(found) == ["pass"]
        if expected == "open":
            assert found.loc[found["peer"].eq("room"), "readings"].tolist() == ["A13"]

    @pytest.mark.parametrize(
        ("client", "expected"), [(["clientAuth"], {"pass"}), (["serverAuth"], {"pass", "open"}), (False, {"pass"})]
    )
    def test_what_a_peer_presents_as_a_client_needs_client_auth_alone(
        self, client: list[str] | bool, expected: set[str], tmp_path: Path
    ) -> None:
        """Its other certificate needs serverAuth alone then."""
        breaks = [room(purposes=["serverAuth"])]
        if isinstance(client, list):
            own = certificate("room as client", key=9, purposes=client)
            breaks += [
                file("peers/client.pem", chain(own, ISSUING)),
                peer("room", connections=["incoming_sip", "outgoing_sip"], client_certificate="peers/client.pem"),
            ]
        else:
            breaks += [peer("room", connections=["incoming_sip", "outgoing_sip"], client_certificate=False)]
        found = evaluations("MCU109", tmp_path, *breaks)
        assert set(of_peer(found, "room")) == expected
        assert len(of_peer(found, "room")) == (2 if isinstance(client, list) else 1)

    def test_a_public_ca_matters_to_the_certificate_of_the_client(self, tmp_path: Path) -> None:
        own = certificate("room as client", key=9)
        found = evaluations(
            "MCU115",
            tmp_path,
            PUBLIC_ROOT,
            file("peers/client.pem", chain(own, ISSUING)),
            peer("room", connections=["incoming_sip", "outgoing_sip"], client_certificate="peers/client.pem"),
        )
        assert sorted(of_peer(found, "room")) == ["fail", "pass"]

    def test_what_nobody_verifies_is_not_needed(self, tmp_path: Path) -> None:
        off = setting("ssl_certificates", verification_settings="Outgoing calls only")
        breaks = (PUBLIC_ROOT, off, room(purposes=["clientAuth"]), peer("room", connections=["incoming_sip"]))
        assert of_peer(evaluations("MCU109", tmp_path / "a", *breaks), "room") == ["pass"]
        assert of_peer(evaluations("MCU115", tmp_path / "b", *breaks), "room") == ["pass"]

    @pytest.mark.parametrize(
        ("connections", "expected"), [(["incoming_sip"], "fail"), (["outgoing_sip"], "pass"), (["web_user"], "fail")]
    )
    def test_a_public_ca_matters_to_those_who_connect(
        self, connections: list[str], expected: str, tmp_path: Path
    ) -> None:
        found = evaluations("MCU115", tmp_path, PUBLIC_ROOT, peer("room", connections=connections))
        assert of_peer(found, "room") == [expected]

    def test_the_words_and_the_cause_are_those_of_the_peer(self, tmp_path: Path) -> None:
        found = speaking("MCU115", tmp_path, PUBLIC_ROOT)
        of_room = found[found["peer"].eq("room")].iloc[0]
        assert of_room["message"].startswith("The certificate of room is from a public CA")
        assert of_room["message"].endswith("has no clientAuth. room needs clientAuth as a TLS client.")
        assert of_room["slot"] == "peer_certificate"
        assert of_room["cause_id"] == "certificate peer_certificate room peers/room.pem"
        assert of_room["reference"] == "room"

    def test_an_untold_setting_is_named(self, tmp_path: Path) -> None:
        untold = lambda export: export.settings["ssl_certificates"].pop("verification_settings")  # noqa: E731
        found = speaking("MCU115", tmp_path, PUBLIC_ROOT, untold)
        of_room = found[found["peer"].eq("room")].iloc[0]
        assert of_room["outcome"] == "open"
        assert of_room["missing_evidence"] == "settings.toml [ssl_certificates] verification_settings"


class TestKeysTowardsAnExpressway:
    @pytest.mark.parametrize(("bits", "expected"), [(4096, "pass"), (4104, "fail")])
    def test_its_longest_key(self, bits: int, expected: str, tmp_path: Path) -> None:
        key = local(key=rsa_key(13 if bits == 4096 else 14, bits))
        assert outcomes("MCU121", tmp_path, key, peer("room", product="Expressway")) == {expected}

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"product": "Expressway"}, "fail"),
            ({"product": None, "standard": "vcs"}, "fail"),
            ({"product": "Unified CM"}, "notApplicable"),
            ({"product": "endpoint"}, "notApplicable"),
            ({"product": "Expressway", "connections": ["feedback_receiver"]}, "notApplicable"),
            ({"product": "Expressway", "connections": ["outgoing_sip"]}, "fail"),
        ],
    )
    def test_whom_it_concerns(self, facts: dict[str, Any], expected: str, tmp_path: Path) -> None:
        def of_room(export: CleanExport) -> None:
            export.peers["room"].update(facts)
            export.peers["room"] = {key: value for key, value in export.peers["room"].items() if value is not None}

        assert outcomes("MCU121", tmp_path, LONG_KEY, of_room) == {expected}

    def test_without_encrypted_sip_there_is_no_zone(self, tmp_path: Path) -> None:
        off = setting("services", sips_tcp=False)
        assert outcomes("MCU121", tmp_path, LONG_KEY, peer("room", product="Expressway"), off) == {"notApplicable"}

    def test_the_expressway_is_named(self, tmp_path: Path) -> None:
        found = speaking("MCU121", tmp_path, LONG_KEY, peer("room", product="Expressway"))
        assert found["message"].iloc[0].endswith("a SIP zone of an Expressway down (room).")


class TestRsaAfter2030:
    @pytest.mark.parametrize(("seconds", "expected"), [(-1, ["pass"]), (0, ["fail"])])
    def test_the_last_second_of_2030(self, seconds: int, expected: list[str], tmp_path: Path) -> None:
        found = evaluations("MCU122", tmp_path, local(not_after=AFTER_2030 + timedelta(seconds=seconds)))
        assert of_devices(found) == expected

    @pytest.mark.parametrize(
        ("key", "expected"),
        [(rsa_key(31, 2992), ["fail"]), (rsa_key(32, 3000), ["pass"]), (p256_key(31), ["pass"])],
        ids=["2992", "3000", "EC"],
    )
    def test_the_length_of_the_key(self, key: Any, expected: list[str], tmp_path: Path) -> None:
        assert of_devices(evaluations("MCU122", tmp_path, local(key=key, not_after=AFTER_2030))) == expected

    def test_the_policy_has_the_length_and_the_severity(self, tmp_path: Path) -> None:
        lasting = local(not_after=AFTER_2030)
        shorter = file("mcuaudit.toml", b"[thresholds]\nrsa_bits_after_2030 = 2048\n")
        assert of_devices(evaluations("MCU122", tmp_path / "a", lasting, shorter)) == ["pass"]
        raised = file("mcuaudit.toml", b'[rules]\nMCU122 = "warning"\n')
        assert findings("MCU122", tmp_path / "b", lasting)["severity"].astype("str").tolist() == ["note"]
        assert findings("MCU122", tmp_path / "c", lasting, raised)["severity"].astype("str").tolist() == ["warning"]

    def test_certificates_of_peers_are_judged_too(self, tmp_path: Path) -> None:
        found = evaluations("MCU122", tmp_path, room(not_after=AFTER_2030))
        assert of_peer(found, "room") == ["fail"]
        assert of_devices(found) == ["pass"]


class TestOddNames:
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("DNS:mcu-1\0.example.com", "the DNS entry mcu-1\\x00.example.com contains a NUL character"),
            ("DNS:mcu 1.example.com", "the DNS entry mcu\\x201.example.com contains a space"),
            ("DNS:", 'the DNS entry "" is empty'),
            ("DNS:" + "a" * 64, "has a label of more than 63 characters"),
            ("URI:sip:mcu..example.com", "the URI entry sip:mcu..example.com has a host that has an empty label"),
        ],
    )
    def test_each_is_shown_escaped(self, name: str, words: str, tmp_path: Path) -> None:
        found = speaking("MCU116", tmp_path, local(san=[*LOCAL_NAMES, name]))
        assert words in found["message"].iloc[0]

    def test_a_common_name_is_looked_at_too(self, tmp_path: Path) -> None:
        odd = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mcü.example.com")])
        found = speaking("MCU116", tmp_path, file(LOCAL, chain(ISSUING.leaf(odd, key=rsa_key(4), san=LOCAL_NAMES))))
        assert "the CN mc\\xfc.example.com contains characters other than ASCII" in found["message"].iloc[0]

    @pytest.mark.parametrize(
        "names",
        [
            ["DNS:*.example.com", "DNS:mcu_1.example.com", "IP:2001:db8::1", "URI:sip:[2001:db8::1]"],
            ["email:mcu@example.com", "rid:1.2.3", "dir:Leeds Boardroom"],
            None,
        ],
    )
    def test_says_nothing(self, names: list[str] | None, tmp_path: Path) -> None:
        assert outcomes("MCU116", tmp_path, local(san=names)) == {"pass"}

    def test_many_are_counted(self, tmp_path: Path) -> None:
        found = speaking("MCU116", tmp_path, local(san=[f"DNS:room {number}" for number in range(1000)]))
        assert "and 997 more" in found["message"].iloc[0]
        assert len(found["message"].iloc[0]) < 400


class TestRestart:
    def test_devices_that_nobody_tells_of_are_passed_over(self, tmp_path: Path) -> None:
        found = evaluations("MCU117", tmp_path, another_device())
        assert dict(zip(found["device_id"], found["outcome"], strict=True)) == {DEVICE: "pass", OTHER: "notApplicable"}

    def test_the_device_itself_tells_it(self, tmp_path: Path) -> None:
        member = "<member><name>rebootRequired</name><value><boolean>1</boolean></value></member>"
        body = (
            f"<methodResponse><params><param><value><struct>{member}</struct></value></param></params></methodResponse>"
        )
        found = speaking("MCU117", tmp_path, file(f"{DEVICE}/api/device.query.xml", body.encode()))
        assert found["cause"].tolist() == [f"restart of {DEVICE}"]


class TestPrivateKey:
    @pytest.mark.parametrize(
        "words", ["Key matches certificate", "  KEY  matches\tcertificate ", "Key matches certificate."]
    )
    def test_matches(self, words: str, tmp_path: Path) -> None:
        assert outcomes("MCU118", tmp_path, setting("ssl_certificates", private_key=words)) == {"pass"}

    @pytest.mark.parametrize(
        "words",
        [
            "Key does not match certificate",
            "Private key doesn't match the certificate",
            "does not match",
            "Certificate does not match private key",
            "Key mismatch",
            "No key",
            "no private key",
            "Key missing",
            "Private key is not present",
            "Not installed",
            "none",
        ],
    )
    def test_does_not(self, words: str, tmp_path: Path) -> None:
        found = speaking("MCU118", tmp_path, setting("ssl_certificates", private_key=words))
        assert found["outcome"].tolist() == ["fail"]
        assert f'"{words}"' in found["message"].iloc[0]

    @pytest.mark.parametrize("words", ["yes", "RSA 2048", "Key matches", "no key problems", "Key mismatch resolved"])
    def test_who_knows(self, words: str, tmp_path: Path) -> None:
        found = speaking("MCU118", tmp_path, setting("ssl_certificates", private_key=words))
        assert found["outcome"].tolist() == ["open"]
        assert "private_key" in found["missing_evidence"].iloc[0]

    def test_where_nobody_tells_nothing_is_said(self, tmp_path: Path) -> None:
        breaks = lambda export: export.settings["ssl_certificates"].pop("private_key")  # noqa: E731
        assert outcomes("MCU118", tmp_path, breaks) == {"notApplicable"}


class TestPage:
    @pytest.mark.parametrize(
        "subject",
        [
            f"CN={HOST},O=Example",
            f"O = Example , CN = {HOST.upper()}",
            f"/O=Example/CN={HOST}",
            f"O=Example CN={HOST}",
            f"O=Example\nCN={HOST}",
            f"commonName={HOST}; organizationName=Example",
            f"CN={HOST}",
            f'O="Example", CN={HOST},',
            HOST,
            f"CN={HOST}, emailAddress=av@example.com",
        ],
    )
    def test_the_same_subject_in_many_forms(self, subject: str, tmp_path: Path) -> None:
        assert outcomes("MCU119", tmp_path, shown(subject=subject)) == {"pass"}

    @pytest.mark.parametrize(
        "subject", ["CN=mcu-2.example.com", f"CN={HOST},O=Sample", f"CN={HOST},OU=AV", f"C=GB/CN={HOST}"]
    )
    def test_another_subject(self, subject: str, tmp_path: Path) -> None:
        found = speaking("MCU119", tmp_path, shown(subject=subject))
        assert found["outcome"].tolist() == ["fail"]
        assert found["message"].iloc[0].endswith("it differs in subject.")

    @pytest.mark.parametrize("subject", ["the MCU in the lobby", "mcu-2.example.com", "emailAddress=av@example.com"])
    def test_a_subject_that_cannot_be_compared(self, subject: str, tmp_path: Path) -> None:
        found = speaking("MCU119", tmp_path, shown(subject=subject))
        assert found["outcome"].tolist() == ["open"]
        assert found["missing_evidence"].notna().all()

    @pytest.mark.parametrize(
        ("expires", "expected"),
        [
            ("2027-06-15", "pass"),
            ("2027-06-15T23:59:59Z", "pass"),
            ("2027-06-14", "open"),
            ("2027-06-16", "open"),
            ("2027-06-13", "fail"),
            ("2025-06-15", "fail"),
        ],
    )
    def test_times_by_the_day(self, expires: str, expected: str, tmp_path: Path) -> None:
        """The certificate ends on 15 June 2027 at noon."""
        assert outcomes("MCU119", tmp_path, shown(expires=expires)) == {expected}

    def test_all_that_differs_is_named(self, tmp_path: Path) -> None:
        breaks = shown(subject=f"CN={HOST}", issuer="CN=Old CA", issued="2020-01-01", expires="2022-01-01")
        found = speaking("MCU119", tmp_path, breaks)
        assert found["message"].iloc[0].endswith("it differs in issuer and issued and expires.")
        assert found["cause"].tolist() == [f"file {DEVICE}/local-certificate.pem"]

    def test_a_difference_outweighs_what_cannot_be_compared(self, tmp_path: Path) -> None:
        assert outcomes("MCU119", tmp_path, shown(subject="lobby", expires="2022-01-01")) == {"fail"}

    @pytest.mark.parametrize("breaks", [shown(), shown(subject=" "), all_of(shown(subject="CN=x"), file(LOCAL, None))])
    def test_where_one_of_the_two_is_missing_nothing_is_said(self, breaks: Break, tmp_path: Path) -> None:
        assert outcomes("MCU119", tmp_path, breaks) == {"notApplicable"}

    def test_a_name_with_escaped_characters(self, tmp_path: Path) -> None:
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example, Inc. + Sons"),
                x509.NameAttribute(NameOID.COMMON_NAME, HOST),
            ]
        )
        issued = ISSUING.leaf(name, key=rsa_key(4), san=LOCAL_NAMES)
        breaks = all_of(file(LOCAL, chain(issued)), shown(subject=f"CN={HOST}, O=Example, Inc. + Sons"))
        assert outcomes("MCU119", tmp_path, breaks) == {"pass"}


class TestKeyForPss:
    """A key of RSASSA-PSS is as weak as one of RSA of its length, and of another kind where the kind matters."""

    @staticmethod
    def marked(key: object) -> Break:
        plain = local_certificate(key=key)
        fields = fields_of(plain.der)
        bits = fields[6][fields[6].index(b"\x05\x00") + 2 :]
        fields[6] = encoded(0x30, bytes.fromhex("300b06092a864886f70d01010a") + bits)
        return file(LOCAL, pem(signed(fields, ISSUING)) + ISSUING.pem)

    def test_the_rules_count_its_bits_and_name_its_kind(self, tmp_path: Path) -> None:
        (weak,) = findings("MCU106", tmp_path / "a", self.marked(rsa_key(10, 1024))).to_dict("records")
        assert "a weak 1024-bit RSASSA-PSS key" in weak["evidence"]
        assert outcomes("MCU106", tmp_path / "b", self.marked(rsa_key(4))) == {"pass"}
        (odd,) = findings("MCU113", tmp_path / "b", self.marked(rsa_key(4))).to_dict("records")
        assert "a 2048-bit RSASSA-PSS key" in odd["evidence"]


class TestNetscapeType:
    """MCU109, of nsCertType: OpenSSL refuses a certificate for it, and other TLS stacks do not read it."""

    def test_of_the_local_certificate_it_is_undetermined(self, tmp_path: Path) -> None:
        (found,) = findings("MCU109", tmp_path, local(more=[netscape_type("server")])).to_dict("records")
        assert found["evidence"] == (
            "The nsCertType of the local certificate lacks client, and OpenSSL refuses it for that; other TLS stacks "
            "do not read the extension."
        )
        assert found["fix"] == "Reissue the certificate without nsCertType."
        assert found["remedy_id"] == f"reissue_without_extension @ local_certificate {DEVICE} -"
        assert found["readings"] == "A22"

    def test_of_a_peer_it_is_not_documented_whether_the_mcu_checks_it(self, tmp_path: Path) -> None:
        typed = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"], more=[netscape_type("email")])
        (found,) = findings("MCU109", tmp_path, file("peers/room.pem", chain(typed, ISSUING))).to_dict("records")
        assert found["evidence"] == (
            "The nsCertType of the certificate of room lacks server and client, and it is not documented whether the "
            "MCU checks it."
        )
        assert found["readings"] == "A13"

    @pytest.mark.parametrize("words", [("client", "server"), ("server", "client", "email")])
    def test_with_both_bits_it_passes(self, words: tuple[str, ...], tmp_path: Path) -> None:
        assert of_devices(evaluations("MCU109", tmp_path, local(more=[netscape_type(*words)]))) == ["pass"]

    def test_the_purposes_are_said_first(self, tmp_path: Path) -> None:
        breaks = local(purposes=["serverAuth"], more=[netscape_type("server")])
        (found,) = findings("MCU109", tmp_path, breaks).to_dict("records")
        assert found["evidence"].startswith("The extendedKeyUsage of the local certificate lacks clientAuth")
        assert found["fix"] == "Reissue the certificate with serverAuth and clientAuth."


PRESENTED: Final = file(LOCAL, chain(REVOKED, ISSUING))


class TestRevoked:
    """MCU123: the local certificate, or a CA above it, is revoked by a list of the export."""

    def test_says_when_and_by_whom(self, tmp_path: Path) -> None:
        """No connection says it: no peer of the clean export checks revocation."""
        lists = file("york/issuing.crl", revocation_list(ISSUING, [Revoked(REVOKED, "keyCompromise")]))
        (found,) = findings("MCU123", tmp_path, PRESENTED, lists).to_dict("records")
        assert found["evidence"] == (
            f"CN={HOST},O=Example was revoked on {REVOKED_ON:%Y-%m-%d} (keyCompromise) by the CRL of "
            "CN=Example Issuing CA,O=Example. Every party that checks revocation refuses the MCU."
        )
        assert found["remedy_id"] == f"reissue_with_new_key @ local_certificate {DEVICE} -"

    def test_a_revoked_ca_above_it_counts(self, tmp_path: Path) -> None:
        (found,) = findings("MCU123", tmp_path, file("root.crl", revocation_list(ROOT, [ISSUING]))).to_dict("records")
        assert "Issuing CA" in found["evidence"]

    @pytest.mark.parametrize(
        ("lists", "outcome"),
        [
            ({"a.crl": revocation_list(ISSUING)}, "pass"),
            ({"a.crl": revocation_list(ISSUING, [certificate("somebody", key=12)])}, "pass"),
            ({"a.crl": revocation_list(ELSEWHERE, [REVOKED])}, "pass"),
            ({"a.crl": revocation_list(ISSUING, [REVOKED], next_update=NOW - timedelta(days=1))}, "open"),
            ({"a.crl": revocation_list(ISSUING, [REVOKED])[:-9]}, "open"),
            ({"a.crl": revocation_list(ISSUING, [REVOKED], signed_by=rsa_key(13))}, "open"),
            ({"a.crl": revocation_list(ISSUING, [REVOKED]), "b.crl": b"0\x82damaged"}, "fail"),
        ],
        ids=["empty", "another certificate", "another CA", "out of date", "cut", "not signed by the CA", "and damage"],
    )
    def test_a_list_counts_if_it_is_current_and_signed(
        self, lists: dict[str, bytes], outcome: str, tmp_path: Path
    ) -> None:
        breaks = [file(name, content) for name, content in lists.items()]
        assert evaluations("MCU123", tmp_path, PRESENTED, *breaks)["outcome"].tolist() == [outcome]

    def test_what_would_tell_it_is_named(self, tmp_path: Path) -> None:
        late = file("a.crl", revocation_list(ISSUING, next_update=NOW - timedelta(days=1)))
        (found,) = findings("MCU123", tmp_path / "late", late).to_dict("records")
        assert found["missing_evidence"] == "a current CRL of CN=Example Issuing CA,O=Example"
        (found,) = findings("MCU123", tmp_path / "cut", file("a.crl", revocation_list(ISSUING)[:-9])).to_dict("records")
        assert found["missing_evidence"] == "a.crl"

    def test_without_a_list_or_a_certificate_it_says_nothing(self, tmp_path: Path) -> None:
        assert outcomes("MCU123", tmp_path / "a") == {"notApplicable"}
        gone = (file(LOCAL, None), file("a.crl", revocation_list(ISSUING)))
        assert outcomes("MCU123", tmp_path / "b", *gone) == {"notApplicable"}

    def test_it_is_said_whether_or_not_a_root_is_there(self, tmp_path: Path) -> None:
        """Without a root, the lists of the CAs that are there count."""
        lists = file("a.crl", revocation_list(ISSUING, [REVOKED]))
        stores = [file(name, chain(ISSUING)) for name in WITHOUT_CHAIN]
        assert outcomes("MCU123", tmp_path, PRESENTED, lists, *stores) == {"fail"}


def test_findings_keep_their_words_from_day_to_day(tmp_path: Path) -> None:
    """What a message says must not change while nothing changes."""
    export = CleanExport()
    all_of(PUBLIC_ROOT, local(key=p256_key(905), key_usage=["key_agreement"]), shown(subject="CN=x"))(export)
    import mcuaudit

    fleet = mcuaudit.read_export(export.write(tmp_path))
    columns = ["finding_id", "evidence", "fix", "cause"]
    said = [
        audit.findings.loc[audit.findings["code"].between("MCU110", "MCU119"), columns].to_dict("records")
        for audit in (mcuaudit.audit(fleet, at=NOW), mcuaudit.audit(fleet, at=NOW + timedelta(days=1)))
    ]
    assert said[0] == said[1]
    assert {item["finding_id"][:6] for item in said[0]} == {"MCU112", "MCU113", "MCU114", "MCU115", "MCU119"}


def test_a_damaged_local_certificate_is_not_called_missing(tmp_path: Path) -> None:
    """Message, cause and remedy say the same."""
    (found,) = findings("MCU101", tmp_path / "a", file(LOCAL, b"garbage")).to_dict("records")
    assert found["evidence"].startswith("local-certificate.pem is damaged")
    assert found["cause_id"] == f"damaged_evidence {LOCAL}"
    assert found["remedy_id"] == f"correct_evidence {LOCAL}"
    (found,) = findings("MCU101", tmp_path / "b", file(LOCAL, None)).to_dict("records")
    assert (found["cause_id"], found["remedy_id"]) == (
        "missing_evidence local-certificate.pem",
        "add_evidence local-certificate.pem",
    )
