"""Which names are those of secrets, what is found in a text, and what stays."""

from __future__ import annotations

import random

import pytest

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.secret_texts import Mask, is_secret_name, may_name_a_secret, secret_values, secrets_in
from mcuaudit.decode.without_secrets import Secrets
from mcuaudit.domain.settings import SETTINGS
from tests.authority import Authority


@pytest.mark.parametrize(
    "name",
    ["password", "Password", "userpassword", "authenticationPassword", "snmp_community", "SNMPCommunity", "pin",
     "conferencePIN", "api_key", "apiKey", "preSharedKey", "sip.registrar_password", "client-secret", "authToken",
     "credentials", "passphrase", "Kennwort", "ssh_private_keys"],
)  # fmt: skip
def test_a_name_in_any_spelling_is_that_of_a_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["private_key", "ssl_certificates.private_key", "public_key", "key", "key_size", "keyUsage", "licenceKey", "monkey",
     "pinned", "mapping", "tokenizer", "secretary", "passport", "compass", "bypass", "shipping", "turnkey", ""],
)  # fmt: skip
def test_a_name_that_resembles_one_is_none(name: str) -> None:
    assert not is_secret_name(name)


def test_no_setting_of_a_device_is_called_as_a_secret() -> None:
    assert [setting.key for setting in SETTINGS if is_secret_name(setting.key)] == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('password = "hunter 2"', 'password = "***"'),
        ("password = 'hunter 2'", "password = '***'"),
        ("# password: Tr0ub4dor", "# password: ***"),
        ('notes = "admin password: Tr0ub4dor&3, see Ann"', 'notes = "admin password: ***, see Ann"'),
        ('{"apiKey": "A-1"}', '{"apiKey": "***"}'),
        ("a?token=abc1&x=2", "a?token=***"),
        ("https://ann:pw@tms.example.com/RPC2", "https://tms.example.com/RPC2"),
        ("https://ann@tms.example.com/RPC2", "https://tms.example.com/RPC2"),
        ("https://ann:p%40w@tms.example.com/ p@w", "https://tms.example.com/ ***"),
        ("Authorization: Basic YW5uOnB3", "Authorization: Basic ***"),
        ("<adminPassword>x-1</adminPassword>", "<adminPassword>***</adminPassword>"),
        ("<name>pin</name><value><int>4711</int></value>", "<name>pin</name><value><int>***</int></value>"),
        ("pin = 4711\nserial = SM4711", "pin = ***\nserial = SM4711"),
    ],
)
def test_the_value_is_taken_out(text: str, masked: str) -> None:
    assert Mask(secrets_in(text))(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "password: required", 'password = ""', 'password = "***"', "password = <see vault>", 'password = "${SECRET}"',
        "password: ask Ann", "key = device", 'private_key = "Key matches certificate"', "sips:ann@example.com",
        "sip://ann:b@example.com", "https://tms.example.com:443/RPC2", "pin", "password", "community: Leeds",
        "licence_key = AAAA", "serial = SM1", "-----BEGIN PUBLIC KEY-----",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert secrets_in(text) == []


def test_a_text_with_the_name_of_a_secret_is_always_taken_apart() -> None:
    """The quick look at a text before it is parsed for names misses none of them."""
    draw = random.Random(1)
    parts = ("password", "pin", "token", "psk", "apikey", "api", "ssh", "pre", "key", "keys", "private_key", "my", "é")
    found = 0
    for _ in range(20_000):
        cases = draw.choices((str.lower, str.title, str.upper), k=3)
        name = "".join(change(draw.choice(parts)) + draw.choice(("", "_", "-", " ", ".")) for change in cases).strip()
        if is_secret_name(name):
            found += 1
            assert may_name_a_secret(f'a = 1\n"{name}" = "x"\n{name} = "x"\n'), name
    assert found > 1000
    assert may_name_a_secret(r'"p\u0061ssword" = "x"')
    assert not may_name_a_secret('[ssl_certificates]\nprivate_key = "Key matches certificate"\n')


def test_values_below_a_name_of_a_secret_are_secrets() -> None:
    tables = {"a": {"password": "x1", "serial": "s"}, "secrets": ["y1", {"z": 12}], "pin": True, "token": ""}
    assert sorted(secret_values(tables)) == ["12", "x1", "y1"]


def test_certificates_and_revocation_lists_are_none() -> None:
    root = Authority.root("Password Token Root", serial=7)
    assert not Secrets(Kind.SIP_TRUST_STORE, root.pem * 20)
    assert Secrets(Kind.SIP_TRUST_STORE, root.pem * 20).problems(decode_bundle(root.pem, 10).problems) == ()
    assert Secrets(Kind.SIP_TRUST_STORE, root.der).problems() == ()


def test_a_text_that_begins_as_der_does_is_searched() -> None:
    (found,) = Secrets(Kind.UNRECOGNISED, b"01 Leeds\npassword = Tr0ub4dor\n").problems()
    assert (found.kind, found.where) == ("secret", "line 2")


def test_a_file_of_secrets_alone_is_reported_with_a_number() -> None:
    found = Secrets(Kind.UNRECOGNISED, "".join(f"pin{n} = {n}-x\n" for n in range(30)).encode())
    *some, last = found.problems()
    assert [one.where for one in some] == [f"line {n}" for n in range(1, 21)]
    assert last.reason == "10 other secrets in the file. Remove them"
    assert not found.too_many
    assert Secrets(Kind.UNRECOGNISED, "".join(f"pin{n} = {n}-x\n" for n in range(3000)).encode()).too_many
