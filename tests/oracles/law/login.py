"""Logins of web and API users (section 3, 3), at one level of Client certificate security or at all that may be set."""

from __future__ import annotations

import unicodedata

from cryptography.x509 import Certificate

from tests.oracles.law import ocsp
from tests.oracles.law.description import Device, Nothing, Peer, Presented
from tests.oracles.law.names import names_of
from tests.oracles.law.settings import ALLOWED, NOT_REQUIRED, REQUIRED, levels_of
from tests.oracles.law.sides import World, shown_as
from tests.oracles.law.steps import PASSED, Step, fail, missing, opened


def login(device: Device, peer: Peer, connection: str, server: Step, world: World) -> Step:
    """Whether the user gets in; `server` is what becomes of the connection to the OCSP server."""
    steps = [at_level(one, device, peer, connection, server, world) for one in levels_of(device)]
    if len({step.outcome for step in steps}) == 1:
        return missing() if len(steps) > 1 and steps[0].outcome == "open" else steps[0]
    return missing()


def at_level(level: str, device: Device, peer: Peer, connection: str, server: Step, world: World) -> Step:
    """The same at one level."""
    if level == NOT_REQUIRED:
        return password(device, peer)
    shown = shown_as(peer, connection)
    if isinstance(shown, Nothing):
        return fail("no_certificate", "certificate")
    steps = [_name(level, device, peer, shown), answer(device, peer, shown, server, world)]
    for outcome in ("fail", "open"):
        for step in steps:
            if step.outcome == outcome:
                return step
    return PASSED


def _name(level: str, device: Device, peer: Peer, shown: Presented | None) -> Step:
    if level not in (ALLOWED, REQUIRED):
        return password(device, peer)
    if device.users is None:
        return missing()
    by_password = password(device, peer) if level == ALLOWED else None
    names = [name for name, _ in device.users]
    if shown is None:
        if not names:
            return by_password or fail("no_users", "users")
        return by_password if by_password == PASSED else missing()
    cns = names_of(shown.leaf).cns
    equal = [cn for cn in cns if cn in names]
    alike = [cn for cn in cns if cn not in names and folded(cn) in map(folded, names)]
    if equal and len(equal) == len(cns):
        return PASSED
    if by_password == PASSED:
        return PASSED
    if equal:
        return opened("several_common_names", "certificate", "A8")
    if alike:
        return opened("common_name_case", "certificate", "A9")
    return by_password or fail("common_name_is_no_user", "certificate")


def folded(name: str) -> str:
    """A9: case, spaces and Unicode form aside."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def password(device: Device, peer: Peer) -> Step:
    """A user name and password: the recorded name must be one of the device's."""
    if device.users is None:
        return missing()
    if peer.user is None:
        return PASSED if device.users else fail("no_users", "users")
    return PASSED if peer.user in [name for name, _ in device.users] else fail("unknown_user", "users")


def answer(device: Device, peer: Peer, shown: Presented | None, server: Step, world: World) -> Step:
    """OCSP about the certificate of the user: anything but a good answer rejects it."""
    enabled = device.get("ssl_certificates.ocsp.enabled")
    if enabled is False:
        return PASSED
    step = _asked(device, peer, shown, server, world)
    if enabled or step == PASSED:
        return step
    return missing() if step.outcome == "fail" else opened("ocsp_perhaps_asked", "missing_evidence")


def _asked(device: Device, peer: Peer, shown: Presented | None, server: Step, world: World) -> Step:
    url = device.get("ssl_certificates.ocsp.server_url")
    if url == "":
        return fail("ocsp_without_server", "setting")
    if server.outcome == "fail":
        return fail("ocsp_server_refused", server.kind)
    if shown is None:
        return missing()
    found = "missing"
    if peer.ocsp_response is not None:
        found = ocsp.status(peer.ocsp_response, shown.leaf, _issuers(shown, device, world))
    if found == "bad":
        return fail("ocsp_not_good", "certificate")
    if server.outcome == "open":
        return opened("ocsp_server_undetermined", server.kind, *server.readings)
    if found == "missing":
        return opened("ocsp_answer_missing", "missing_evidence")
    return opened("ocsp_open", "ocsp_response") if found == "open" else PASSED


def _issuers(shown: Presented, device: Device, world: World) -> tuple[Certificate, ...]:
    store = device.https_store.members if device.https_store else ()
    return (*shown.chain, *store, *world.elsewhere)
