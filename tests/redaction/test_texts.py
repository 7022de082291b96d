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
    st.text(alphabet=st.characters(exclude_characters='"', exclude_categories=["Co", "Cs"]), min_size=1, max_size=12),
    st.sampled_from(SENTENCES),
    st.sampled_from(["site", "device", "peer", "user"]),
)
def test_a_known_name_is_replaced_and_read_back(name: str, sentence: str, kind: str) -> None:
    names, made = texts(**{kind: name})
    text = sentence.replace("{}", name)
    replaced = made.sentence(text)
    pseudonym = names.in_sentences(name)
    if pseudonym is not None and name.strip() == name and name not in sentence:
        assert pseudonym in replaced
        assert name in names.key.restored(replaced)
    own = {word for word in re.findall(r"\w{3,}", name) if word not in sentence and not word.isdigit()}
    kept = own & set(re.findall(r"\w+", replaced))
    # What stays of a name that is not found whole, as before a letter, is a word of mcuaudit.
    assert all(is_public(word) for word in kept)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=3, max_size=12), st.sampled_from(SENTENCES))
def test_a_name_of_which_nothing_is_known_does_not_stay(name: str, sentence: str) -> None:
    _, made = texts()
    if not is_public(name) and not is_number(name):
        assert name not in re.findall(r"\w+", made.sentence(sentence.replace("{}", name)))


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
    ("text", "form"),
    [
        ("mcu-1 and mcu-10", r"DEVICE and name-\w+"), ("mcu-1.", r"DEVICE\."), ("mcu-1's", "DEVICE's"),
        ("(mcu-1)", r"\(DEVICE\)"), ("mcu-1-old", r"name-\w+"), ("mcu-1/quux", r"DEVICE/name-\w+"),
        ("xmcu-1", r"name-\w+"), ("mcu-1.example.com", r"DEVICE\.name-\w+\.name-\w+"), ("mcu-1.pem", r"DEVICE\.pem"),
        ('found "mcu-1"', 'found "DEVICE"'), ('found "mcu-1 and 2"', r'found "DEVICE name-\w+ name-\w+"'),
    ],
)  # fmt: skip
def test_a_name_is_found_whole(text: str, form: str) -> None:
    names, made = texts(device="mcu-1")
    assert re.fullmatch(form.replace("DEVICE", names.replaced["mcu-1"]), made.sentence(text))


ADDRESS = "2a00:470:12:34::1"


@pytest.mark.parametrize(
    "value",
    [
        f"sip:[{ADDRESS}]:5061", "2a00:470:12:34::/64", "00:50:56:12:34:56", f"sip:{ADDRESS}", f"{ADDRESS}%12",
        "12:34:56:78:90:12:34:56:78:90:12:34:56:78:90:12", "4711", "sip:4711@12.example.com", "1985-03-04",
        "+44 113 496 0000", "May Office March", "12-room", "1.2.840.114283.1.2", "h323:4713", "ext:4711:12345",
        "https://user:1234@h/p", "api.reading.certificate.office",
    ],
)  # fmt: skip
def test_of_what_people_wrote_no_digit_and_no_word_stays(value: str) -> None:
    names, made = texts()
    for replaced in (
        names.value(value),
        names.data(value),
        names.distinguished_name(f"CN={value}"),
        made.sentence(f'found "{value}"; expected a name'),
    ):
        kept = set(re.findall(r"\w+", value)) - {"sip", "https", "5061", "64"}
        assert not kept & set(re.findall(r"(?<![\w-])\w+", replaced.replace("name", ""))), replaced


def test_a_port_stays_and_shows_which_service_it_is() -> None:
    assert texts()[0].value("https://10.1.2.3:8443/x").startswith("https://10.")
    assert ":8443/" in texts()[0].value("https://10.1.2.3:8443/x")
    assert texts()[0].value(f"sip:[{ADDRESS}]:5061").endswith("]:5061")


def test_a_sentence_with_an_odd_quotation_mark_is_taken_as_what_someone_wrote() -> None:
    replaced = texts()[1].sentence('the 19" rack: found "May Office March"; expected "yes"')
    assert not {"May", "Office", "March", "rack"} & set(re.findall(r"\w+", replaced))


def test_a_quotation_with_a_quotation_mark_in_it_ends_at_its_own() -> None:
    replaced = texts()[1].sentence('found "zeqa \\"4711 May Office\\" x"; expected "No verification"')
    assert not {"4711", "May", "Office"} & set(re.findall(r"\w+", replaced))
    assert replaced.endswith('; expected "No verification"')


def test_known_names_come_before_quotations_and_addresses() -> None:
    names, made = texts(peer='room "Blue" 00:0d:7c:aa:bb:cc')
    replaced = names.replaced['room "Blue" 00:0d:7c:aa:bb:cc']
    assert made.sentence('The certificate of room "Blue" 00:0d:7c:aa:bb:cc expired.') == (
        f"The certificate of {replaced} expired."
    )


@pytest.mark.parametrize("name", ["in", "1", "is", "of", "at"])
def test_a_name_without_which_no_sentence_can_be_read_is_replaced_in_columns_alone(name: str) -> None:
    names, made = texts(site=name)
    sentence = "The local certificate expired on 31 October 2026; it is trusted in 1 of 3 stores at least."
    assert made.sentence(sentence) == sentence
    assert names.device_id(f"{name}/mcu").startswith("site-")
    assert Texts(names).sentence(f"It concerns {name}/mcu.") == f"It concerns {names.replaced[f'{name}/mcu']}."


@pytest.mark.parametrize("word", ["Zürich", "Zu\u0308rich", "กรุงเทพ", "🏢", "नई"])
def test_words_of_every_script_are_replaced_whole(word: str) -> None:
    replaced = texts()[1].sentence(f"The certificate of {word} expired.")
    assert re.fullmatch(r"The certificate of name-[a-z0-9]+ expired\.", replaced)


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
    assert not {"leeds", "hamburg", "mcu-1", "example", "room", "1d2125"} & set(kept)
    assert not [word for word in kept if "." in word]


def test_the_columns_that_are_named_exist() -> None:
    known = {column.name for schema in SCHEMAS.values() for column in schema.columns}
    assert declared() <= known
