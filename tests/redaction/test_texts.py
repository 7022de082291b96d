"""Sentences: names are replaced wherever they stand, the words of mcuaudit stay, and no unknown word does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.redaction.columns import declared
from mcuaudit.redaction.key import RedactionKey
from mcuaudit.redaction.names import Names
from mcuaudit.redaction.texts import Texts
from mcuaudit.redaction.words import WORDS_FILE, is_number, is_public
from tests.redaction import public_words

SENTENCES = (
    "The local certificate of {} expired on 31 October 2026.",
    "{}: undetermined. The HTTPS trust store of {}/mcu lacks {}, without which the MCU cannot verify it.",
    'peers.toml [[peer]] "{}" certificate is missing',
    'found "{}"; expected "No verification"',
    '{}\'s certificate ("{}") has no SIP URI.',
)


def texts(**names: str) -> tuple[Names, Texts]:
    found = Names(RedactionKey(bytes(32)))
    for kind, name in names.items():
        found.name(kind, name)
    return found, Texts(found)


@given(
    st.text(min_size=1, max_size=12), st.sampled_from(SENTENCES), st.sampled_from(["site", "device", "peer", "user"])
)
def test_a_known_name_is_replaced_and_read_back(name: str, sentence: str, kind: str) -> None:
    names, made = texts(**{kind: name})
    text = sentence.replace("{}", name)
    replaced = made.sentence(text)
    pseudonym = names.replaced.get(name)
    if pseudonym and re.search(r"[^\W_]", name) and not is_number(name) and '"' not in name:
        assert pseudonym in replaced
    words = {word for word in re.findall(r"\w+", name) if len(word) > 2 and word not in sentence}
    assert not {word for word in words if not is_public(word) and not is_number(word)} & set(
        re.findall(r"\w+", replaced)
    )


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=3, max_size=12), st.sampled_from(SENTENCES))
def test_a_name_of_which_nothing_is_known_does_not_stay(name: str, sentence: str) -> None:
    _, made = texts()
    if not is_public(name) and not is_number(name):
        assert name not in re.findall(r"\w+", made.sentence(sentence.replace("{}", name)))


@pytest.mark.parametrize("sentence", [one.replace("{}", "No verification") for one in SENTENCES[3:4]])
def test_the_words_of_mcuaudit_stay(sentence: str) -> None:
    assert texts()[1].sentence(sentence) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "An administrator can log in by HTTP with a password.",
        "Set “Outgoing and incoming calls” once the SIP trust store trusts every caller.",
        'no "-----END CERTIFICATE-----" line; the file is truncated or was only partly copied',
        "settings.toml [ssl_certificates] server_certificate_security",
        "expired on 2026-10-31 at 00:00:00 UTC (OpenSSL error 10: certificate has expired).",
        "line 3, column device.model",
    ],
)
def test_a_sentence_without_names_stays(sentence: str) -> None:
    assert texts()[1].sentence(sentence) == sentence


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mcu-1 and mcu-10", False), ("mcu-1.", True), ("mcu-1's", True), ("(mcu-1)", True), ("mcu-1-old", False),
        ("mcu-1/x", True), ("xmcu-1", False), ("mcu-1.example.com", False),
    ],
)  # fmt: skip
def test_a_name_is_found_whole(text: str, kept: bool) -> None:
    names, made = texts(device="mcu-1")
    whole = re.sub(re.escape(names.replaced["mcu-1"]) + r"(?![\w.-]*\w)", "", made.sentence(text))
    assert ("device-" not in whole) is (kept or text.startswith(("mcu-1-", "xmcu")) or text == "mcu-1 and mcu-10")
    assert "mcu-1" not in made.sentence(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2001:db8::1: the entry", "2001:db8:"), ("[2001:db8::1]:5061", "[2001:db8:"), ("10.1.2.3, 10.1.2.4", "10."),
        ("at 00:00:00 UTC", "at 00:00:00 UTC"), ("::1", "::1"), ("::", "::"),
    ],
)  # fmt: skip
def test_addresses_in_sentences(text: str, same: str) -> None:
    replaced = texts()[1].sentence(text)
    assert replaced.startswith(same)
    assert not {"2001:db8::1", "10.1.2.3", "10.1.2.4"} & set(re.findall(r"[\w:.]*\w", replaced))


def test_hardware_addresses_and_long_numbers_are_replaced() -> None:
    for text in ("00:0D:7C:11:22:33", "00-0d-7c-11-22-33", "441134960000", "ab" * 20, "SM018B4501"):
        assert text not in texts()[1].sentence(f"It is {text}.")


def test_a_public_word_that_is_the_name_of_a_site_is_replaced() -> None:
    """Reading is a town."""
    _, made = texts(site="reading")
    assert "reading" not in made.sentence("The SIP trust store differs from the most common one in reading.")


def test_host_names_of_one_domain_stay_in_one() -> None:
    names, made = texts(site="leeds", device="mcu-1")
    one, two = (made.sentence(host) for host in ("mcu-1.leeds.example.com", "*.leeds.example.com"))
    assert one.partition(".")[2] == two.partition(".")[2]
    assert one.startswith(f"{names.replaced['mcu-1']}.{names.replaced['leeds']}.")


def test_distinguished_names_keep_the_types_of_their_attributes() -> None:
    names, _ = texts()
    replaced = names.distinguished_name(r"CN=Smith\, Ann+2.5.4.5=\#1302,O=Example Corp,C=GB")
    assert re.fullmatch(r"CN=name-\w+\+2\.5\.4\.5=name-\w+,O=name-\w+,C=name-\w+", replaced)


def test_the_list_of_public_words_is_that_of_the_code() -> None:
    """``python -m tests.redaction.public_words`` writes it anew."""
    kept = (public_words.PACKAGE / "redaction" / WORDS_FILE).read_text(encoding="utf-8").split()
    assert kept == public_words.words()
    assert len(kept) > 3_000
    assert not {"leeds", "hamburg", "mcu-1", "example.com"} & set(kept)


def test_the_columns_that_are_named_exist() -> None:
    known = {column.name for schema in SCHEMAS.values() for column in schema.columns}
    assert declared() <= known
