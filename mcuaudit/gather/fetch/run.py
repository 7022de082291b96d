"""A run of `fetch`: which devices and peers of an export are contacted, and what was read; also from Python."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from mcuaudit.domain.name_lists import split_names
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Fleet
from mcuaudit.gather.fetch.device import Ways
from mcuaudit.gather.fetch.fetching import blades_outside, fetch_devices, fetch_peers
from mcuaudit.gather.fetch.limits import Limits
from mcuaudit.gather.fetch.login import Login, Logins
from mcuaudit.gather.fetch.summary import Run, json_of
from mcuaudit.gather.fetch.targets import PeerTarget, Target, device_targets, peer_targets
from mcuaudit.gather.fetch.tls import need_openssl
from mcuaudit.pipeline import read_export
from mcuaudit.system.own_output import kept_audit
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.system.remote_addresses import is_remote
from mcuaudit.wording.phrases import listed

_FEW = 12
Confirm = Callable[[Sequence[Target], Sequence[PeerTarget]], None]


def check_local(export: str | Path) -> None:
    """Refuse a place that `fetch` cannot write an export to.

    Raises:
        UsageError: it is an address, or a saved audit.
    """
    if is_remote(str(export)):
        raise UsageError(f"{export} is an address; fetch writes into an export of this machine.")
    if kept_audit(Path(export)):
        raise UsageError(f"{export} is a saved audit; name the directory of an export.")


def run_fetch(
    fleet: Fleet,
    export: str | Path,
    ways: Ways,
    confirm: Confirm,
    login_of: Callable[[Target], Login | None],
    *,
    sites: Sequence[str] = (),
    devices: Sequence[str] = (),
    peers: bool = False,
    jobs: int = 4,
    bars: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
) -> Run:
    """Read from the devices of an export, after `confirm` was called with all that may be contacted.

    Raises:
        UsageError: no device can be contacted, or what `confirm` raises. Then nothing is contacted.
        StorageError: the machine cannot write it.
    """
    targets, left_out = device_targets(fleet, export, sites, devices)
    of_peers, peers_left_out = peer_targets(fleet, export, targets) if peers else ([], {})
    if not targets:
        reasons = "; ".join(f"{one}: {reason}" for one, reason in left_out.items())
        raise UsageError(f"{export} has no device that can be contacted: {reasons}.")
    confirm(targets, of_peers)
    with bars() as progress:
        records = fetch_devices(targets, login_of, ways, jobs=jobs, progress=progress)
        captured = fetch_peers(of_peers, export, ways, jobs=jobs, progress=progress)
    addresses = fleet.settings.loc[fleet.settings["setting"].eq("device.addresses"), "value"].dropna()
    known = [address for cell in addresses for address in split_names(cell)]
    return Run(records, captured, left_out | peers_left_out, blades_outside(records, known))


@shows_progress
def fetch(
    export: str | Path,
    *,
    addresses: Collection[str],
    sites: Sequence[str] = (),
    devices: Sequence[str] = (),
    peers: bool = False,
    login: tuple[str, str] | None = None,
    tls_only: bool = False,
    again: bool = False,
    legacy_tls: bool = False,
    jobs: int = 4,
    timeout: float = 120,
    https_port: int = 443,
    sip_port: int | None = None,
    progress: Progress | None = None,
) -> Mapping[str, Any]:
    """Read certificates and settings from devices into an export, by queries alone, as ``mcuaudit fetch`` does.

        mcuaudit.fetch("exports", addresses=["10.1.2.3"], devices=["leeds/mcu-1"], tls_only=True)

    Args:
        export: the directory of the export.
        addresses: the addresses and host names that may be contacted: they take the place of the question of the
            command. If one that would be contacted is not among them, none is, and the error names it.
        sites: only the devices of these sites.
        devices: only these devices, as site/device.
        peers: capture the chains of peers that are TLS servers and have no file, too.
        login: name and password for the API; by default those of the environment or of netrc. They are not stored.
        tls_only: capture certificates alone, without name and password.
        again: replace files that are there, and accept another certificate of a device than the export has.
        legacy_tls: accept TLS 1.0 and 1.1 and weak key exchange.
        jobs: devices to read at the same time.
        timeout: for each device in all, in seconds.
        https_port: port of the web servers of the devices.
        sip_port: port for SIP over TLS; by default what the device says, else 5061.
        progress: called with the number of devices that are done.

    Returns:
        what ``mcuaudit fetch --format json`` prints: ``devices``, ``not_contacted``, ``peers`` and
        ``blades_not_in_export``, each a list.

    Raises:
        UsageError: the export cannot be read, an address is not confirmed, or there is no login. Then nothing is
            contacted.
        StorageError: the machine cannot write it.
    """
    need_openssl()
    check_local(export)
    ways = Ways(https_port, sip_port, legacy_tls, again, tls_only, Limits(whole=timeout))
    confirmed = {addresses} if isinstance(addresses, str) else set(addresses)

    def confirm(targets: Sequence[Target], of_peers: Sequence[PeerTarget]) -> None:
        wanted = [*(host for one in targets for host in one.hosts), *(one.host for one in of_peers)]
        others = [host for host in dict.fromkeys(wanted) if host not in confirmed]
        if others:
            raise UsageError(
                f"{listed(others, _FEW)} would be contacted, and addresses does not have all of them: add those that "
                "may be, or name the devices."
            )

    logins = Logins({} if tls_only else os.environ, None) if login is None else None

    def login_of(target: Target) -> Login | None:
        if tls_only:
            return None
        return logins.of(target.hosts) if logins is not None else Login(*login) if login else None

    found = run_fetch(
        read_export(export), export, ways, confirm, login_of,
        sites=sites, devices=devices, peers=peers, jobs=jobs, bars=lambda: nullcontext(progress),
    )  # fmt: skip
    content: Mapping[str, Any] = json.loads(json_of(found))
    return content
