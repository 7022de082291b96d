"""A hint in the refusal of a change leads on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import mcuaudit
from mcuaudit import (
    AddAuthority,
    Audit,
    Change,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    SetSetting,
    UsageError,
)
from tests.hints import hint_of

SAMPLE = mcuaudit.sample_directory()
COURT = "leeds/mcu-court"
CHANGES: dict[str, tuple[Callable[[str], Change], str]] = {
    "a device": (lambda word: SetSetting("services.http", True, word), "leeds/mcu-cort"),
    "a setting": (lambda word: SetSetting(word, "No verification", COURT), "verification setings"),
    "a CA": (lambda word: RemoveAuthority("sip", word, COURT), "Example Corp Root CA G3"),
    "a peer": (lambda word: ReplaceCertificate(SAMPLE / "peers" / "tms.pem", COURT, word), "tmss"),
    "a user": (lambda word: RemoveUser(word, COURT), "sara.whitfield"),
    "a store": (lambda word: AddAuthority(word, SAMPLE / "leeds" / "sip-trust-store.pem", COURT), "sip_trust_stor"),
}


@pytest.fixture(scope="module")
def audit(sample_audit: Audit) -> Audit:
    """The sample fleet on the day of its story."""
    return sample_audit


@pytest.mark.parametrize("case", [*CHANGES, "the owner of a new file"])
def test_a_hint_for_a_change_leads_on(audit: Audit, case: str) -> None:
    if case == "the owner of a new file":
        new = SAMPLE / COURT / "local-certificate.pem"
        with pytest.raises(UsageError) as refused:
            mcuaudit.check_new(audit, "leeds/mcu-cort", new)
        assert not mcuaudit.check_new(audit, hint_of(str(refused.value)), new).worse
        return
    change, wrong = CHANGES[case]
    with pytest.raises(UsageError) as refused:
        audit.what_if(change(wrong))
    audit.what_if(change(hint_of(str(refused.value))))
