"""Details of a verdict that no outcome shows: which reason, which target of a remedy, which rows of the frames."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit import read_export
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind, parse_remedy
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.predict.administration import administration
from mcuaudit.predict.certificate_checks import CertificateChecks
from mcuaudit.predict.connection import judge
from mcuaudit.predict.exchanges import Exchange, exchanges
from mcuaudit.predict.login import login
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.predict.ways import WebLogin
from tests.authority import NOW, Authority, Issued, rsa_key
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport, certificate, toml
from tests.devices.build import context, mcu, peer, record, records, store
from tests.predict.ocsp_responses import ocsp_response
from tests.predict.test_ocsp_response import ALICE as ANSWERED
from tests.predict.test_ocsp_response import ISSUING as ANSWERING
from tests.predict.test_ocsp_response import judged
from tests.predict.test_sides import ALLOWED, GOOD, REQUIRED, device, named, secured

PEERS = Place(Slot.PEER_CERTIFICATE, "room")
LEAF = certificate("room", key=5)


def checked(*known: Issued) -> CertificateChecks:
    return CertificateChecks(records(*known), NOW)


def presented(leaf: Issued, *chain: Issued, complete: bool = True) -> Presented:
    return Presented(record(leaf), records(*chain), complete, PEERS)


class TestAdministration:
    def test_the_reason_is_that_of_the_ways_that_decide(self) -> None:
        closed = secured("Verify certificate", services__http=False)
        found = administration(closed, lambda _: [])
        assert found.outcome is Outcome.OPEN
        assert "HTTP is off" not in found.reason

    @pytest.mark.parametrize(
        ("names", "user", "outcome", "words"),
        [
            (("bob",), "alice", Outcome.FAIL, "logs in as bob,"),
            (("carol",), "bob", Outcome.FAIL, "logs in as bob,"),
            (("carol",), "alice", Outcome.PASS, ""),
            (("bob", "carol"), "alice", Outcome.OPEN, "Only some of the CNs"),
        ],
    )
    def test_under_allowed_one_common_name_that_is_a_user_logs_in(
        self, names: tuple[str, ...], user: str, outcome: Outcome, words: str
    ) -> None:
        web = WebLogin(peer("web", certificate=certificate(named(*names), key=6), user=user), GOOD)
        found = administration(secured(ALLOWED, services__http=False), lambda _: [web])
        assert found.outcome is outcome
        assert words in found.reason


def test_one_of_several_common_names_that_differs_in_case_is_open() -> None:
    several = record(certificate(named("ALICE", "carol"), key=6))
    found = login(secured(REQUIRED), peer("alice"), several, GOOD)
    assert (found.outcome, found.readings) == (Outcome.OPEN, ("A9",))


def test_a_server_that_is_only_in_a_url_is_not_declared() -> None:
    (found,) = [
        exchange
        for exchange in exchanges(mcu(feedback_receivers=["https://tms.example.com/RPC2"]))
        if exchange.type is ConnectionType.FEEDBACK_RECEIVER
    ]
    assert (found.peer.name, found.peer.declared) == ("tms.example.com", False)


class TestTargetsOfRemedies:
    def test_an_empty_store_needs_the_authorities_of_its_peers(self) -> None:
        empty = store("leeds/mcu-1")
        found = checked().judge(presented(LEAF, ISSUING), empty, CLIENT_AUTH, Standard.MCU, Verifier.MCU).trust
        assert (found.outcome, found.reason_code) == (Outcome.FAIL, "empty_store")
        assert found.remedy is not None
        assert (found.remedy.kind, found.remedy.target) == (RemedyKind.ADD_PEERS_AUTHORITIES, empty.place)

    def test_a_peer_without_a_certificate_is_to_present_one(self) -> None:
        exchange = Exchange(CONNECTION_TABLE[ConnectionType.OUTGOING_SIP], peer("room", presents_none=True))
        found = judge(device(), exchange, context(device()), NOT_APPLICABLE).mcu.decision
        assert found.remedy is not None
        assert (found.remedy.kind, found.remedy.target) == (RemedyKind.PROVIDE_SERVER_CERTIFICATE, PEERS)

    @pytest.mark.parametrize(
        ("leaf", "anchors", "kind", "is_of_store"),
        [
            (certificate("room", key=5, not_after=NOW - timedelta(days=1)), (ROOT, ISSUING), "replace_expired", False),
            (certificate("room", key=5, not_before=NOW + timedelta(days=1)), (ROOT, ISSUING), "check_clock", False),
            (LEAF, (ELSEWHERE,), "add_authority", True),
        ],
    )
    def test_a_path_is_mended_where_it_is_broken(
        self, leaf: Issued, anchors: tuple[Issued, ...], kind: str, is_of_store: bool
    ) -> None:
        trusted = store("leeds/mcu-1", *anchors)
        found = checked().judge(presented(leaf, ISSUING), trusted, CLIENT_AUTH, Standard.MCU, Verifier.MCU).trust
        assert found.remedy is not None
        assert found.remedy.kind == kind
        assert found.remedy.target == (trusted.place if is_of_store else PEERS)


def test_mcus_that_call_each_other_have_remedies_for_their_own_files(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers = {"one": {"device": DEVICE}, "two": {"device": "leeds/mcu-2"}}
    stranger = ELSEWHERE.leaf("mcu-2", key=rsa_key(5), san=["DNS:10.1.2.4", "URI:sip:10.1.2.4"])
    for name in ("sip-trust-store.pem", "https-trust-store.pem"):
        export.files[f"leeds/mcu-2/{name}"] = export.files[f"{DEVICE}/{name}"]
    export.files["leeds/mcu-2/local-certificate.pem"] = stranger.pem
    export.files["leeds/mcu-2/settings.toml"] = toml(
        export.settings | {"device": export.settings["device"] | {"addresses": ["10.1.2.4"]}}
    ).encode()
    found = predict_fleet(read_export(export.write(tmp_path)), NOW).connections
    remedies = found.loc[found["reason_code"] == "no_issuer", "remedy_id"]
    assert len(remedies) == 4
    (remedy,) = {parse_remedy(remedy_id) for remedy_id in remedies}
    own = Place(Slot.SIP_TRUST_STORE, DEVICE, f"{DEVICE}/sip-trust-store.pem")
    assert remedy == Remedy(RemedyKind.ADD_AUTHORITY, ("CN=Somebody Else's CA,O=Example",), own)


class TestPaths:
    def test_an_intermediate_that_is_elsewhere_in_the_export_may_be_presented(self) -> None:
        roots = store("leeds/mcu-1", ROOT)
        for complete, expected in ((False, Outcome.OPEN), (True, Outcome.FAIL)):
            found = checked(ISSUING).judge(
                presented(LEAF, complete=complete), roots, CLIENT_AUTH, Standard.MCU, Verifier.MCU
            )
            assert found.trust.outcome is expected

    def test_a_purpose_that_an_authority_lacks_is_refused_by_openssl(self) -> None:
        servers = ROOT.intermediate("Servers CA", key=rsa_key(2), purposes=["serverAuth"])
        leaf = servers.leaf("room", key=rsa_key(5), purposes=["serverAuth", "clientAuth"])
        anchors = store("room", ROOT, servers, slot=Slot.PEER_TRUST_STORE)
        for purpose, expected in ((SERVER_AUTH, Outcome.PASS), (CLIENT_AUTH, Outcome.FAIL)):
            assert (
                checked()
                .judge(presented(leaf, servers), anchors, purpose, Standard.VCS, Verifier.OPENSSL)
                .purpose.outcome
                is expected
            )

    def test_each_judgement_is_a_row_of_paths(self) -> None:
        checks = checked()
        checks.judge(
            presented(LEAF, ISSUING), store("leeds/mcu-1", ROOT, ISSUING), CLIENT_AUTH, Standard.MCU, Verifier.MCU
        )
        (row,) = checks.rows.paths.values()
        assert (row["certificate"], row["trust"]) == (record(LEAF).sha256, Outcome.PASS)

    def test_of_several_undocumented_algorithms_the_same_one_is_always_named(self) -> None:
        authority = Authority.root("Root", key=rsa_key(1))
        chain = []
        for number in range(5):
            authority = authority.intermediate(f"CA {number}", key=rsa_key(1), digest="sha1")
            chain.append(authority)
        leaf = authority.leaf("room", key=rsa_key(5), digest="sha1")
        root = Authority.root("Root", key=rsa_key(1))
        found = checked().judge(
            presented(leaf, *reversed(chain)), store("leeds/mcu-1", root), CLIENT_AUTH, Standard.MCU, Verifier.MCU
        )
        first = min(records(leaf, *chain), key=lambda one: one.sha256)
        assert found.trust.reason.startswith(first.subject_text)


def test_a_store_that_was_read_in_part_does_not_refuse_for_certain() -> None:
    lost = Store("part", records(ROOT), False, Place(Slot.SIP_TRUST_STORE, "leeds/mcu-1", "sip-trust-store.pem"))
    stranger = Authority.root("Other", key=rsa_key(3)).leaf("room", key=rsa_key(5))
    found: Verdict = checked().judge(presented(stranger), lost, CLIENT_AUTH, Standard.MCU, Verifier.MCU).trust
    assert (found.outcome, found.missing_evidence) == (Outcome.OPEN, "sip-trust-store.pem")


def test_an_answer_signed_by_a_key_of_another_kind_is_signed_by_nobody() -> None:
    stranger = Authority.root("Issuing CA", key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    found = judged(ocsp_response(ANSWERED, ANSWERING, signer=stranger))
    assert found.outcome is Outcome.OPEN
    assert "signed neither" in found.reason


def test_a_fleet_notes_its_own_addresses_and_says_how_far_it_is(tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    export = CleanExport()
    export.peers = {}
    fleet = read_export(export.write(tmp_path))
    found = predict_fleet(fleet, NOW, progress=lambda *words: said.append(words))
    assert said == [("predicting", 1, 1)]
    own = fleet.devices["local_certificate"].iloc[0]
    noted = found.identities[(found.identities["certificate"] == own) & (found.identities["standard"] == "mcu")]
    assert "10.1.2.3" in set(noted["reference"])


def test_progress_is_reported_for_each_hundred_devices(tmp_path: Path) -> None:
    export = CleanExport()
    for number in range(120):
        export.files[f"leeds/other-{number}/settings.toml"] = b"[services]\nhttp = true\n"
    said: list[int] = []
    predict_fleet(read_export(export.write(tmp_path)), NOW, progress=lambda _, done, every: said.append(done))
    assert said == [100, 121]
