"""GnuTLS: gnutls_x509_trust_list_verify_crt2, which certtool --verify calls too, without its clock."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from tests.authority import NOW, Issued
from tests.verifiers.chains import Chain
from tests.verifiers.verifier import ACCEPTED, Decision

NAME = "GnuTLS"
PACKAGE = "libgnutls30 (Debian)"
_PURPOSES = {"serverAuth": b"1.3.6.1.5.5.7.3.1", "clientAuth": b"1.3.6.1.5.5.7.3.2"}
_DER, _X509, _KEY_PURPOSE_OID = 0, 1, 2
_TIME = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)


class _Datum(ctypes.Structure):
    _fields_ = (("data", ctypes.c_char_p), ("size", ctypes.c_uint))


class _TypedData(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_char_p), ("size", ctypes.c_uint))


@_TIME
def _now(_: int) -> int:
    return int(NOW.timestamp())


@cache
def _library() -> Any:
    found = ctypes.util.find_library("gnutls")
    if not found:
        return None
    library = ctypes.CDLL(found)
    library.gnutls_check_version.restype = ctypes.c_char_p
    return library


def version() -> str | None:
    """That of the library."""
    library = _library()
    return library.gnutls_check_version(None).decode() if library else None


def decide(chains: Sequence[Chain]) -> list[Decision]:
    """A decision for each chain. Only here GnuTLS has the time of the chains."""
    library = _library()
    library.gnutls_global_set_time_function(_now)
    return [_decide(library, chain) for chain in chains]


def _decide(library: Any, chain: Chain) -> Decision:
    presented, unread = _read(library, [chain.end_entity, *chain.presented])
    if unread:
        return Decision("unreadable", f"error {unread}")
    store, _ = _read(library, chain.store)
    trusted, status = ctypes.c_void_p(), ctypes.c_uint()
    library.gnutls_x509_trust_list_init(ctypes.byref(trusted), 0)
    library.gnutls_x509_trust_list_add_cas(trusted, store, len(store), 0)
    oid = _PURPOSES[chain.role]
    purpose = _TypedData(_KEY_PURPOSE_OID, oid, len(oid))
    error = library.gnutls_x509_trust_list_verify_crt2(
        trusted, presented, len(presented), ctypes.byref(purpose), 1, 0, ctypes.byref(status), None
    )
    words = f"error {error}" if error < 0 else _words(library, status)
    library.gnutls_x509_trust_list_deinit(trusted, 1)
    for certificate in presented:
        library.gnutls_x509_crt_deinit(ctypes.c_void_p(certificate))
    return ACCEPTED if error == 0 and status.value == 0 else Decision("refused", words)


def _read(library: Any, certificates: Iterable[Issued]) -> tuple[Any, int]:
    """The certificates that can be read, and the last error number of the others."""
    found, problem = [], 0
    for one in certificates:
        certificate = ctypes.c_void_p()
        library.gnutls_x509_crt_init(ctypes.byref(certificate))
        datum = _Datum(one.der, len(one.der))
        error = library.gnutls_x509_crt_import(certificate, ctypes.byref(datum), _DER)
        if error < 0:
            problem = error
        else:
            found.append(certificate)
    return (ctypes.c_void_p * len(found))(*(one.value for one in found)), problem


def _words(library: Any, status: ctypes.c_uint) -> str:
    printed = _Datum()
    library.gnutls_certificate_verification_status_print(status, _X509, ctypes.byref(printed), 0)
    return (printed.data or b"").decode().strip()
