"""How problems are headed."""

from __future__ import annotations

import pytest

from mcuaudit.wording.phrases import continued, problem_words


@pytest.mark.parametrize(
    ("file", "where", "words"),
    [
        ("leeds/mcu-1/sip-trust-store.pem", "PEM block 2, line 9", "unreadable"),
        ("leeds/mcu-1.CER", "certificate 2", "unreadable"),
        ("leeds/mcu-1/settings.toml", "[sip] x", "invalid"),
        ("leeds/settings.csv", "line 2", "invalid"),
        ("leeds/mcu-1/api/device.query.xml", "member serial", "invalid"),
        ("leeds/mcu-1/settings.toml", "", "unreadable"),
        ("leeds/mcu-1/settings.toml", None, "unreadable"),
    ],
)
def test_a_value_is_invalid_and_a_certificate_unreadable(file: str, where: str | None, words: str) -> None:
    assert problem_words("unreadable", file, where) == words
    assert problem_words("secret", file, where) == "secret"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The CN is ignored.", "the CN is ignored."),
        ("No readable name is x.", "no readable name is x."),
        ("CN=The Root is not trusted.", "CN=The Root is not trusted."),
        ("HTTPS is off.", "HTTPS is off."),
        ("Ann logs in as bob.", "Ann logs in as bob."),
        ("", ""),
    ],
)
def test_a_sentence_after_a_colon_keeps_the_case_of_names(sentence: str, words: str) -> None:
    assert continued(sentence) == words
