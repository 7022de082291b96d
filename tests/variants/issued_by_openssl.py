"""OpenSSL makes and signs requests from request configurations, and the certificates replace those of an export."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mcuaudit import Audit
from mcuaudit.domain.slots import Slot
from mcuaudit.variants.requests.certificate_requests import request_files
from mcuaudit.variants.requests.request_configuration import configuration_text
from mcuaudit.variants.requests.request_directory import write_requests
from mcuaudit.variants.requests.requirements import requirements_of
from tests.authority import FAR_AHEAD, LONG_AGO, Authority, PrivateKey, rsa_key

OPENSSL = shutil.which("openssl")
ROOT = Authority.root("Test Root CA", key=rsa_key(1), not_before=LONG_AGO, not_after=FAR_AHEAD)
ISSUING = ROOT.intermediate("Test Issuing CA", key=rsa_key(2), not_before=LONG_AGO, not_after=FAR_AHEAD)
STORE = ROOT.pem + ISSUING.pem
_STORES = re.compile(r"(sip|https)-trust-store\.|-trusted-ca\.pem")
_CA = """
[ca]
default_ca = test
[test]
dir = {place}
database = $dir/index
new_certs_dir = $dir
serial = $dir/serial
unique_subject = no
certificate = $dir/ca.pem
private_key = $dir/ca.key
default_md = sha256
copy_extensions = copy
preserve = yes
policy = any
x509_extensions = added
[any]
commonName = supplied
[added]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def openssl(*arguments: object) -> str:
    """What the command prints; it must succeed."""
    done = subprocess.run([str(OPENSSL), *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def issued(configurations: Mapping[Path, PrivateKey | None], place: Path) -> dict[Path, bytes]:
    """The certificate for each configuration, PEM: one for the key, or for a key that OpenSSL makes."""
    place.mkdir(parents=True)
    (place / "index").touch()
    (place / "serial").write_text("1001\n", encoding="ascii")
    (place / "ca.pem").write_bytes(ISSUING.pem)
    write_key(place / "ca.key", ISSUING.key)
    (place / "ca.cnf").write_text(_CA.format(place=place), encoding="utf-8")
    requests = []
    for number, (file, key) in enumerate(configurations.items()):
        requests.append(place / f"{number}.csr")
        wanted = ["-nodes", "-keyout", place / f"{number}.key"]
        if key is not None:
            write_key(place / "own.key", key)
            wanted = ["-key", place / "own.key"]
        openssl("req", "-new", "-config", file, *wanted, "-out", requests[-1])
    # Whatever today is: the certificates are valid at the times of the tests.
    period = ["-startdate", "20260601000000Z", "-enddate", "20280601000000Z"]
    openssl("ca", "-config", place / "ca.cnf", "-batch", "-notext", *period, "-infiles", *requests)
    serials = range(0x1001, 0x1001 + len(requests))
    return {
        file: (place / f"{serial:X}.pem").read_bytes() for file, serial in zip(configurations, serials, strict=True)
    }


def write_key(file: Path, key: PrivateKey) -> None:
    """Write a private key for OpenSSL, PEM."""
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def with_new_certificates(export: Path, audit: Audit, place: Path, made_by_openssl: str) -> dict[str, bytes]:
    """Put a real certificate of the test CA, with its chain, in the place of each one, and the CA into all stores.

    Returns each certificate with its chain by the name of its request, also those that had no file so far. Every
    device has a key of its own; that of one request is made by OpenSSL.
    """
    named = list(zip(request_files(requirements := requirements_of(audit)), requirements, strict=True))
    requests = write_requests(
        {name: configuration_text(one, name, audit.at) for name, one in named}, place / "requests"
    )
    keys: dict[Path, PrivateKey | None] = {
        requests / name: rsa_key(100 + number) if one.held.device else rsa_key(3)
        for number, (name, one) in enumerate(named)
    }
    keys[requests / made_by_openssl] = None
    chains = {
        file.relative_to(requests).as_posix(): certificate + ISSUING.pem
        for file, certificate in issued(keys, place / "ca").items()
    }
    for name, one in named:
        holder = one.held.holder
        file = f"{holder.name}/local-certificate.pem" if holder.slot is Slot.LOCAL_CERTIFICATE else holder.file
        if file.endswith(".pem"):
            (export / file).write_bytes(chains[name])
    for store in [file for file in export.rglob("*") if _STORES.search(file.name)]:
        store.unlink()
        store.with_suffix(".pem").write_bytes(STORE)
    return chains
