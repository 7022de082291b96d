"""Names that a certificate covers in a way that not every standard accepts."""

from __future__ import annotations

import pytest

from mcuaudit.identity import PresentedIdentifiers, prepare
from mcuaudit.identity.coverage import hidden_by_sip_uri, only_by_wildcard
from tests.identity.certificates import issue

HOST = "mcu-1.example.com"


def names(text: str) -> PresentedIdentifiers:
    return prepare(issue(text))


@pytest.mark.parametrize(
    ("presented", "name", "expected"),
    [
        ("dns:*.example.com", HOST, True),
        ("dns:mcu-*.example.com", HOST, True),
        ("cn:*.example.com", HOST, True),
        ("cn:*.example.com dns:x", HOST, False),
        (f"dns:*.example.com dns:{HOST}", HOST, False),
        ("dns:*.example.org", HOST, False),
        ("dns:*.example.com", "10.1.2.3", False),
        ("dns:*.example.com", "a b", False),
    ],
)
def test_a_wildcard_alone(presented: str, name: str, expected: bool) -> None:
    assert only_by_wildcard(names(presented), name) is expected


@pytest.mark.parametrize(
    ("presented", "name", "expected"),
    [
        (f"dns:{HOST} uri:sip:10.1.2.3", HOST, True),
        (f"dns:{HOST} uri:sips:{HOST} uri:sip:10.1.2.3", HOST, True),
        ("dns:10.1.2.3 uri:sip:x", "10.1.2.3", True),
        (f"dns:{HOST} uri:sip:{HOST}", HOST, False),
        (f"dns:{HOST} uri:sip:mcu@10.1.2.3", HOST, False),
        (f"dns:{HOST}", HOST, False),
        ("dns:*.example.com uri:sip:10.1.2.3", HOST, False),
        ("uri:sip:10.1.2.3", HOST, False),
        ("dns:x uri:sip:10.1.2.3", "a b", False),
    ],
)
def test_hidden_by_a_sip_uri(presented: str, name: str, expected: bool) -> None:
    assert hidden_by_sip_uri(names(presented), name) is expected
