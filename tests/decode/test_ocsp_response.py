"""What a file for a saved OCSP response holds in its place is named, without a parser's own words."""

from __future__ import annotations

import pytest

from mcuaudit.decode.ocsp_response import ocsp_response
from mcuaudit.errors import Undecodable
from tests.clean_export import ISSUING, certificate
from tests.predict.ocsp_responses import ocsp_response as made

RESPONSE = made(certificate("alice", key=6), ISSUING)


def test_a_response_is_kept_as_it_is() -> None:
    assert ocsp_response(RESPONSE) == RESPONSE


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "the file is empty"),
        (b"<html><body>no</body></html>", "found a web page"),
        (RESPONSE[:-30], "found a response that is cut or damaged"),
        (b"-----BEGIN OCSP RESPONSE-----\nMAo=\n-----END OCSP RESPONSE-----\n", "found PEM"),
        (b"hello", "found something else"),
    ],
)
def test_what_is_no_response_is_named(data: bytes, found: str) -> None:
    with pytest.raises(Undecodable) as raised:
        ocsp_response(data)
    assert found in raised.value.reason
    assert raised.value.reason.endswith("; save a current response, for example with openssl ocsp -respout")
