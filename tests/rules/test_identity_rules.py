"""Rules about identities: what they say of odd names, of peers of each standard, and where they say nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.authority import rsa_key
from tests.clean_export import ADDRESS, DEVICE, HOST, ISSUING, LOCAL_NAMES, CleanExport, certificate, chain
from tests.rules.breakages.base import LOCAL, Break, all_of, audit_of, file, intact, local, peer, setting
from tests.rules.breakages.identity import STRICT_ROOM, TRUNK, WILDCARD, common_names
from tests.rules.judged import evaluations, outcomes, speaking

OTHER = "oslo/mcu-2"
NO_FEATURE = setting("device", features=["Video Firewall Option"])
UNRECORDED = all_of(TRUNK, lambda export: export.peers["room"].pop("expects"))
NO_SIP_TLS = setting("services", sips_tcp=False)


def named(*words: str, **wishes: Any) -> Break:
    """The local certificate has these CNs."""
    return file(LOCAL, chain(certificate(common_names(*words), **wishes), ISSUING))  # type: ignore[arg-type]


def without(table: str, key: str) -> Break:
    """Nobody tells this setting."""

    def apply(export: CleanExport) -> None:
        del export.settings[table][key]

    return apply


def another_device(*san: str) -> Break:
    """A second device, of which nothing is known but its certificate."""
    return file(f"{OTHER}/local-certificate.pem", chain(ISSUING.leaf("mcu-2", key=rsa_key(11), san=[*san])))


@pytest.mark.parametrize("code", ["MCU202", "MCU203", "MCU206", "MCU207", "MCU208", "MCU209"])
@pytest.mark.parametrize("content", [None, b"-----BEGIN CERTIFICATE-----\n%%\n"], ids=["missing", "damaged"])
def test_without_a_local_certificate_nothing_is_said(code: str, content: bytes | None, tmp_path: Path) -> None:
    assert evaluations(code, tmp_path, file(LOCAL, content)).empty


class TestHostName:
    def test_each_name_is_judged(self, tmp_path: Path) -> None:
        found = evaluations("MCU202", tmp_path, setting("device", host_names=[HOST, "mcu.example.org", "mcu-1"]))
        assert dict(zip(found["subject"], found["outcome"], strict=True)) == {
            f"{DEVICE} {HOST}": "pass",
            f"{DEVICE} mcu.example.org": "fail",
            f"{DEVICE} mcu-1": "fail",
        }
        assert found["reference"].dropna().tolist() == ["mcu.example.org", "mcu-1"]

    @pytest.mark.parametrize(
        ("san", "expected"),
        [
            ([f"DNS:{HOST.upper()}"], "pass"),
            (["DNS:*.example.com"], "pass"),
            (["DNS:mcu-*.example.com"], "fail"),
            (["DNS:*.*.com"], "fail"),
            ([f"URI:https://{HOST}/"], "fail"),
            ([f"DNS:{HOST}."], "open"),
            (None, "fail"),
        ],
    )
    def test_as_https_clients_compare(self, san: list[str] | None, expected: str, tmp_path: Path) -> None:
        assert outcomes("MCU202", tmp_path, local(san=san)) == {expected}

    def test_the_reason_is_told(self, tmp_path: Path) -> None:
        found = speaking("MCU202", tmp_path, local(san=None))
        assert found["message"].iloc[0].endswith("is ignored because RFC 9525 reads only the subjectAltName.")

    @pytest.mark.parametrize("off", [setting("services", https=False), NO_FEATURE])
    def test_without_https_nobody_looks(self, off: Break, tmp_path: Path) -> None:
        assert outcomes("MCU202", tmp_path, local(san=None), off) == {"notApplicable"}

    def test_a_device_without_a_known_name_is_undetermined(self, tmp_path: Path) -> None:
        found = speaking("MCU202", tmp_path, without("device", "host_names"))
        assert found["outcome"].tolist() == ["open"]
        assert found["missing_evidence"].tolist() == ["settings.toml [device] host_names"]

    def test_a_device_that_has_none_is_passed_over(self, tmp_path: Path) -> None:
        assert evaluations("MCU202", tmp_path, setting("device", host_names=[])).empty

    @pytest.mark.parametrize("name", ["*.example.com", "mcu-1..example.com", "10.1.2.300"])
    def test_a_name_that_is_none_is_undetermined(self, name: str, tmp_path: Path) -> None:
        found = speaking("MCU202", tmp_path, setting("device", host_names=[name]))
        assert found["outcome"].tolist() == ["open"]
        assert found["missing_evidence"].tolist() == ["a name that can be compared"]

    def test_a_short_name_that_the_device_tells_of_itself_need_not_be_used(self, tmp_path: Path) -> None:
        itself = file(f"{DEVICE}/api/system.xml", b"<system><hostName>mcu-1</hostName></system>")
        found = speaking("MCU202", tmp_path, without("device", "host_names"), itself)
        assert found["outcome"].tolist() == ["open"]
        assert found["reference"].tolist() == ["mcu-1"]

    def test_a_full_name_that_the_device_tells_of_itself_is_one(self, tmp_path: Path) -> None:
        itself = file(f"{DEVICE}/api/system.xml", b"<system><hostName>mcu-9.example.com</hostName></system>")
        assert outcomes("MCU202", tmp_path, without("device", "host_names"), itself) == {"fail"}


class TestAddress:
    @pytest.mark.parametrize(
        ("unread", "evidence"),
        [
            (setting("services", sips_tcp="perhaps"), f"{DEVICE}/settings.toml [services] sips_tcp"),
            (setting("device", features=7), f"{DEVICE}/settings.toml [device] features"),
        ],
        ids=["service", "features"],
    )
    def test_where_direct_calls_may_not_exist_the_unread_setting_is_named(
        self, unread: Break, evidence: str, tmp_path: Path
    ) -> None:
        found = speaking("MCU201", tmp_path, local(san=[f"DNS:{HOST}"]), unread)
        assert (found["outcome"].tolist(), found["missing_evidence"].tolist()) == (["open"], [evidence])
        assert found["message"].iloc[0].endswith(f"{evidence} cannot be read.")

    def test_with_a_direct_peer_the_unread_configuration_does_not_matter(self, tmp_path: Path) -> None:
        unread = setting("sip", outbound_call_configuration="perhaps")
        assert outcomes("MCU201", tmp_path, unread) == {"pass"}
        assert outcomes("MCU201", tmp_path / "other", unread, peer("room", route="proxied")) == {"open"}

    def test_where_the_configuration_is_not_recorded_it_is_the_missing_evidence(self, tmp_path: Path) -> None:
        breaks = all_of(peer("room", route="proxied"), without("sip", "outbound_call_configuration"))
        found = speaking("MCU201", tmp_path, breaks)
        assert set(found["missing_evidence"]) == {"settings.toml [sip] outbound_call_configuration"}
        assert found["message"].iloc[0].endswith("outbound_call_configuration is not in the export.")


class TestOutboundDomain:
    def test_it_is_a_note_that_says_when_nothing_needs_doing(self, tmp_path: Path) -> None:
        found = speaking("MCU203", tmp_path, TRUNK)
        assert "by which room may identify it" in found["message"].iloc[0]
        assert "no change is needed" in found["fix"].iloc[0]

    @pytest.mark.parametrize("standard", ["vcs", "cucm", "mcu", "none"])
    def test_peers_of_other_standards_do_not_look_for_it(self, standard: str, tmp_path: Path) -> None:
        assert outcomes("MCU203", tmp_path, TRUNK, peer("room", standard=standard)) == {"notApplicable"}

    def test_a_direct_peer_does_not_look_for_it(self, tmp_path: Path) -> None:
        found = speaking("MCU203", tmp_path, TRUNK, peer("room", route="direct"))
        assert found["outcome"].tolist() == ["open"]
        assert found["missing_evidence"].tolist() == ["peers.toml standard and expects of the registrar or trunk"]

    def test_where_the_standard_is_not_told_a_certificate_with_the_domain_passes(self, tmp_path: Path) -> None:
        carries = local(san=[*LOCAL_NAMES, "URI:sip:example.com"])
        assert outcomes("MCU203", tmp_path, TRUNK, peer("room", route="direct"), carries) == {"pass"}

    @pytest.mark.parametrize(
        ("unread", "key"),
        [
            (setting("services", sips_tcp="perhaps"), "[services] sips_tcp"),
            (setting("device", features=7), "[device] features"),
            (setting("sip", outbound_call_configuration="perhaps"), "[sip] outbound_call_configuration"),
        ],
        ids=["service", "features", "configuration"],
    )
    def test_a_setting_that_cannot_be_read_leaves_it_open(self, unread: Break, key: str, tmp_path: Path) -> None:
        found = speaking("MCU203", tmp_path, TRUNK, unread)
        evidence = f"{DEVICE}/settings.toml {key}"
        assert (found["outcome"].tolist(), found["missing_evidence"].tolist()) == (["open"], [evidence])
        assert found["message"].iloc[0].endswith(f"{evidence} cannot be read.")

    def test_names_that_the_peer_expects_decide(self, tmp_path: Path) -> None:
        assert outcomes("MCU203", tmp_path / "host", TRUNK, peer("room", expects=[HOST])) == {"notApplicable"}
        assert outcomes("MCU203", tmp_path / "unrecorded", UNRECORDED) == {"open"}
        # The call passes by the host name, and the rule does not say that it fails.
        calls = audit_of(all_of(UNRECORDED, local(san=[f"DNS:{HOST}"])), tmp_path / "audit").connections.query(
            "peer == 'room'"
        )
        assert set(calls["peer_identity"].astype(str)) == {"pass"}

    def test_a_domain_that_is_hidden_by_a_uri_is_missing(self, tmp_path: Path) -> None:
        hidden = local(san=[*LOCAL_NAMES, "DNS:example.com"])
        assert outcomes("MCU203", tmp_path, TRUNK, hidden) == {"fail"}

    @pytest.mark.parametrize(
        "breaks",
        [
            setting("sip", outbound_call_configuration="Call direct"),
            setting("sip", outbound_domain=""),
            without("sip", "outbound_domain"),
            NO_SIP_TLS,
            NO_FEATURE,
        ],
    )
    def test_where_there_is_none_nobody_looks(self, breaks: Break, tmp_path: Path) -> None:
        assert outcomes("MCU203", tmp_path, TRUNK, breaks) == {"notApplicable"}

    @pytest.mark.parametrize("domain", ["example.com;transport=tls", "a b"])
    def test_a_domain_that_is_none_is_undetermined(self, domain: str, tmp_path: Path) -> None:
        found = speaking("MCU203", tmp_path, UNRECORDED, setting("sip", outbound_domain=domain))
        assert found["missing_evidence"].tolist() == ["a name that can be compared"]


class TestSanWithoutUriAndDns:
    @pytest.mark.parametrize(
        ("san", "expected"),
        [
            (None, "pass"),
            (["DNS:x"], "pass"),
            (["URI:sips:x"], "pass"),
            (["email:mcu@example.com"], "fail"),
            ([f"IP:{ADDRESS}", "rid:1.2.3"], "fail"),
            ([], "fail"),
        ],
    )
    def test_of_each_kind_of_entry(self, san: list[str] | None, expected: str, tmp_path: Path) -> None:
        assert outcomes("MCU206", tmp_path, local(san=san)) == {expected}

    def test_the_hidden_common_name_is_told(self, tmp_path: Path) -> None:
        found = speaking("MCU206", tmp_path, named(HOST, "Example MCU", san=[f"IP:{ADDRESS}"]))
        assert f"hides the CN {HOST}, Example\\x20MCU, although" in found["message"].iloc[0]

    def test_there_may_be_none_to_hide(self, tmp_path: Path) -> None:
        found = speaking("MCU206", tmp_path, named(san=[f"IP:{ADDRESS}"]))
        assert found["message"].iloc[0].endswith("has neither URI nor DNS entries.")


class TestWildcard:
    def test_beside_the_full_name_it_does_no_harm(self, tmp_path: Path) -> None:
        assert outcomes("MCU207", tmp_path, local(san=[*LOCAL_NAMES, "DNS:*.example.com"])) == {"pass"}

    def test_of_another_domain_it_is_no_name_of_the_device(self, tmp_path: Path) -> None:
        assert outcomes("MCU207", tmp_path, local(san=["DNS:*.example.org"])) == {"pass"}

    def test_in_part_of_a_label_is_one_too(self, tmp_path: Path) -> None:
        assert outcomes("MCU207", tmp_path, local(san=["DNS:mcu-*.example.com"])) == {"open"}

    def test_where_no_name_is_told_it_is_undetermined(self, tmp_path: Path) -> None:
        found = speaking("MCU207", tmp_path, another_device("DNS:*.example.com"))
        assert found["device_id"].tolist() == [OTHER]
        assert "names the device only by the wildcard *.example.com" in found["message"].iloc[0]

    def test_in_the_common_name_counts_without_a_subject_alternative_name(self, tmp_path: Path) -> None:
        assert outcomes("MCU207", tmp_path / "a", named("*.example.com")) == {"open"}
        assert outcomes("MCU207", tmp_path / "b", named("*.example.com", san=LOCAL_NAMES)) == {"pass"}
        assert outcomes("MCU207", tmp_path / "c", without("device", "host_names"), named("*", san=["DNS:x"])) == {
            "pass"
        }

    @pytest.mark.parametrize(("standard", "expected"), [("rfc5922", "fail"), ("rfc5924", "fail"), ("vcs", "open")])
    def test_by_the_standard_of_the_peer(self, standard: str, expected: str, tmp_path: Path) -> None:
        breaks = all_of(WILDCARD, STRICT_ROOM, peer("room", standard=standard))
        assert outcomes("MCU207", tmp_path, breaks) == {expected}

    def test_a_strict_peer_that_expects_the_address_does_not_mind(self, tmp_path: Path) -> None:
        breaks = all_of(WILDCARD, peer("room", standard="rfc5922"))
        assert outcomes("MCU207", tmp_path, breaks) == {"open"}

    def test_a_strict_peer_on_a_proxied_route_expects_the_host_name(self, tmp_path: Path) -> None:
        def untold(export: CleanExport) -> None:
            del export.peers["room"]["expects"]

        breaks = all_of(WILDCARD, peer("room", standard="rfc5922", route="proxied"), untold)
        found = speaking("MCU207", tmp_path, breaks)
        assert found["outcome"].tolist() == ["fail"]
        assert f"covers {HOST}, and room does not accept wildcards" in found["message"].iloc[0]

    def test_devices_that_share_a_certificate_are_judged_by_their_own_peers(self, tmp_path: Path) -> None:
        def shared(export: CleanExport) -> None:
            WILDCARD(export)
            export.files[f"{OTHER}/local-certificate.pem"] = export.files[LOCAL]
            strict = f'connections = ["incoming_sip"]\nstandard = "rfc5922"\nexpects = ["{HOST}"]\n'
            export.files["oslo/peers.toml"] = f'[[peer]]\nname = "cloud"\n{strict}'.encode()

        found = evaluations("MCU207", tmp_path, shared)
        assert dict(zip(found["device_id"], found["outcome"], strict=True)) == {DEVICE: "open", OTHER: "fail"}

    @pytest.mark.parametrize("off", [NO_SIP_TLS, NO_FEATURE])
    def test_without_sip_over_tls_nobody_looks(self, off: Break, tmp_path: Path) -> None:
        assert outcomes("MCU207", tmp_path, WILDCARD, STRICT_ROOM, off) == {"notApplicable"}


class TestUriNotPlain:
    @pytest.mark.parametrize(
        ("uri", "readings"),
        [
            (f"sips:{HOST}", "A3"),
            (f"sip:{HOST}:5061", "A2"),
            (f"sip:{HOST};transport=tls", "A2"),
            (f"sip:mcu@{HOST}", "A2"),
            (f"sips:mcu@{HOST}", "A2 A3"),
        ],
    )
    def test_each_form_names_its_readings(self, uri: str, readings: str, tmp_path: Path) -> None:
        found = speaking("MCU208", tmp_path, local(san=[f"URI:{uri}"]))
        assert (found["outcome"].tolist(), found["readings"].tolist()) == (["open"], [readings])
        assert uri in found["message"].iloc[0]

    def test_readings_of_several_are_joined(self, tmp_path: Path) -> None:
        found = speaking("MCU208", tmp_path, local(san=[f"URI:sips:{HOST}", f"URI:sip:{ADDRESS}:5061"]))
        assert found["readings"].tolist() == ["A2 A3"]

    @pytest.mark.parametrize(
        "san",
        [
            [f"URI:sip:{HOST}"],
            [f"URI:sips:{HOST}", f"URI:sip:{HOST.upper()}"],
            [f"URI:sip:mcu@{HOST}", f"DNS:{HOST}"],
            ["URI:sip:[2001:db8::1]:5061", "DNS:2001:db8:0::1"],
            [f"URI:https://{HOST}:443/"],
            ["URI:sips:"],
            None,
        ],
    )
    def test_says_nothing(self, san: list[str] | None, tmp_path: Path) -> None:
        assert outcomes("MCU208", tmp_path, local(san=san)) == {"pass"}


class TestHiddenNames:
    def test_the_name_and_the_peer_are_told(self, tmp_path: Path) -> None:
        found = speaking("MCU209", tmp_path, STRICT_ROOM)
        assert f"contains {HOST} only in DNS entries, which room ignores" in found["message"].iloc[0]

    @pytest.mark.parametrize(
        "san",
        [
            [f"DNS:{HOST}"],
            [f"DNS:{HOST}", f"URI:sip:{HOST}"],
            [f"DNS:{HOST}", f"URI:sip:mcu@{ADDRESS}"],
            [f"DNS:{HOST}", f"URI:sips:{ADDRESS}"],
            [f"URI:sip:{ADDRESS}"],
        ],
    )
    def test_nothing_is_hidden(self, san: list[str], tmp_path: Path) -> None:
        assert outcomes("MCU209", tmp_path, STRICT_ROOM, local(san=san)) == {"pass"}

    def test_another_uri_of_the_name_that_does_not_count_hides_it_all_the_same(self, tmp_path: Path) -> None:
        breaks = local(san=[f"URI:sips:{HOST}", f"DNS:{HOST}", f"URI:sip:{ADDRESS}"])
        assert outcomes("MCU209", tmp_path, STRICT_ROOM, breaks) == {"fail"}

    def test_names_that_the_peer_does_not_expect_are_no_matter(self, tmp_path: Path) -> None:
        assert outcomes("MCU209", tmp_path, peer("room", standard="rfc5922")) == {"pass"}

    @pytest.mark.parametrize("standard", ["mcu", "vcs", "cucm"])
    def test_peers_of_other_standards_read_them(self, standard: str, tmp_path: Path) -> None:
        assert outcomes("MCU209", tmp_path, STRICT_ROOM, peer("room", standard=standard)) == {"notApplicable"}


class TestSeveralCommonNames:
    def test_of_the_local_certificate(self, tmp_path: Path) -> None:
        found = speaking("MCU210", tmp_path, named(HOST, ADDRESS))
        assert found["reference"].tolist() == [""]
        assert found["slot"].tolist() == ["local_certificate"]
        assert found["cause"].tolist() == [f"local certificate of {DEVICE}"]

    def test_a_subject_alternative_name_takes_their_place(self, tmp_path: Path) -> None:
        assert speaking("MCU210", tmp_path, named(HOST, ADDRESS, san=LOCAL_NAMES)).empty

    def test_the_same_twice_is_one(self, tmp_path: Path) -> None:
        assert speaking("MCU210", tmp_path, named(HOST, HOST.upper())).empty

    def test_of_one_that_logs_in(self, tmp_path: Path) -> None:
        two = file("peers/alice.pem", chain(certificate(common_names("alice", "Alice"), key=6), ISSUING))  # type: ignore[arg-type]
        found = speaking("MCU210", tmp_path, two)
        assert found["peer"].tolist() == ["alice"]
        assert "(alice, Alice), and the CN is the name of the user who logs in" in found["message"].iloc[0]

    @pytest.mark.parametrize("security", ["Not required", "Verify certificate"])
    def test_where_nobody_logs_in_by_certificate(self, security: str, tmp_path: Path) -> None:
        two = file("peers/alice.pem", chain(certificate(common_names("alice", "Alice"), key=6), ISSUING))  # type: ignore[arg-type]
        level = setting("ssl_certificates", client_certificate_security=security)
        assert speaking("MCU210", tmp_path, two, level).empty

    @pytest.mark.parametrize(
        ("verification", "expected"),
        [("Outgoing calls only", ["room"]), ("Outgoing and incoming calls", ["room"]), ("No verification", [])],
    )
    def test_of_a_called_peer(self, verification: str, expected: list[str], tmp_path: Path) -> None:
        two = file("peers/room.pem", chain(certificate(common_names("room", "10.1.2.200"), key=5), ISSUING))  # type: ignore[arg-type]
        level = setting("ssl_certificates", verification_settings=verification)
        assert speaking("MCU210", tmp_path, two, level)["peer"].tolist() == expected

    def test_of_a_peer_that_cannot_be_called_no_name_is_compared(self, tmp_path: Path) -> None:
        two = file("peers/room.pem", chain(certificate(common_names("room", "10.1.2.200"), key=5), ISSUING))  # type: ignore[arg-type]
        assert speaking("MCU210", tmp_path, two, NO_SIP_TLS).empty

    @pytest.mark.parametrize(
        ("unread", "evidence"),
        [
            (setting("services", sips_tcp="perhaps"), f"{DEVICE}/settings.toml [services] sips_tcp"),
            (
                setting("ssl_certificates", verification_settings="perhaps"),
                f"{DEVICE}/settings.toml [ssl_certificates] verification_settings",
            ),
            (
                without("ssl_certificates", "verification_settings"),
                "settings.toml [ssl_certificates] verification_settings",
            ),
        ],
        ids=["service", "unreadable", "not recorded"],
    )
    def test_where_it_is_not_known_whether_the_name_is_compared(
        self, unread: Break, evidence: str, tmp_path: Path
    ) -> None:
        one = file("peers/room.pem", chain(certificate("10.1.2.200", key=5), ISSUING))
        two = file("peers/room.pem", chain(certificate(common_names("room", "10.1.2.200"), key=5), ISSUING))  # type: ignore[arg-type]
        found = speaking("MCU210", tmp_path / "two", two, unread)
        assert (found["peer"].tolist(), found["missing_evidence"].tolist()) == (["room"], [evidence])
        assert "is identified by the CN if the device verifies it" in found["message"].iloc[0]
        assert speaking("MCU210", tmp_path / "one", one, unread).empty

    def test_of_a_peer_that_only_calls_no_name_is_compared(self, tmp_path: Path) -> None:
        two = file("peers/room.pem", chain(certificate(common_names("room", "10.1.2.200"), key=5), ISSUING))  # type: ignore[arg-type]
        assert speaking("MCU210", tmp_path, two, peer("room", connections=["incoming_sip"])).empty


def alice(*names: str) -> Break:
    """The certificate of the web user alice has these CNs."""
    return file("peers/alice.pem", chain(certificate(common_names(*names), key=6), ISSUING))  # type: ignore[arg-type]


class TestLoginName:
    @pytest.mark.parametrize("name", ["Alice", "ALICE", " alice", "alice "])
    def test_nearly_the_name(self, name: str, tmp_path: Path) -> None:
        found = speaking("MCU211", tmp_path, alice(name))
        assert (found["outcome"].tolist(), found["readings"].tolist()) == (["open"], ["A9"])
        assert 'the user name "alice"' in found["message"].iloc[0]

    @pytest.mark.parametrize("names", [("alice",), ("bob",), ("alice", "ALICE"), ()])
    def test_the_name_or_another_one(self, names: tuple[str, ...], tmp_path: Path) -> None:
        assert speaking("MCU211", tmp_path, alice(*names)).empty

    def test_names_with_spaces_and_colons(self, tmp_path: Path) -> None:
        users = [{"name": "Alice B: Smith", "privilege": "administrator"}]
        breaks = all_of(alice("alice b: smith"), lambda export: export.settings.update(users=users))
        assert 'the user name "Alice B: Smith"' in speaking("MCU211", tmp_path, breaks)["message"].iloc[0]

    @pytest.mark.parametrize(
        "breaks",
        [
            setting("ssl_certificates", client_certificate_security="Verify certificate"),
            without("ssl_certificates", "client_certificate_security"),
            setting("device", software_version="4.3(2.18)"),
            setting("services", https=False),
            lambda export: export.settings.pop("users"),
        ],
    )
    def test_where_no_login_is_known_nothing_is_said(self, breaks: Break, tmp_path: Path) -> None:
        assert outcomes("MCU211", tmp_path, alice("Alice"), breaks) == {"notApplicable"}

    def test_a_user_whose_certificate_is_not_told_has_no_row(self, tmp_path: Path) -> None:
        found = evaluations("MCU211", tmp_path, peer("alice", certificate=False))
        assert "alice" not in set(found["peer"])


def room(*san: str, common_name: str = "room") -> Break:
    """The certificate of the room system has these names."""
    return file("peers/room.pem", chain(certificate(common_name, key=5, san=[*san] or None), ISSUING))


class TestPeerGuideline:
    @pytest.mark.parametrize(
        ("san", "lacking"),
        [
            (["DNS:10.1.2.200"], "has no SIP URI."),
            (["URI:sip:room.example.com"], "has no entry for 10.1.2.200."),
            (["URI:sip:room.example.com", "IP:10.1.2.201"], "has no entry for 10.1.2.200."),
            (["DNS:room.example.com"], "has neither a SIP URI nor an entry for 10.1.2.200."),
            (["URI:https://10.1.2.200/"], "has no SIP URI."),
        ],
    )
    def test_what_is_lacking_is_told(self, san: list[str], lacking: str, tmp_path: Path) -> None:
        found = speaking("MCU212", tmp_path, room(*san))
        assert found["message"].iloc[0].endswith(lacking)
        assert found["cause"].tolist() == ["certificate of room"]

    @pytest.mark.parametrize(
        "san",
        [
            ["URI:sip:10.1.2.200"],
            ["URI:sips:room.example.com", "IP:10.1.2.200"],
            ["URI:sip:room@room.example.com", "DNS:10.1.2.200"],
        ],
    )
    def test_both_are_there(self, san: list[str], tmp_path: Path) -> None:
        assert outcomes("MCU212", tmp_path, room(*san)) == {"pass"}

    def test_an_address_in_a_common_name_that_is_blocked_is_none(self, tmp_path: Path) -> None:
        found = speaking("MCU212", tmp_path, room("URI:sip:room.example.com", common_name="10.1.2.200"))
        assert found["message"].iloc[0].endswith("has no entry for 10.1.2.200.")

    def test_where_no_address_is_told_any_will_do(self, tmp_path: Path) -> None:
        by_name = peer("room", identifiers=["room.example.com"])
        assert outcomes("MCU212", tmp_path / "a", room("URI:sip:10.9.9.9"), by_name) == {"pass"}
        found = speaking("MCU212", tmp_path / "b", room("URI:sip:room.example.com"), by_name)
        assert found["message"].iloc[0].endswith("has no IP address.")

    @pytest.mark.parametrize(
        "breaks",
        [peer("room", route="proxied"), peer("room", certificate=False), NO_SIP_TLS, NO_FEATURE],
        ids=["proxied", "no certificate", "no SIP over TLS", "no feature key"],
    )
    def test_others_are_passed_over(self, breaks: Break, tmp_path: Path) -> None:
        assert evaluations("MCU212", tmp_path, room("DNS:x"), breaks).empty

    def test_other_mcus_of_the_fleet_are_judged_by_their_own_certificates(self, tmp_path: Path) -> None:
        mesh = all_of(another_device("DNS:x"), file("mcuaudit.toml", b'[policy]\nmesh = "fleet"\n'))
        assert set(evaluations("MCU212", tmp_path, mesh)["peer"]) == {"room"}


@pytest.mark.parametrize("code", ["MCU203", "MCU207", "MCU209", "MCU210", "MCU211", "MCU212"])
def test_without_any_peer_nothing_fails(code: str, tmp_path: Path) -> None:
    found = evaluations(code, tmp_path, lambda export: export.peers.clear())
    assert set(found["outcome"]) <= {"pass", "notApplicable"}


@pytest.mark.parametrize("code", ["MCU202", "MCU203", "MCU207", "MCU209", "MCU210"])
def test_the_clean_device_beside_one_that_is_hardly_known(code: str, tmp_path: Path) -> None:
    found = evaluations(code, tmp_path, intact, another_device("DNS:mcu-2.example.com"))
    by_device = found.groupby("device_id")["outcome"].agg(set)
    assert by_device[DEVICE] <= {"pass", "notApplicable"}
    assert by_device[OTHER] <= ({"open"} if code == "MCU202" else {"pass", "notApplicable"})
