"""`validate` and `match` take a certificate in every form that people have one in, and refuse the rest with advice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from mcuaudit import Outcome, UsageError
from tests.authority import NOW, Authority, Issued

ROOT = Authority.root("Example Root")
OTHER_ROOT = Authority.root("Other Root")
ISSUING = ROOT.intermediate("Example Issuing CA")
MCU = ISSUING.leaf("mcu.example.com", san=["DNS:mcu.example.com"])


def in_file(one: Issued | Authority, directory: Path, name: str, *, text: bool = False) -> str | Path:
    file = directory / name
    file.write_bytes(one.pem)
    return str(file) if text else file


FORMS: dict[str, Callable[[Any, Path, str], Any]] = {
    "path": in_file,
    "path as text": lambda one, directory, name: in_file(one, directory, name, text=True),
    "PEM bytes": lambda one, _directory, _name: one.pem,
    "PEM text": lambda one, _directory, _name: one.pem.decode(),
    "DER": lambda one, _directory, _name: one.der,
    "record": lambda one, _directory, _name: one.record,
    "cryptography": lambda one, _directory, _name: one.certificate,
}


@pytest.mark.parametrize("several", [False, True], ids=["one", "list"])
@pytest.mark.parametrize("form", FORMS)
def test_every_argument_takes_every_form(form: str, several: bool, tmp_path: Path) -> None:
    make = FORMS[form]
    mcu, issuing, root = (make(one, tmp_path, f"{number}.pem") for number, one in enumerate((MCU, ISSUING, ROOT)))
    assert mcuaudit.match(mcu, "mcu.example.com").outcome is Outcome.PASS
    given = {"presented": issuing, "anchors": root}
    found = mcuaudit.validate(mcu, **({key: [one] for key, one in given.items()} if several else given), at=NOW)
    assert found.outcome is Outcome.PASS
    assert [one.sha256 for one in found.path] == [one.record.sha256 for one in (MCU, ISSUING, ROOT)]
    known = mcuaudit.validate(mcu, known=[issuing] if several else issuing, anchors=root, at=NOW)
    assert (known.outcome, known.reading) == (Outcome.OPEN, "A11")


def test_a_file_may_hold_a_whole_store_or_chain(tmp_path: Path) -> None:
    chain, store = tmp_path / "local-certificate.pem", tmp_path / "https-trust-store.pem"
    chain.write_bytes(MCU.pem + ISSUING.pem)
    store.write_bytes(OTHER_ROOT.pem + ROOT.pem)
    assert mcuaudit.validate(chain, anchors=store, at="2026-06-15").outcome is Outcome.PASS
    assert mcuaudit.validate(chain, anchors=(one for one in (store, OTHER_ROOT.der)), at=NOW).outcome is Outcome.PASS
    assert mcuaudit.validate(MCU.record, anchors=store, at=NOW).outcome is Outcome.FAIL


def refused(*args: Any, **given: Any) -> str:
    with pytest.raises(UsageError) as raised:
        mcuaudit.validate(*args, **({"at": NOW} | given))
    return str(raised.value)


def test_a_certificate_that_cannot_be_read_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "store.pem"
    file.write_bytes(ROOT.pem + ISSUING.pem[:200])
    text = refused(MCU.der, anchors=file)
    assert text.startswith(f"{file}, PEM block 2, line ")
    assert 'no "-----END CERTIFICATE-----" line' in text
    assert "PEM, DER or PKCS#7" in text
    assert refused(MCU.der, anchors=[ROOT.der, b"hello"]).startswith("the bytes given as anchors: expected cert")
    assert refused(MCU.pem.decode()[:200]).startswith("the text given as end_entity, PEM block 1, line 1: ")
    empty = tmp_path / "empty.pem"
    empty.touch()
    assert refused(MCU.der, presented=empty).startswith(f"{empty}: there is no certificate in it")
    assert refused("nowhere.pem").startswith("nowhere.pem, given as end_entity, cannot be read: No such file")
    assert "is a directory" in refused(tmp_path).lower()


@pytest.mark.parametrize("given", [42, None, [7], {"der": 1}.keys()])
def test_what_is_no_certificate_at_all_is_refused_with_what_is_allowed(given: Any) -> None:
    assert "mcuaudit.Certificate" in refused(MCU.der, anchors=given) or "cannot be read" in refused(
        MCU.der, anchors=given
    )
    with pytest.raises(UsageError):
        mcuaudit.match(given, "mcu.example.com")


def test_another_purpose_and_a_time_without_zone_are_refused() -> None:
    assert 'expected "serverAuth" or "clientAuth"' in refused(MCU.der, anchors=ROOT.der, purpose="ServerAuth")
    assert 'Did you mean "serverAuth"' in refused(MCU.der, anchors=ROOT.der, purpose="ServerAuth")
    assert "has no time zone" in refused(MCU.der, anchors=ROOT.der, at=datetime(2026, 6, 15))  # noqa: DTZ001
    assert "2026-11-23" in refused(MCU.der, anchors=ROOT.der, at="tomorrow")
    assert "2026-11-23" in refused(MCU.der, anchors=ROOT.der, at=12)


def test_what_is_not_there_is_none() -> None:
    trusted = mcuaudit.validate(MCU.record, presented=ISSUING.record, anchors=ROOT.record, at=NOW)
    assert (trusted.remedy, trusted.reading, trusted.missing_issuer) == (None, None, None)
    untrusted = mcuaudit.validate(MCU.record, anchors=ROOT.record, at=NOW)
    assert untrusted.remedy is not None
    assert untrusted.remedy.kind is mcuaudit.RemedyKind.ADD_AUTHORITY
    assert ISSUING.record.subject_text in mcuaudit.remedy_sentence(untrusted.remedy)
    unknown = mcuaudit.match(MCU.record, "other.example.com")
    assert (unknown.presented, unknown.found_in, unknown.reading) == (None, None, None)
    known = mcuaudit.match(MCU.record, "mcu.example.com")
    assert (known.presented, known.found_in, known.reading) == ("mcu.example.com", "dns", None)
