"""Rules about trust stores: where they begin to speak, whom they name, and where they keep silent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import certifi
import pytest

from mcuaudit import Audit
from mcuaudit.pkix import SignatureMemo
from mcuaudit.rules.views.store_authorities import newer_twins, rootless_authorities
from mcuaudit.rules.views.words import some_of
from tests.authority import FAR_AHEAD, LONG_AGO, NEXT_YEAR, NOW, Authority, encoded, p256_key, rsa_key, self_signed
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport, certificate, chain
from tests.odd_encodings import pem, with_field
from tests.rules.breakages.base import LOCAL, Break, all_of, audit_of, file, intact, peer, setting
from tests.rules.breakages.trust_store import (
    FAILS,
    HTTPS_STORE,
    NO_SIGNER,
    RENEWED_CA,
    ROOM_OF_ROOMS_CA,
    ROOMS_CA,
    SIP_STORE,
    WITHOUT_IDENTIFIERS,
    beside,
    changed,
    neighbours,
    public,
)
from tests.rules.judged import evaluations, findings, outcomes, speaking

ROOM_NAMES = ["DNS:10.1.2.200"]
LOWER_CA = ISSUING.intermediate("Example Lower CA", key=p256_key(20))
ISSUING_AS_ROOT = Authority.root("Example Issuing CA", key=rsa_key(2), not_before=LONG_AGO, not_after=FAR_AHEAD)
CROSSED = ELSEWHERE.intermediate("Example Root CA", key=rsa_key(1), not_after=FAR_AHEAD)
ANOTHER_KEY = Authority.root("Example Root CA", key=rsa_key(13), not_before=LONG_AGO, not_after=FAR_AHEAD)


def broken_rules(audit: Audit) -> list[str]:
    """What is told of rules about trust stores, settings and evidence that failed themselves."""
    problems = audit.internal_problems
    return problems.loc[problems["where"].str.match("MCU[349]"), "reason"].tolist()


def shared_by_two(store: bytes, *, name: str = "sip-trust-store.pem") -> Break:
    """The store is a file of the site, which a second device inherits with the settings."""

    def apply(export: CleanExport) -> None:
        export.files[f"{DEVICE}/{name}"] = None
        export.files[f"leeds/{name}"] = store
        export.files["leeds/mcu-2/local-certificate.pem"] = export.files[LOCAL]

    return apply


def settings_of(device: str, **facts: Any) -> Break:
    """Another device has the settings of the clean one, with other words for the SSL page."""

    def apply(export: CleanExport) -> None:
        words = {"verification_settings": "Outgoing and incoming calls", **facts}
        lines = [f'{key} = "{value}"' for key, value in words.items()]
        text = "\n".join(("[ssl_certificates]", *lines, "[services]", "sips_tcp = true", "[device]"))
        text += '\nsoftware_version = "4.4(3.57)"\n'
        export.files[f"leeds/{device}/settings.toml"] = text.encode()

    return apply


class TestRootMissing:
    def test_of_several_below_one_another_only_the_uppermost_is_named(self, tmp_path: Path) -> None:
        found = speaking("MCU304", tmp_path, file(SIP_STORE, chain(LOWER_CA, ISSUING)))
        assert found["reference"].str.startswith("CN=Example Issuing CA").tolist() == [True]
        assert found["readings"].tolist() == ["A12"]

    def test_a_file_of_the_site_is_named_for_each_device_that_uses_it(self, tmp_path: Path) -> None:
        found = findings("MCU304", tmp_path, shared_by_two(ISSUING.pem))
        assert sorted(found["device_id"]) == [DEVICE, "leeds/mcu-2"]
        assert found["evidence"].str.startswith("leeds/sip-trust-store.pem: ").all()

    def test_a_damaged_file_may_hold_the_root(self, tmp_path: Path) -> None:
        found = speaking("MCU304", tmp_path, file(SIP_STORE, ISSUING.pem + ROOT.pem[:200]))
        assert found["missing_evidence"].tolist() == [SIP_STORE]
        assert "read only in part" in found["message"].iloc[0]

    def test_a_root_with_the_same_name_and_key_is_enough(self, tmp_path: Path) -> None:
        assert outcomes("MCU304", tmp_path, file(SIP_STORE, chain(ISSUING, ISSUING_AS_ROOT))) == {"pass"}

    def test_an_end_entity_is_the_subject_of_another_rule(self, tmp_path: Path) -> None:
        assert outcomes("MCU304", tmp_path, file(SIP_STORE, chain(ROOT, certificate("x", ELSEWHERE)))) == {"pass"}

    def test_a_root_of_the_same_name_with_another_key_does_not_count(self, tmp_path: Path) -> None:
        assert "open" in outcomes("MCU304", tmp_path, file(SIP_STORE, chain(ISSUING, ANOTHER_KEY)))

    def test_it_goes_by_signature_where_no_key_identifier_tells(self) -> None:
        other = Authority.root("Example Root CA", key=rsa_key(13), key_identifiers=False)
        below = ROOT.intermediate("Example Plain CA", key=p256_key(38), key_identifiers=False)
        assert rootless_authorities([other.record, below.record], SignatureMemo()) == {below.record.sha256}
        assert rootless_authorities([ROOT.record, below.record], SignatureMemo()) == frozenset()

    def test_certificates_that_issued_each_other_have_no_root(self) -> None:
        one, two = Authority.root("One", key=p256_key(31)), Authority.root("Two", key=p256_key(32))
        ring = [two.intermediate("One", key=one.key).record, one.intermediate("Two", key=two.key).record]
        below = one.intermediate("Below", key=p256_key(33)).record
        assert rootless_authorities([*ring, below], SignatureMemo()) == {ca.sha256 for ca in ring}
        assert rootless_authorities([*ring, below, one.record], SignatureMemo()) == frozenset()


class TestIntermediateMissing:
    def test_a_peer_that_sends_it_needs_nothing(self, tmp_path: Path) -> None:
        sent = file("peers/room.pem", ROOM_OF_ROOMS_CA + ROOMS_CA.pem)
        assert outcomes("MCU305", tmp_path, sent) == {"pass"}

    def test_it_is_named_once_with_all_who_need_it(self, tmp_path: Path) -> None:
        def second_room(export: CleanExport) -> None:
            export.peers["annexe"] = dict(export.peers["room"])

        found = findings("MCU305", tmp_path, FAILS["MCU305"], second_room)
        assert found["reference"].tolist() == ["CN=Example Rooms CA,O=Example"]
        assert "from annexe, room to a root" in found["evidence"].iloc[0]
        assert found["alone_blocks"].tolist() == [4]

    def test_what_is_certain_of_one_peer_is_certain_of_the_store(self, tmp_path: Path) -> None:
        def may_send_it(export: CleanExport) -> None:
            export.peers["annexe"] = {**export.peers["room"], "chain_complete": False}

        known = file("peers/trusted.pem", chain(ROOT, ISSUING, ROOMS_CA))
        found = speaking("MCU305", tmp_path, FAILS["MCU305"], may_send_it, known)
        assert found["outcome"].tolist() == ["fail"]
        # The call of the other one is undetermined.
        assert "no path from room to a root" in found["message"].iloc[0]

    def test_a_root_that_is_presented_but_not_trusted(self, tmp_path: Path) -> None:
        stranger = chain(certificate("room", ELSEWHERE, key=5, san=ROOM_NAMES), ELSEWHERE)
        found = speaking("MCU305", tmp_path, file("peers/room.pem", stranger))
        assert found["reference"].tolist() == ["CN=Somebody Else's CA,O=Example"]
        assert found["cause"].tolist() == ["SIP trust store of leeds/mcu-1"]

    def test_without_a_version_nobody_is_certainly_refused(self, tmp_path: Path) -> None:
        def untold(export: CleanExport) -> None:
            del export.settings["device"]["software_version"]

        assert speaking("MCU305", tmp_path / "a", FAILS["MCU305"], untold).empty
        found = speaking("MCU301", tmp_path / "b", file(SIP_STORE, b""), untold)
        assert set(found["outcome"]) == {"open"}
        assert "settings.toml [device] software_version" in set(found["missing_evidence"])

    def test_every_ca_that_lacks_is_named(self, tmp_path: Path) -> None:
        """The issuing CA lies elsewhere in the export, its root nowhere."""
        unknown = Authority.root("Nowhere", key=p256_key(34)).intermediate("Known", key=p256_key(35))
        found = speaking(
            "MCU305", tmp_path,
            file("peers/room.pem", chain(certificate("room", unknown, key=5, san=ROOM_NAMES), unknown)),
        )  # fmt: skip
        assert found["reference"].tolist() == ["CN=Nowhere,O=Example"]

    @pytest.mark.parametrize(
        "silent",
        [
            file(SIP_STORE, b""),
            file(SIP_STORE, ISSUING.pem),
            setting("ssl_certificates", verification_settings="No verification"),
            setting("services", sips_tcp=False),
            file("peers/room.pem", self_signed("room", key=rsa_key(5), san=ROOM_NAMES).pem),
            file("peers/room.pem", chain(certificate("room", key=5, san=ROOM_NAMES, not_after=NOW - timedelta(1)))),
        ],
        ids=["empty store", "root missing", "no verification", "service off", "self-signed", "expired"],
    )
    def test_other_rules_say_it_or_nothing_is_verified(self, silent: Break, tmp_path: Path) -> None:
        assert speaking("MCU305", tmp_path, silent).empty

    def test_a_device_that_verifies_nobody_lacks_nothing_beside_one_that_does(self, tmp_path: Path) -> None:
        off = setting("ssl_certificates", verification_settings="No verification")
        store = shared_by_two(chain(ROOT, ISSUING))
        found = speaking("MCU305", tmp_path, FAILS["MCU305"], off, store, settings_of("mcu-2"))
        assert found["device_id"].tolist() == ["leeds/mcu-2"]

    def test_a_damaged_store_may_hold_it(self, tmp_path: Path) -> None:
        damaged = file(SIP_STORE, chain(ROOT) + ISSUING.pem[:200])
        alone = file("peers/room.pem", chain(certificate("room", key=5, san=ROOM_NAMES)))
        found = speaking("MCU305", tmp_path, damaged, alone)
        assert found["outcome"].tolist() == ["open"]
        assert found["missing_evidence"].tolist() == [SIP_STORE]

    def test_a_device_that_shares_the_store_but_not_the_peer_is_not_named(self, tmp_path: Path) -> None:
        def only_of_the_first(export: CleanExport) -> None:
            room = export.peers.pop("room")
            lines = [f"{key} = {value!r}".replace("True", "true") for key, value in room.items()]
            lines = [line.replace("'peers/", "'../../peers/") for line in lines]
            export.files[f"{DEVICE}/peers.toml"] = "\n".join(("[[peer]]", "name = 'room'", *lines)).encode()

        found = speaking(
            "MCU305", tmp_path, FAILS["MCU305"], shared_by_two(chain(ROOT, ISSUING)), only_of_the_first,
            settings_of("mcu-2"),
        )  # fmt: skip
        assert found["device_id"].tolist() == [DEVICE]


class TestNoAuthorityInStore:
    def test_a_version_1_root(self, tmp_path: Path) -> None:
        old = Authority.root("Old Root", key=rsa_key(14), version=1)
        found = speaking("MCU306", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING, old)))
        assert found["outcome"].tolist() == ["open"]
        assert "version 1" in found["message"].iloc[0]
        assert "that issued it" not in found["fix"].iloc[0]

    def test_a_ca_that_may_not_sign_is_certain(self, tmp_path: Path) -> None:
        assert speaking("MCU306", tmp_path, file(SIP_STORE, NO_SIGNER.pem))["outcome"].tolist() == ["fail"]

    def test_a_ca_without_key_usage_may_sign(self, tmp_path: Path) -> None:
        plain = Authority.root("Plain", key=rsa_key(14), key_usage=None)
        assert outcomes("MCU306", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING, plain))) == {"pass"}


class TestWeakAuthorityKey:
    @pytest.mark.parametrize(
        ("key", "policy", "outcome"),
        [
            (rsa_key(14, 2048), b"", "pass"),
            (rsa_key(14, 2048), b"[thresholds]\nrsa_bits = 3072\n", "fail"),
            (rsa_key(15, 2040), b"", "fail"),
            (p256_key(14), b"", "pass"),
            (p256_key(14), b"[thresholds]\nec_bits = 384\n", "fail"),
        ],
    )
    def test_the_limit_itself_is_not_weak(self, key: Any, policy: bytes, outcome: str, tmp_path: Path) -> None:
        store = file(SIP_STORE, chain(Authority.root("Example Root", key=key)))
        found = evaluations("MCU307", tmp_path, store, file("mcuaudit.toml", policy))
        assert found.loc[found["file"] == SIP_STORE, "outcome"].tolist() == [outcome]


class TestDuplicateAuthority:
    def test_the_older_one_is_named(self, tmp_path: Path) -> None:
        found = speaking("MCU308", tmp_path, file(SIP_STORE, chain(RENEWED_CA, ROOT, ISSUING)))
        assert found["certificate"].tolist() == [ISSUING.record.sha256]
        assert "superseded" in found["message"].iloc[0]

    def test_a_cross_signed_one_is_not_called_superseded(self, tmp_path: Path) -> None:
        found = speaking("MCU308", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING, CROSSED, ELSEWHERE)))
        assert found["certificate"].tolist() == [ROOT.record.sha256]
        assert "cross-signed: it was issued by CN=Example Root CA,O=Example, the newer one by CN=Somebody Else's CA"
        assert "whose root you no longer need" in found["fix"].iloc[0]

    def test_the_same_name_with_another_key_is_another_ca(self, tmp_path: Path) -> None:
        assert outcomes("MCU308", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING, ANOTHER_KEY))) == {"pass"}

    def test_the_same_certificate_twice_is_one(self, tmp_path: Path) -> None:
        assert outcomes("MCU308", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING, ROOT))) == {"pass"}

    def test_of_three_both_older_ones_are_named(self) -> None:
        three = [
            Authority.root("Root", key=rsa_key(1), not_before=NOW - timedelta(days=days), not_after=NEXT_YEAR).record
            for days in (30, 20, 10)
        ]
        assert newer_twins(three) == dict.fromkeys((three[0].sha256, three[1].sha256), three[2].sha256)

    def test_for_the_same_time_the_outdated_signature_is_the_older(self) -> None:
        times = {"key": rsa_key(1), "not_before": LONG_AGO, "not_after": NEXT_YEAR}
        old, new = Authority.root("Root", digest="sha1", **times).record, Authority.root("Root", **times).record
        assert newer_twins([new, old]) == {old.sha256: new.sha256}


class TestAuthorityExpiresFirst:
    def room(self, **wishes: Any) -> Break:
        return file("peers/room.pem", chain(certificate("room", key=5, san=ROOM_NAMES, **wishes), ISSUING))

    def test_the_same_end_is_soon_enough(self, tmp_path: Path) -> None:
        end = FAR_AHEAD - timedelta(days=1)
        assert outcomes("MCU309", tmp_path / "a", self.room(not_after=end)) == {"pass"}
        found = speaking("MCU309", tmp_path / "b", self.room(not_after=end + timedelta(seconds=1)))
        assert found["certificate"].tolist() == [ISSUING.record.sha256]

    def test_every_ca_of_the_path_that_ends_first_is_named(self, tmp_path: Path) -> None:
        found = speaking("MCU309", tmp_path, self.room(not_after=FAR_AHEAD + timedelta(days=1)))
        assert set(found["certificate"]) == {ISSUING.record.sha256, ROOT.record.sha256}
        assert found["slot"].tolist() == ["sip_trust_store"] * 2

    def test_a_renewed_ca_with_the_same_key_is_there_already(self, tmp_path: Path) -> None:
        renewed = file(SIP_STORE, chain(ROOT, ISSUING, RENEWED_CA))
        assert speaking("MCU309", tmp_path, self.room(not_after=FAR_AHEAD), renewed).empty

    def test_so_is_one_that_begins_later(self, tmp_path: Path) -> None:
        """The path still leads through the old one."""
        later = ROOT.intermediate(
            "Example Issuing CA", key=rsa_key(2), not_before=NOW + timedelta(days=1), not_after=FAR_AHEAD
        )
        prepared = file(SIP_STORE, chain(ROOT, ISSUING, later))
        assert speaking("MCU309", tmp_path, self.room(not_after=FAR_AHEAD), prepared).empty

    def test_whom_the_device_does_not_verify_nothing_ends(self, tmp_path: Path) -> None:
        off = setting("ssl_certificates", verification_settings="No verification")
        assert speaking("MCU309", tmp_path, self.room(not_after=FAR_AHEAD), off).empty

    def test_nor_for_another_device_that_verifies_by_the_same_store(self, tmp_path: Path) -> None:
        off = setting("ssl_certificates", verification_settings="No verification")
        store = shared_by_two(chain(ROOT, ISSUING))
        found = speaking("MCU309", tmp_path, self.room(not_after=FAR_AHEAD), off, store, settings_of("mcu-2"))
        assert found["device_id"].tolist() == ["leeds/mcu-2"]

    def test_a_ca_that_the_peer_sends_is_not_of_the_store(self, tmp_path: Path) -> None:
        brief = ROOT.intermediate("Brief CA", key=p256_key(36), not_after=NOW + timedelta(days=100))
        sent = chain(certificate("room", brief, key=5, san=ROOM_NAMES), brief)
        assert speaking("MCU309", tmp_path, file("peers/room.pem", sent)).empty


class TestPublicAuthorities:
    @pytest.mark.parametrize(
        "off",
        [
            setting("ssl_certificates", verification_settings="Outgoing calls only"),
            setting("ssl_certificates", verification_settings="No verification"),
            setting("services", sips_tcp=False),
            setting("device", software_version="4.3(2.18)"),
            file(SIP_STORE, None),
        ],
    )
    def test_callers_are_not_admitted_by_it(self, off: Break, tmp_path: Path) -> None:
        assert outcomes("MCU310", tmp_path, public(ROOT), off) == {"notApplicable"}

    @pytest.mark.parametrize(
        "off",
        [
            setting("ssl_certificates", client_certificate_security="Verify certificate"),
            setting("ssl_certificates", client_certificate_security="Not required"),
            setting("services", https=False),
            file(HTTPS_STORE, None),
        ],
    )
    def test_nobody_logs_in_by_it(self, off: Break, tmp_path: Path) -> None:
        assert outcomes("MCU311", tmp_path, public(ROOT), off) == {"notApplicable"}

    def test_each_store_is_judged_by_what_it_holds(self, tmp_path: Path) -> None:
        breaks = public(ELSEWHERE), file(HTTPS_STORE, chain(ROOT, ISSUING, ELSEWHERE))
        assert "fail" in outcomes("MCU311", tmp_path / "a", *breaks)
        assert "fail" not in outcomes("MCU310", tmp_path / "b", *breaks)

    def test_an_end_entity_of_a_public_ca_admits_nobody_else(self, tmp_path: Path) -> None:
        leaf = certificate("room", ELSEWHERE, key=5, san=ROOM_NAMES)
        store = all_of(public(ELSEWHERE), file(SIP_STORE, chain(ROOT, ISSUING, leaf)))
        assert speaking("MCU310", tmp_path, store, file("peers/trusted.pem", chain(ROOT, ISSUING, ELSEWHERE))).empty

    def test_a_ca_below_a_public_one_counts(self, tmp_path: Path) -> None:
        below = ELSEWHERE.intermediate("Managed CA", key=p256_key(37))
        store = all_of(public(ELSEWHERE), file(SIP_STORE, chain(ROOT, ISSUING, below)))
        root = file("peers/trusted.pem", chain(ROOT, ISSUING, ELSEWHERE))
        assert "CN=Managed CA" in speaking("MCU310", tmp_path, store, root)["message"].iloc[0]

    def test_what_certifi_lists_is_public_without_being_told(self, tmp_path: Path) -> None:
        first = Path(certifi.where()).read_bytes().split(b"-----END CERTIFICATE-----")[0] + b"-----END CERTIFICATE-----"
        first = first[first.index(b"-----BEGIN") :] + b"\n"
        assert not speaking("MCU310", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING) + first)).empty

    def test_a_damaged_store_is_no_proof_of_the_contrary(self, tmp_path: Path) -> None:
        damaged = file(SIP_STORE, chain(ROOT, ISSUING) + ELSEWHERE.pem[:200])
        assert outcomes("MCU310", tmp_path / "a", damaged) == {"notApplicable"}
        assert "fail" in outcomes("MCU310", tmp_path / "b", damaged, public(ROOT))


class TestStoresDifferWithinSite:
    def test_two_that_differ_are_both_named(self, tmp_path: Path) -> None:
        found = speaking("MCU312", tmp_path, neighbours("mcu-2", store=ROOT.pem))
        assert sorted(found["device_id"]) == [DEVICE, "leeds/mcu-2"]
        assert found["message"].str.contains("differs from those of other devices in .*: no store is more common").all()

    def test_the_odd_one_of_three_is_named_with_what_differs(self, tmp_path: Path) -> None:
        others = neighbours("mcu-2", "mcu-3", store=chain(ROOT, ELSEWHERE))
        found = speaking("MCU312", tmp_path, others)
        assert found["device_id"].tolist() == [DEVICE]
        evidence = found["message"].iloc[0]
        assert (
            "it lacks CN=Somebody Else's CA,O=Example, and it also contains CN=Example Issuing CA,O=Example" in evidence
        )

    def test_the_order_and_repetitions_in_the_file_do_not_matter(self, tmp_path: Path) -> None:
        assert speaking("MCU312", tmp_path, neighbours("mcu-2", store=chain(ISSUING, ROOT, ISSUING))).empty

    def test_a_reason_in_the_policy_settles_it_and_leaves_nothing_to_compare(self, tmp_path: Path) -> None:
        policy = file("mcuaudit.toml", b'[known.different_stores]\n"leeds/mcu-2" = "guests call in"\n')
        assert outcomes("MCU312", tmp_path, neighbours("mcu-2", store=ROOT.pem), policy) == {"notApplicable"}

    def test_stores_of_other_sites_and_damaged_ones_are_not_compared(self, tmp_path: Path) -> None:
        def elsewhere(export: CleanExport) -> None:
            export.files["oslo/mcu-1/local-certificate.pem"] = export.files[LOCAL]
            export.files["oslo/mcu-1/sip-trust-store.pem"] = ROOT.pem

        damaged = neighbours("mcu-2", store=ROOT.pem + ISSUING.pem[:100])
        assert outcomes("MCU312", tmp_path, elsewhere, damaged) == {"notApplicable"}

    def test_an_empty_store_beside_a_full_one_differs(self, tmp_path: Path) -> None:
        assert len(speaking("MCU312", tmp_path, neighbours("mcu-2", "mcu-3", store=b"# empty\n"))) == 1


class TestUnusedAuthority:
    def test_as_long_as_one_peer_is_not_known_nothing_is_unused(self, tmp_path: Path) -> None:
        lost = peer("room", certificate="peers/lost.pem")
        found = speaking("MCU313", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING, ELSEWHERE)), lost)
        assert found.empty

    def test_nor_beside_others_that_are_known(self, tmp_path: Path) -> None:
        def second_room(export: CleanExport) -> None:
            export.peers["annexe"] = {**export.peers["room"], "certificate": "peers/lost.pem"}

        assert speaking("MCU313", tmp_path, file(SIP_STORE, chain(ROOT, ISSUING, ELSEWHERE)), second_room).empty

    def test_nor_as_long_as_a_ca_above_a_peer_is_not_known(self, tmp_path: Path) -> None:
        assert speaking("MCU313", tmp_path, FAILS["MCU305"], file(SIP_STORE, chain(ROOT, ELSEWHERE))).empty

    def test_a_peer_that_presents_nothing_is_known(self, tmp_path: Path) -> None:
        none = peer("tms", certificate=False)
        found = speaking("MCU313", tmp_path, none, file(HTTPS_STORE, chain(ROOT, ISSUING, ELSEWHERE)))
        assert found["certificate"].tolist() == [ELSEWHERE.record.sha256]

    def test_a_ca_is_needed_even_where_the_peer_sends_it_or_is_not_verified(self, tmp_path: Path) -> None:
        off = setting("ssl_certificates", verification_settings="No verification")
        assert outcomes("MCU313", tmp_path, off) == {"pass"}

    def test_a_store_of_the_site_is_judged_by_the_peers_of_all_its_devices(self, tmp_path: Path) -> None:
        """The second device has no settings and the same peers; its store is the file of the site."""
        found = findings("MCU313", tmp_path, shared_by_two(chain(ROOT, ISSUING, ELSEWHERE)), settings_of("mcu-2"))
        assert sorted(found["device_id"]) == [DEVICE, "leeds/mcu-2"]
        assert found["certificate"].unique().tolist() == [ELSEWHERE.record.sha256]

    def test_a_store_without_peers_has_nothing_to_say(self, tmp_path: Path) -> None:
        call_home = file(f"{DEVICE}/call-home-trust-store.pem", ELSEWHERE.pem)
        assert speaking("MCU313", tmp_path, call_home).empty


BIG = 2**159
TRUE = b"\x01\x01\xff"


class TestProfile:
    @pytest.mark.parametrize(
        ("content", "expected", "words"),
        [
            (ROOMS_CA.pem, "pass", ""),
            (WITHOUT_IDENTIFIERS.pem, "fail", "has no subjectKeyIdentifier and has no authorityKeyIdentifier"),
            (Authority.root("Example A CA", key=p256_key(41), key_identifiers=False).pem, "fail", "CN=Example A CA"),
            (changed(ISSUING, "authorityKeyIdentifier", b"\x30\x00"), "fail", "has no authorityKeyIdentifier"),
            (changed(ISSUING, "authorityKeyIdentifier", b"\x30\x03\x82\x01\x05"), "fail", "no keyIdentifier in its"),
            (Authority.root("Example V1 CA", key=rsa_key(41), version=1).pem, "pass", ""),
        ],
        ids=["both", "neither", "a root", "empty", "a serial number only", "version 1"],
    )
    def test_key_identifiers(self, content: bytes, expected: str, words: str, tmp_path: Path) -> None:
        self._judged("MCU315", content, expected, words, tmp_path)

    def test_a_root_needs_its_subject_key_identifier_alone(self, tmp_path: Path) -> None:
        found = speaking("MCU315", tmp_path, beside(Authority.root("A", key=p256_key(41), key_identifiers=False).pem))
        assert found["message"].iloc[0].endswith("CN=A,O=Example has no subjectKeyIdentifier.")

    @pytest.mark.parametrize(
        ("content", "expected", "words"),
        [
            (ROOMS_CA.pem, "pass", ""),
            (changed(ISSUING, "basicConstraints", b"\x30\x03" + TRUE), "fail", "has basicConstraints that is not"),
            (changed(ISSUING, "basicConstraints", b"\x30\x03" + TRUE, TRUE), "pass", ""),
            (changed(ISSUING, "keyUsage", b"\x03\x02\x01\x06"), "fail", "has keyUsage that is not critical"),
            (changed(ISSUING, "inhibitAnyPolicy", b"\x02\x01\x00"), "fail", "has inhibitAnyPolicy that is"),
            (changed(ISSUING, "policyConstraints", b"\x30\x03\x80\x01\x05"), "fail", "has policyConstraints that is"),
            (ROOT.intermediate("Example Limited CA", key=rsa_key(41), permitted=["DNS:a.example"]).pem, "pass", ""),
            (changed(ISSUING, "subjectKeyIdentifier", b"\x04\x01x", TRUE), "fail", "Identifier that is critical"),
        ],
    )  # fmt: skip
    def test_critical_bits(self, content: bytes, expected: str, words: str, tmp_path: Path) -> None:
        self._judged("MCU316", content, expected, words, tmp_path)

    @pytest.mark.parametrize(
        ("serial", "expected", "words"),
        [
            (1, "pass", ""),
            (0, "fail", "has the serial number 0"),
            (-1, "fail", "has a negative serial number"),
            (BIG - 1, "pass", ""),
            (BIG, "fail", "has a serial number of 21 octets"),
        ],
    )
    def test_serial_numbers(self, serial: int, expected: str, words: str, tmp_path: Path) -> None:
        octets = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
        content = pem(with_field(ISSUING.der, ROOT, "serialNumber", encoded(0x02, octets)))
        self._judged("MCU317", content, expected, words, tmp_path)

    @pytest.mark.parametrize(("seconds", "expected"), [(-1, "pass"), (0, "fail")])
    def test_lifetimes(self, seconds: int, expected: str, tmp_path: Path) -> None:
        ends = LONG_AGO + timedelta(days=9132, seconds=seconds)
        old = Authority.root("Example Ancient CA", key=p256_key(41), not_before=LONG_AGO, not_after=ends)
        self._judged("MCU318", old.pem, expected, "CN=Example Ancient CA,O=Example is valid for 9133 days", tmp_path)

    def test_the_policy_has_the_lifetime(self, tmp_path: Path) -> None:
        shorter = file("mcuaudit.toml", b"[thresholds]\nca_lifetime_days = 3000\n")
        assert "fail" in outcomes("MCU318", tmp_path, shorter)

    def test_one_that_cannot_be_read_does_not_hide_another(self, tmp_path: Path) -> None:
        unread = changed(ISSUING, "subjectKeyIdentifier", b"\x30\x00")
        found = speaking("MCU315", tmp_path, beside(unread, WITHOUT_IDENTIFIERS.pem))
        assert found["outcome"].tolist() == ["fail"]

    def test_a_store_of_the_site_is_a_finding_of_each_device(self, tmp_path: Path) -> None:
        found = findings("MCU315", tmp_path, shared_by_two(chain(ROOT, ISSUING, WITHOUT_IDENTIFIERS)))
        assert found["device_id"].tolist() == [DEVICE, "leeds/mcu-2"]
        assert found["severity"].astype("str").tolist() == ["note", "note"]

    def _judged(self, code: str, content: bytes, expected: str, words: str, directory: Path) -> None:
        found = evaluations(code, directory, beside(content))
        in_store = found[found["file"].eq(SIP_STORE)]
        assert in_store["outcome"].tolist() == [expected]
        assert expected == "pass" or words in in_store["message"].iloc[0]


def test_a_ca_is_valid_from_its_first_second_on(tmp_path: Path) -> None:
    store = file(SIP_STORE, chain(ROOT, ISSUING, Authority.root("New", key=rsa_key(9), not_before=NOW)))
    assert outcomes("MCU314", tmp_path, store) == {"pass"}


def test_the_cause_of_an_expired_ca_is_that_of_the_connections(tmp_path: Path) -> None:
    gone = ROOT.intermediate("Example Issuing CA", key=rsa_key(2), not_before=LONG_AGO, not_after=NOW - timedelta(1))
    alone = file("peers/room.pem", chain(certificate("room", key=5, san=ROOM_NAMES)))
    found = findings("MCU303", tmp_path, file(SIP_STORE, chain(ROOT, gone)), alone)
    assert found["cause"].tolist() == ["SIP trust store of leeds/mcu-1"]
    assert found["connections"].tolist() == [2]


def test_odd_names_of_cas_neither_break_a_rule_nor_a_message(tmp_path: Path) -> None:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    nameless = Authority.root(x509.Name([]), key=rsa_key(14, 2048))
    braces = Authority.root(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "{device_id}\n<b>" + "x" * 40)]), key=rsa_key(10, 1024)
    )
    long_name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "y" * 60)] * 5)
    many = Authority.root(long_name, key=rsa_key(16, 1024))
    store = file(SIP_STORE, chain(ROOT, ISSUING, nameless, braces, many))
    policy = file("mcuaudit.toml", b"[thresholds]\nrsa_bits = 4096\n")
    audit = audit_of(all_of(store, policy), tmp_path)
    assert broken_rules(audit) == []
    evidence = audit.findings.loc[audit.findings["code"] == "MCU307", "evidence"]
    assert evidence.str.contains("{device_id}", regex=False).sum() == 1
    assert evidence.str.contains("the certificate without a subject").sum() == 1
    assert evidence.str.len().max() < 400


@pytest.mark.parametrize("directory", ["flat", "settings only", "stores without peers"])
def test_thin_exports_break_no_rule(directory: str, tmp_path: Path) -> None:
    audit = _thin(directory, tmp_path)
    assert broken_rules(audit) == []
    assert audit.findings["finding_id"].is_unique


def _thin(kind: str, directory: Path) -> Audit:
    import mcuaudit

    export = CleanExport()
    files = {
        "flat": {"mcu-1.pem": export.files[LOCAL]},
        "settings only": {
            f"{DEVICE}/settings.toml": b"# none\n",
            "oslo/mcu-2/settings.toml": b"[device]\nmodel='MCU'\n",
        },
        "stores without peers": {LOCAL: export.files[LOCAL], SIP_STORE: ROOT.pem},
    }[kind]
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content or b"")
    return mcuaudit.audit(mcuaudit.read_export(directory), at=NOW)


def test_a_long_list_of_names_is_cut() -> None:
    assert some_of(["b", "a", "b"]) == "a, b"
    assert some_of("edcba") == "a, b, c and 2 more"
    assert some_of(["CN=b,O=x", "CN=a,O=x"]) == "CN=a,O=x; CN=b,O=x"


def test_the_clean_device_is_silent(tmp_path: Path) -> None:
    found = audit_of(intact, tmp_path).findings
    assert found[found["code"].str.startswith("MCU3")].empty


def test_a_store_that_was_read_in_part_is_not_called_unreadable(tmp_path: Path) -> None:
    def in_part(export: CleanExport) -> None:
        export.files[SIP_STORE] = ROOT.pem + ISSUING.pem[:200]

    def lost(export: CleanExport) -> None:
        export.files[SIP_STORE] = ISSUING.pem[:200]

    (partly,) = speaking("MCU301", tmp_path / "part", in_part)["message"]
    assert "the SIP trust store could be read only in part" in partly
    (wholly,) = speaking("MCU301", tmp_path / "whole", lost)["message"]
    assert "the SIP trust store cannot be read" in wholly
    problems = audit_of(in_part, tmp_path / "again").problems
    assert problems["where"].tolist() == [f"PEM block 2, line {ROOT.pem.count(bytes([10])) + 1}"]


def test_an_empty_store_that_may_decide_names_the_setting_that_would_say_so(tmp_path: Path) -> None:
    def unknown(export: CleanExport) -> None:
        export.settings["ssl_certificates"].pop("verification_settings")
        export.files[SIP_STORE] = b""

    found = speaking("MCU301", tmp_path, unknown)
    key = "settings.toml [ssl_certificates] verification_settings"
    assert found["missing_evidence"].tolist() == [key]
    assert found["fix"].tolist() == ["Record `verification_settings` under [ssl_certificates] in settings.toml."]
