"""A saved OCSP response: DER of an OCSPResponse, or what was found in its place."""

from __future__ import annotations

import warnings
from typing import Final

from cryptography.x509 import ocsp

from mcuaudit.decode.contents import container_of, is_web_page
from mcuaudit.errors import Undecodable

_SAVE: Final = "save a current response, for example with openssl ocsp -respout"


def ocsp_response(data: bytes) -> bytes:
    """The response, if it can be read.

    Raises:
        Undecodable: it is something else, or cut.
    """
    if not data.strip():
        raise Undecodable(f"the file is empty; {_SAVE}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ocsp.load_der_ocsp_response(data)
        except Exception as error:
            raise Undecodable(f"expected an OCSP response in DER, found {_found(data)}; {_SAVE}") from error
    return data


def _found(data: bytes) -> str:
    if data.lstrip().startswith(b"-----BEGIN"):
        return "PEM"
    if is_web_page(data):
        return "a web page"
    return container_of(data) or ("a response that is cut or damaged" if data.startswith(b"0") else "something else")
