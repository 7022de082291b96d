"""Rules about settings: where they begin to speak, what they say, and where they keep silent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.authority import NOW, Issued
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport, certificate, chain
from tests.predict.ocsp_responses import REVOKED, ocsp_response
from tests.rules.breakages.base import Break, all_of, file, formerly, intact, ocsp_server, peer, setting, untold
from tests.rules.breakages.settings import (
    OCSP_UNDER_REQUIRED,
    PASSWORDS_REFUSED,
    STRANGE_OCSP_SERVER,
    TAKEN,
    current_time,
    good_answer,
    ocsp,
    receiver,
    services_query,
    user,
    web_user,
)
from tests.rules.judged import findings, outcomes, speaking

REQUIRED = setting("ssl_certificates", client_certificate_security="Certificate-based authentication required")
TMS = certificate("tms-service", key=7, san=["DNS:tms.example.com"])
TMS_OF_STRANGER = certificate("tms-service", ELSEWHERE, key=7, san=["DNS:tms.example.com"])
BROKEN_BLOCK = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
VERIFY = setting("ssl_certificates", client_certificate_security="Verify certificate")
OLD_OCSP = ocsp(server_url="http://ocsp.example.com/")
NOT_REQUIRED = setting("ssl_certificates", client_certificate_security="Not required")


def outcome(code: str, directory: Path, *breaks: Break) -> str:
    """The one outcome of a rule on the clean device with these things broken."""
    (found,) = outcomes(code, directory, *breaks)
    return found


class TestEncryptedSip:
    @pytest.mark.parametrize(
        ("services", "words"),
        [
            ({"sip_tcp": True}, "calls go in clear."),
            ({"sip_tcp": False, "sip_udp": True}, "calls go in clear."),
            ({"sip_tcp": False, "sip_udp": False}, "there are no SIP calls at all."),
            ({"sip_tcp": False}, "calls go in clear or not at all."),
        ],
    )
    def test_what_becomes_of_the_calls(self, services: dict[str, bool], words: str, tmp_path: Path) -> None:
        found = speaking("MCU412", tmp_path, setting("services", sips_tcp=False, **services))
        assert found["message"].iloc[0].endswith(f"(room): {words}")

    def test_without_sip_peers_the_service_may_be_off(self, tmp_path: Path) -> None:
        def no_room(export: CleanExport) -> None:
            del export.peers["room"]

        assert outcome("MCU412", tmp_path, no_room, setting("services", sips_tcp=False)) == "notApplicable"


class TestFeatureKeys:
    def test_names_are_compared_without_case(self, tmp_path: Path) -> None:
        keys = setting("device", features=["Video firewall", "SECURE MANAGEMENT (https)"])
        assert outcome("MCU413", tmp_path, keys) == "pass"

    def test_no_key_at_all_is_told_too(self, tmp_path: Path) -> None:
        assert outcome("MCU413", tmp_path, setting("device", features=[])) == "fail"

    def test_untold_keys_are_no_missing_keys(self, tmp_path: Path) -> None:
        assert outcome("MCU413", tmp_path, intact) == "notApplicable"

    def test_without_a_service_that_needs_one_none_is_missing(self, tmp_path: Path) -> None:
        off = all_of(setting("services", https=False, sips_tcp=False), setting("device", features=[]))
        assert outcome("MCU413", tmp_path, off) == "notApplicable"

    def test_only_the_services_that_are_on_are_named(self, tmp_path: Path) -> None:
        found = speaking("MCU413", tmp_path, setting("services", https=False), setting("device", features=[]))
        assert found["message"].iloc[0].endswith("although they are on: encrypted SIP (TLS).")


class TestBefore44:
    def test_each_value_without_effect_is_named(self, tmp_path: Path) -> None:
        values = {
            "verification_settings": "Outgoing calls only", "client_certificate_security": "Verify certificate",
            "server_certificate_security": "No verification",
        }  # fmt: skip
        old = all_of(
            setting("device", software_version="4.3(2.18)"), setting("ssl_certificates", **values),
            lambda export: export.settings["ssl_certificates"].update(ocsp={"enabled": True}),
        )  # fmt: skip
        found = speaking("MCU406", tmp_path, old)
        assert found["message"].tolist() == [
            "Software 4.3(2.18) cannot verify certificates, but the export sets verification_settings = Outgoing calls "
            "only, client_certificate_security = Verify certificate, ocsp_enabled = true."
        ]


class TestLocalCertificateForOutgoing:
    def _unticked(self) -> Break:
        return setting("sip", use_local_certificate_for_outgoing=False)

    def test_it_has_the_cause_of_the_connections(self, tmp_path: Path) -> None:
        assert findings("MCU414", tmp_path, self._unticked())["connections"].tolist() == [2]

    def test_whom_the_device_does_not_call_is_not_named(self, tmp_path: Path) -> None:
        only_incoming = all_of(
            peer("room", connections=["incoming_sip"]), lambda export: export.settings["feedback_receivers"].clear()
        )
        assert outcome("MCU414", tmp_path, self._unticked(), only_incoming) == "notApplicable"

    def test_a_receiver_over_http_wants_no_certificate(self, tmp_path: Path) -> None:
        by_http = all_of(
            peer("room", connections=["incoming_sip"]),
            lambda export: export.settings.update(feedback_receivers=[{"uri": "http://tms.example.com/RPC2"}]),
        )
        assert outcome("MCU414", tmp_path, self._unticked(), by_http) == "notApplicable"

    def test_a_peer_that_verifies_nothing_is_not_named(self, tmp_path: Path) -> None:
        found = speaking("MCU414", tmp_path / "a", self._unticked(), peer("room", standard="none"))
        assert found["message"].str.contains(r"refuse the MCU \(tms\)").tolist() == [True]
        only = all_of(peer("room", standard="none"), lambda export: export.settings["feedback_receivers"].clear())
        assert outcome("MCU414", tmp_path / "b", self._unticked(), only) == "notApplicable"

    def test_untold_is_not_unticked(self, tmp_path: Path) -> None:
        assert outcome("MCU414", tmp_path, untold("sip", "use_local_certificate_for_outgoing")) == "notApplicable"


class TestPlainText:
    def _http(self) -> Break:
        return all_of(setting("services", http=True), setting("security", redirect_http_to_https=False))

    def test_where_passwords_are_refused_none_travels_in_clear(self, tmp_path: Path) -> None:
        assert outcome("MCU415", tmp_path / "a", self._http(), REQUIRED) == "notApplicable"
        assert outcome("MCU416", tmp_path / "b", setting("services", ftp=True), REQUIRED) == "notApplicable"

    def test_old_software_refuses_no_password_whatever_is_declared(self, tmp_path: Path) -> None:
        old = all_of(REQUIRED, setting("device", software_version="4.3(2.18)"))
        assert outcome("MCU415", tmp_path / "a", self._http(), old) == "fail"
        assert outcome("MCU416", tmp_path / "b", setting("services", ftp=True), old) == "fail"

    def test_the_advice_follows_the_documented_order(self, tmp_path: Path) -> None:
        fix = speaking("MCU415", tmp_path, self._http())["fix"].iloc[0]
        order = ["test a login over HTTPS", "tick", "before you switch on OCSP", "authentication required"]
        assert sorted(order, key=fix.index) == order

    def test_whether_it_is_redirected_must_be_told(self, tmp_path: Path) -> None:
        found = speaking(
            "MCU415", tmp_path, setting("services", http=True), untold("security", "redirect_http_to_https")
        )
        assert found["missing_evidence"].tolist() == ["settings.toml [security] redirect_http_to_https"]

    def test_http_that_is_off_need_not_be_redirected(self, tmp_path: Path) -> None:
        assert outcome("MCU415", tmp_path, untold("security", "redirect_http_to_https")) == "notApplicable"


class TestNoWayBack:
    def test_the_serial_console_is_a_way_back(self, tmp_path: Path) -> None:
        assert outcome("MCU417", tmp_path, REQUIRED) == "pass"

    def test_passwords_are_a_way_back(self, tmp_path: Path) -> None:
        assert outcome("MCU417", tmp_path, setting("security", require_administrator_login=True)) == "notApplicable"

    def test_whether_the_console_asks_must_be_told(self, tmp_path: Path) -> None:
        found = speaking("MCU417", tmp_path, REQUIRED, untold("security", "require_administrator_login"))
        assert found["missing_evidence"].tolist() == ["settings.toml [security] require_administrator_login"]

    def test_a_second_user_who_is_no_administrator_is_no_second_way(self, tmp_path: Path) -> None:
        def plain(export: CleanExport) -> None:
            web_user("bob")(export)
            export.settings["users"][-1]["privilege"] = "full control"

        assert outcome("MCU417", tmp_path, PASSWORDS_REFUSED, plain) == "fail"

    def test_a_second_certificate_that_is_refused_is_no_second_way(self, tmp_path: Path) -> None:
        stranger = file("peers/bob.pem", chain(certificate("bob", ELSEWHERE, key=9)))
        assert outcome("MCU417", tmp_path, PASSWORDS_REFUSED, web_user("bob"), stranger) == "fail"

    def test_two_who_share_one_certificate_are_one_way(self, tmp_path: Path) -> None:
        shared = web_user("bob", certificate="peers/alice.pem")
        assert outcome("MCU417", tmp_path, PASSWORDS_REFUSED, shared) == "fail"

    def test_a_lock_out_is_the_subject_of_another_rule(self, tmp_path: Path) -> None:
        stranger = file("peers/alice.pem", chain(certificate("alice", ELSEWHERE, key=6)))
        assert outcome("MCU417", tmp_path / "a", PASSWORDS_REFUSED, stranger) == "notApplicable"
        assert not speaking("MCU411", tmp_path / "b", PASSWORDS_REFUSED, stranger).empty


class TestReceiverPath:
    @pytest.mark.parametrize(
        ("uri", "speaks"),
        [
            ("https://10.1.2.9/RPC2", False),
            ("http://10.1.2.9:8080/a/b/RPC2", False),
            ("https://10.1.2.9/rpc2", True),
            ("https://10.1.2.9/RPC2/", True),
            ("https://10.1.2.9/noRPC2", True),
            ("https://10.1.2.9/RPC2?x=1", True),
            ("https://10.1.2.9", True),
        ],
    )
    def test_it_ends_as_documented(self, uri: str, speaks: bool, tmp_path: Path) -> None:
        found = speaking("MCU418", tmp_path, lambda export: export.settings["feedback_receivers"].append({"uri": uri}))
        assert found["reference"].tolist() == [uri] * speaks

    @pytest.mark.parametrize(
        ("product", "expected"),
        [("TMS", "open"), ("Conductor", "open"), ("Unified CM", "fail"), ("browser", "fail"), (None, "fail")],
    )
    def test_a_manager_may_register_another(self, product: str | None, expected: str, tmp_path: Path) -> None:
        def of_product(export: CleanExport) -> None:
            export.settings["feedback_receivers"] = [{"uri": "https://tms.example.com/feedback"}]
            del export.peers["tms"]["product"]
            export.peers["tms"] |= {"product": product} if product else {}

        found = speaking("MCU418", tmp_path, of_product)
        assert found["outcome"].tolist() == [expected]
        assert (f"tms is a {product}, which may" in found["message"].iloc[0]) is (expected == "open")

    @pytest.mark.parametrize("path", ["/RPC2", "/tms/RPC2"])
    def test_a_manager_with_the_documented_uri_passes(self, path: str, tmp_path: Path) -> None:
        assert outcome("MCU418", tmp_path, receiver(f"https://tms.example.com{path}")) == "pass"

    @pytest.mark.parametrize(
        ("broken", "evidence"),
        [
            (peer("tms", product=7), "product"),
            (peer("room", identifiers=["10.1.2.200", 7]), "identifiers"),
        ],
    )
    def test_a_receiver_that_cannot_be_told_may_be_one(self, broken: Break, evidence: str, tmp_path: Path) -> None:
        found = speaking("MCU418", tmp_path, broken, receiver("https://tms.example.com/feedback"))
        assert found["outcome"].tolist() == ["open"]
        assert evidence in found["missing_evidence"].iloc[0]

    def test_receivers_that_nobody_tells_have_no_path(self, tmp_path: Path) -> None:
        assert outcome("MCU418", tmp_path, lambda export: export.settings.pop("feedback_receivers")) == "notApplicable"


HTTPS_STORE = f"{DEVICE}/https-trust-store.pem"
SERVERS_NOT_VERIFIED = setting("ssl_certificates", server_certificate_security="No verification")


class TestIssuerOfReceivers:
    """The receiver is the TMS, which presents its certificate and that of the issuing CA."""

    @pytest.mark.parametrize("level", [intact, SERVERS_NOT_VERIFIED])
    @pytest.mark.parametrize(
        ("store", "presented", "expected"),
        [
            (chain(ROOT), [TMS, ISSUING], "pass"),
            (chain(ISSUING), [TMS], "pass"),
            (chain(TMS), [TMS], "pass"),
            (chain(ROOT), [TMS], "fail"),
            (chain(ELSEWHERE), [TMS, ISSUING], "fail"),
            (b"# empty\n", [TMS, ISSUING], "fail"),
        ],
        ids=["by what it presents", "the issuer", "itself", "not presented", "another CA", "empty"],
    )
    def test_the_store_has_a_ca_above_it(
        self, store: bytes, presented: list[Issued], expected: str, level: Break, tmp_path: Path
    ) -> None:
        breaks = (file(HTTPS_STORE, store), file("peers/tms.pem", chain(*presented)), level)
        assert outcome("MCU426", tmp_path, *breaks) == expected

    def test_what_it_may_present_beside_is_a_reading(self, tmp_path: Path) -> None:
        breaks = (file(HTTPS_STORE, chain(ROOT)), file("peers/tms.pem", TMS.pem), peer("tms", chain_complete=False))
        assert speaking("MCU426", tmp_path, *breaks)["readings"].tolist() == ["A11"]

    @pytest.mark.parametrize(
        ("broken", "evidence"),
        [
            (file(HTTPS_STORE, None), "https-trust-store.pem"),
            (file(HTTPS_STORE, chain(ELSEWHERE) + BROKEN_BLOCK), HTTPS_STORE),
            (file("peers/tms.pem", TMS_OF_STRANGER.pem + BROKEN_BLOCK), "peers/tms.pem"),
            (file("peers/tms.pem", b"rubbish"), "peers/tms.pem"),
        ],
        ids=["no store", "a store in part", "a chain in part", "no certificate"],
    )
    def test_what_cannot_be_read_is_named(self, broken: Break, evidence: str, tmp_path: Path) -> None:
        found = speaking("MCU426", tmp_path, broken)
        assert found["outcome"].tolist() == ["open"]
        assert evidence in found["missing_evidence"].iloc[0]

    @pytest.mark.parametrize(
        "unasked",
        [
            lambda export: export.settings.update(feedback_receivers=[{"uri": "http://tms.example.com/RPC2"}]),
            peer("tms", certificate=False),
            lambda export: export.peers["tms"].pop("certificate"),
            setting("device", software_version="4.3(2.18)"),
        ],
        ids=["http", "none", "untold", "old software"],
    )
    def test_where_there_is_no_certificate_nothing_is_missing(self, unasked: Break, tmp_path: Path) -> None:
        store = file(HTTPS_STORE, chain(ELSEWHERE))
        assert outcomes("MCU426", tmp_path, store, unasked) <= {"notApplicable"}

    def test_it_has_the_cause_and_the_remedy_of_the_connection(self, tmp_path: Path) -> None:
        found = findings("MCU426", tmp_path, file("peers/tms.pem", TMS_OF_STRANGER.pem))
        assert found["connections"].tolist() == [2]
        assert found["fix"].iloc[0].startswith("Add CN=Somebody Else's CA,O=Example to the HTTPS trust store")


class TestServiceNotInEffect:
    @pytest.mark.parametrize(
        ("states", "expected"),
        [((1, 1), "pass"), ((1, 0), "fail"), ((0, 0), "notApplicable"), ((0, 1), "notApplicable")],
    )
    def test_wanted_and_effective(self, states: tuple[int, int], expected: str, tmp_path: Path) -> None:
        assert outcome("MCU427", tmp_path, services_query(sips_tcp=states)) == expected

    def test_a_missing_feature_key_is_named(self, tmp_path: Path) -> None:
        without = all_of(services_query(https=(1, 0), ftp=(1, 0)), setting("device", features=["Video firewall"]))
        found = speaking("MCU427", tmp_path, without).set_index("reference")["message"]
        assert found["services.https"].endswith("any port; neither feature key “Secure management (HTTPS)” nor "
                                                "“Encryption” is activated.")  # fmt: skip
        assert found["services.ftp"] == "FTP is switched on but not active on any port."

    def test_a_service_that_cannot_be_read_is_undetermined(self, tmp_path: Path) -> None:
        found = speaking("MCU427", tmp_path, services_query(https=(1, 7)))
        assert found["outcome"].tolist() == ["open"]
        assert "services.query.xml" in found["missing_evidence"].iloc[0]

    @pytest.mark.parametrize(("second", "expected"), [((1, 1), "pass"), ((0, 1), "pass"), ((1, 0), "fail")])
    def test_one_port_is_enough(self, second: tuple[int, int], expected: str, tmp_path: Path) -> None:
        assert outcome("MCU427", tmp_path, services_query({"https": (1, 0)}, {"https": second})) == expected

    def test_without_a_response_nothing_is_wanted(self, tmp_path: Path) -> None:
        assert outcome("MCU427", tmp_path, intact) == "notApplicable"


class TestOcsp:
    def test_no_url(self, tmp_path: Path) -> None:
        assert outcome("MCU419", tmp_path, ocsp(server_url="")) == "fail"

    @pytest.mark.parametrize("url", ["ocsp.example.com", "ldap://ocsp.example.com/", "http://", "https:///x"])
    def test_a_url_that_cannot_be_used_is_damaged(self, url: str, tmp_path: Path) -> None:
        assert outcome("MCU419", tmp_path, ocsp(server_url=url)) == "open"

    @pytest.mark.parametrize("url", ["http://ocsp.example.com", "HTTPS://[2001:db8::1]:8888/x"])
    def test_a_url_with_a_server(self, url: str, tmp_path: Path) -> None:
        assert outcome("MCU419", tmp_path, ocsp(server_url=url)) == "pass"

    @pytest.mark.parametrize("code", ["MCU419", "MCU420"])
    @pytest.mark.parametrize(
        "unasked",
        [
            NOT_REQUIRED,
            setting("services", https=False),
            setting("device", software_version="4.3(2.18)"),
            setting("ssl_certificates", ocsp={"enabled": False, "server_url": ""}),
        ],
        ids=["not required", "https off", "old", "off"],
    )
    def test_where_nobody_is_asked_about_nothing_is_rejected(self, unasked: Break, code: str, tmp_path: Path) -> None:
        breaks = (ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER), ocsp(server_url=""), unasked)
        assert outcome(code, tmp_path, *breaks) == "notApplicable"

    def test_a_server_over_http_is_not_verified(self, tmp_path: Path) -> None:
        by_http = all_of(file("peers/ocsp.pem", STRANGE_OCSP_SERVER), ocsp(server_url="http://ocsp.example.com/"))
        assert outcome("MCU420", tmp_path, by_http) == "notApplicable"

    def test_nor_where_servers_are_not_verified(self, tmp_path: Path) -> None:
        off = setting("ssl_certificates", server_certificate_security="No verification")
        strange = file("peers/ocsp.pem", STRANGE_OCSP_SERVER)
        assert outcome("MCU420", tmp_path, ocsp_server, strange, off) == "notApplicable"

    def test_undetermined_trust_is_told_by_the_connection(self, tmp_path: Path) -> None:
        lost = all_of(ocsp_server, peer("ocsp", certificate="peers/lost.pem"))
        assert outcome("MCU420", tmp_path / "a", lost) == "notApplicable"
        assert speaking("MCU505", tmp_path / "b", lost)["outcome"].tolist() == ["open"]

    def test_it_has_the_cause_of_the_logins_that_it_ends(self, tmp_path: Path) -> None:
        found = findings("MCU420", tmp_path, ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER))
        assert found["alone_blocks"].tolist() == [3]


class TestOcspUnderRequired:
    @pytest.mark.parametrize(
        ("before", "expected", "words"),
        [
            (intact, "fail", "OCSP and “Certificate-based authentication required” are both new"),
            (REQUIRED, "fail", "OCSP is new, after “Certificate-based authentication required”"),
            (OLD_OCSP, "pass", ""),
            (all_of(OLD_OCSP, VERIFY), "pass", ""),
            (all_of(OLD_OCSP, REQUIRED), "pass", ""),
            (all_of(OLD_OCSP, NOT_REQUIRED), "fail", "are both new"),
            (untold("ssl_certificates", "client_certificate_security"), "open", "does not say whether OCSP is new"),
            (lambda export: export.settings["ssl_certificates"].pop("ocsp"), "open", "does not say whether OCSP"),
            (all_of(OLD_OCSP, setting("device", software_version="4.3(2.18)")), "fail", "are both new"),
        ],
        ids=[
            "neither",
            "after",
            "allowed",
            "verify",
            "both",
            "not asked",
            "untold level",
            "untold OCSP",
            "old software",
        ],
    )
    def test_the_baseline_says_what_is_new(self, before: Break, expected: str, words: str, tmp_path: Path) -> None:
        found = speaking("MCU424", tmp_path, OCSP_UNDER_REQUIRED, formerly(before))
        assert found["outcome"].tolist() == [expected] * (expected != "pass")
        assert all(words in message and "8 June 2026" in message for message in found["message"])

    @pytest.mark.parametrize("level", [VERIFY, NOT_REQUIRED, intact])
    def test_a_lesser_level_is_no_risk(self, level: Break, tmp_path: Path) -> None:
        breaks = (OLD_OCSP, level, formerly(intact))
        assert outcome("MCU424", tmp_path / "a", *breaks) == "notApplicable"
        assert outcome("MCU425", tmp_path / "b", *breaks) == "notApplicable"

    def test_without_a_baseline_nothing_is_new(self, tmp_path: Path) -> None:
        assert outcome("MCU424", tmp_path, OCSP_UNDER_REQUIRED) == "notApplicable"

    def test_a_device_that_the_baseline_lacks_is_not_compared(self, tmp_path: Path) -> None:
        def elsewhere(export: CleanExport) -> None:
            formerly(intact)(export)
            assert export.former is not None
            former = export.former
            former.files = {name.replace(DEVICE, "leeds/mcu-9"): content for name, content in former.files.items()}
            former.files[f"{DEVICE}/settings.toml"] = None

        assert outcome("MCU424", tmp_path, OCSP_UNDER_REQUIRED, elsewhere) == "notApplicable"

    def test_only_a_good_answer_shows_that_one_is_to_be_had(self, tmp_path: Path) -> None:
        issued = certificate("alice", key=6)
        stale = file("peers/alice.ocsp", ocsp_response(issued, ISSUING, next_update=NOW - timedelta(seconds=1)))
        last = file("peers/alice.ocsp", ocsp_response(issued, ISSUING, next_update=NOW))
        revoked = file("peers/alice.ocsp", ocsp_response(issued, ISSUING, REVOKED))
        saved = all_of(good_answer, file("peers/alice.pem", chain(issued, ISSUING)))
        expected = {"stale": (stale, "open"), "last": (last, "pass"), "revoked": (revoked, "open")}
        for name, (answer, result) in expected.items():
            assert outcome("MCU425", tmp_path / name, OCSP_UNDER_REQUIRED, saved, answer) == result, name

    def test_a_server_that_certainly_does_not_answer_is_the_subject_of_others(self, tmp_path: Path) -> None:
        no_server = all_of(OCSP_UNDER_REQUIRED, ocsp(server_url=""))
        assert outcome("MCU425", tmp_path / "a", no_server) == "notApplicable"
        refused = all_of(OCSP_UNDER_REQUIRED, ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER))
        assert outcome("MCU425", tmp_path / "b", refused) == "notApplicable"
        assert speaking("MCU420", tmp_path / "c", refused)["outcome"].tolist() == ["fail"]

    def test_it_has_the_cause_of_the_logins(self, tmp_path: Path) -> None:
        found = findings("MCU425", tmp_path, OCSP_UNDER_REQUIRED)
        assert found["cause_id"].tolist() == ["missing_evidence peers.toml\\x20ocsp_response"]
        assert found["connections"].tolist() == [2]


class TestCertificateLogins:
    @pytest.mark.parametrize("level", [VERIFY, NOT_REQUIRED, setting("services", https=False)])
    @pytest.mark.parametrize("code", ["MCU421", "MCU422"])
    def test_without_them_the_question_is_not_put(self, code: str, level: Break, tmp_path: Path) -> None:
        breaks = (user("admin"), setting("security", advanced_account_security=True), level)
        assert outcome(code, tmp_path, *breaks) == "notApplicable"

    def test_both_default_users_are_named(self, tmp_path: Path) -> None:
        found = speaking("MCU421", tmp_path, user("guest", "conference list only"), user("admin"))
        assert "(admin and guest)" in found["message"].iloc[0]

    @pytest.mark.parametrize("name", ["Admin", "admin2", "the admin", "administrator"])
    def test_other_names_are_not_those_of_the_factory(self, name: str, tmp_path: Path) -> None:
        assert outcome("MCU421", tmp_path, user(name)) == "pass"

    def test_no_users_are_told_too(self, tmp_path: Path) -> None:
        assert outcome("MCU421", tmp_path, lambda export: export.settings.update(users=[])) == "pass"


class TestClock:
    """The export was taken on 10 June 2026 at 09:00 UTC, the limit is 300 seconds."""

    @pytest.mark.parametrize(
        ("shown", "said"),
        [
            ("20260610T09:05:00", "pass"),
            ("20260610T08:55:00", "pass"),
            ("20260610T09:05:01", "fail"),
            ("20260610T08:54:59", "fail"),
            ("20260610T10:05:00", "open"),
            ("20260610T10:05:01", "fail"),
            ("20260610T14:40:00", "open"),
            ("20260610T09:30:00", "fail"),
            ("20260610T23:00:00", "open"),
            ("20260611T00:05:00", "fail"),
            ("20260609T21:00:00", "open"),
            ("20260609T20:00:00", "fail"),
            ("20250610T09:00:00", "fail"),
        ],
    )
    def test_a_response_tells_no_zone(self, shown: str, said: str, tmp_path: Path) -> None:
        assert outcome("MCU423", tmp_path, TAKEN, current_time(shown)) == said

    @pytest.mark.parametrize(
        ("zone", "shown", "said"),
        [
            ("Europe/London", "20260610T10:00:00", "pass"),
            ("Europe/London", "20260610T09:00:00", "pass"),
            ("Europe/London", "20260610T11:00:00", "open"),
            ("Europe/London", "20260610T10:20:00", "fail"),
            ("Europe/Oslo", "20260610T11:00:00", "pass"),
            ("Europe/Oslo", "20260610T10:00:00", "pass"),
            ("Europe/Oslo", "20260610T09:00:00", "pass"),
            ("Asia/Kathmandu", "20260610T14:45:00", "pass"),
        ],
    )
    def test_the_zone_of_the_site_and_utc_are_both_right(
        self, zone: str, shown: str, said: str, tmp_path: Path
    ) -> None:
        """With or without summer time: not every device knows of it."""
        site = file("leeds/site.toml", f'time_zone = "{zone}"\n'.encode())
        assert outcome("MCU423", tmp_path, TAKEN, current_time(shown), site) == said

    def test_the_zone_would_settle_it(self, tmp_path: Path) -> None:
        found = speaking("MCU423", tmp_path / "a", TAKEN, current_time("20260610T11:00:00"))
        assert found["missing_evidence"].tolist() == ["leeds/site.toml time_zone"]
        london = file("leeds/site.toml", b'time_zone = "Europe/London"\n')
        found = speaking("MCU423", tmp_path / "b", TAKEN, current_time("20260610T11:00:00"), london)
        assert found["missing_evidence"].tolist() == ["the time zone of the device's clock"]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("2026-06-10T11:04:00+02:00", "pass"),
            ("2026-06-10T10:00:00Z", "fail"),
            ("2026-06-10", "notApplicable"),
        ],
    )
    def test_a_typed_time_has_a_zone(self, typed: str, said: str, tmp_path: Path) -> None:
        assert outcome("MCU423", tmp_path, TAKEN, setting("device", current_time=typed)) == said

    @pytest.mark.parametrize(
        ("shown", "said"),
        [
            ("20260610T15:00:00", "notApplicable"),
            ("20260612T02:00:00", "notApplicable"),
            ("20260612T02:05:01", "fail"),
            ("20260608T22:00:00", "notApplicable"),
            ("20260608T21:54:59", "fail"),
            ("19700101T00:00:00", "fail"),
        ],
    )
    def test_a_mere_day_counts_in_every_time_zone(self, shown: str, said: str, tmp_path: Path) -> None:
        """The clean export tells the day alone: it lasts from 8 June 22:00 to 12 June 02:00 on a clock somewhere."""
        assert outcome("MCU423", tmp_path, current_time(shown)) == said

    def test_the_time_of_the_export_must_be_told(self, tmp_path: Path) -> None:
        found = speaking("MCU423", tmp_path, current_time("20260610T09:00:00"), untold("device", "collected_at"))
        assert found["missing_evidence"].tolist() == ["settings.toml [device] collected_at"]

    def test_when_the_file_was_changed_does_not_matter(self, tmp_path: Path) -> None:
        """The response was written just now, years from the time on the clock."""
        assert outcome("MCU423", tmp_path, TAKEN, current_time("20260610T09:00:00")) == "pass"

    def test_the_policy_says_how_far_it_may_be_off(self, tmp_path: Path) -> None:
        policy = file("mcuaudit.toml", b"[thresholds]\nclock_skew_seconds = 0\n")
        assert outcome("MCU423", tmp_path / "a", TAKEN, current_time("20260610T09:00:00"), policy) == "pass"
        assert outcome("MCU423", tmp_path / "b", TAKEN, current_time("20260610T09:00:01"), policy) == "fail"


def test_the_export_is_stale_from_the_last_day_on(tmp_path: Path) -> None:
    fresh = setting("device", collected_at=(NOW - timedelta(days=90) + timedelta(seconds=1)).isoformat())
    assert outcome("MCU902", tmp_path / "a", fresh) == "pass"
    assert outcome("MCU902", tmp_path / "b", untold("device", "collected_at")) == "notApplicable"
    assert outcome("MCU902", tmp_path / "c", setting("device", collected_at="2030-01-01")) == "pass"


def test_each_device_is_judged_by_its_own_settings(tmp_path: Path) -> None:
    def second(export: CleanExport) -> None:
        export.files["leeds/mcu-2/local-certificate.pem"] = export.files[f"{DEVICE}/local-certificate.pem"]
        export.files["leeds/mcu-2/settings.toml"] = b"[services]\nftp = true\nsips_tcp = false\n"

    assert speaking("MCU416", tmp_path / "a", second)["device_id"].tolist() == ["leeds/mcu-2"]
    assert speaking("MCU412", tmp_path / "b", second)["device_id"].tolist() == ["leeds/mcu-2"]
