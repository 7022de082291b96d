"""Remedies as sentences: for one place, for several places, and for several things at one place."""

from __future__ import annotations

import pytest

from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.wording.remedies import remedy_clause, remedy_sentence, remedy_sentence_for


def store(device_id: str) -> Place:
    return Place(Slot.SIP_TRUST_STORE, device_id, f"{device_id}/sip-trust-store.pem")


LOCAL = Place(Slot.LOCAL_CERTIFICATE, "leeds/mcu-1")
ROOT = ("CN=Root",)


def test_one_remedy_names_its_file() -> None:
    said = remedy_sentence_for([Remedy(RemedyKind.ADD_AUTHORITY, ROOT, store("leeds/mcu-1"))])
    assert said == "Add CN=Root to the SIP trust store of leeds/mcu-1 (leeds/mcu-1/sip-trust-store.pem)."


def test_the_same_at_several_devices_is_said_once() -> None:
    alike = [Remedy(RemedyKind.ADD_AUTHORITY, ROOT, store(f"leeds/mcu-{number}")) for number in range(27)]
    assert remedy_sentence_for(alike) == "Add CN=Root to the SIP trust store of each of these 27 devices."


def test_several_names_for_one_certificate_are_one_reissue() -> None:
    said = remedy_sentence_for(
        [Remedy(RemedyKind.REISSUE_WITH_NAMES, (name,), LOCAL) for name in ("a.example.org", "b.example.org")]
    )
    assert "a.example.org and b.example.org" in said
    assert said.count("subjectAltName") == 1


def test_no_authority_is_left_out() -> None:
    every = [Remedy(RemedyKind.ADD_AUTHORITY, (f"CN={number}",), store("leeds/mcu-1")) for number in range(5)]
    assert "CN=0, CN=1, CN=2, CN=3 and CN=4" in remedy_sentence_for(every)


def test_remedies_of_several_kinds_are_all_said() -> None:
    said = remedy_sentence_for(
        [
            Remedy(RemedyKind.ADD_AUTHORITY, ROOT, store("leeds/mcu-1")),
            Remedy(RemedyKind.REISSUE_WITH_NAMES, ("a.example.org",), LOCAL),
        ]
    )
    assert "CN=Root" in said
    assert "a.example.org" in said


@pytest.mark.parametrize("kind", RemedyKind)
def test_a_clause_differs_from_its_sentence_in_the_first_letter_and_the_full_stop(kind: RemedyKind) -> None:
    remedy = Remedy(kind, ("CN=Root.", "B."), store("leeds/mcu-1"))
    sentence, clause = remedy_sentence(remedy), remedy_clause(remedy)
    assert sentence[:1].isupper()
    assert f"{clause[:1].upper()}{clause[1:]}." == sentence


def test_what_several_peers_need_names_them_all() -> None:
    anna, bob = (Place(Slot.PEER_CERTIFICATE, name, f"peers/{name}.pem") for name in ("anna", "bob"))
    said = remedy_sentence_for([Remedy(RemedyKind.PROVIDE_CERTIFICATE, (), place) for place in (anna, bob)])
    assert said.startswith("Give anna and bob a certificate that the MCU trusts")


def test_peers_with_the_same_name_are_told_apart_by_their_files() -> None:
    rooms = [Place(Slot.PEER_CERTIFICATE, "room", f"{site}/peers/room.pem") for site in ("leeds", "york")]
    said = remedy_sentence_for([Remedy(RemedyKind.REISSUE, target=place) for place in rooms])
    assert said == "Reissue the certificate of room (leeds/peers/room.pem) and room (york/peers/room.pem)."


def test_a_setting_is_named_by_its_label() -> None:
    device = Place(None, "leeds/mcu-1")
    change = Remedy(RemedyKind.CHANGE_SETTING, ("ssl_certificates.verification_settings", "No verification"), device)
    assert remedy_sentence_for([change]) == "Set “Verification settings” on leeds/mcu-1 to “No verification”."
    off = [Remedy(RemedyKind.SWITCH_OFF, ("services.ftp",), Place(None, f"leeds/mcu-{n}")) for n in (1, 2)]
    assert remedy_sentence_for(off) == "Switch off “FTP” on each of these 2 devices."
