"""What is measured, against what, and which ratio is the goal."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

import mcuaudit
from bench.fleets import AT, certificates, fleet, trusting
from bench.measuring import Row, alternating, command, imports_of, profile_of, python, seconds
from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import time_given
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import TrustStore, by_subject
from mcuaudit.pkix.validator import PathValidator
from mcuaudit.samples.made_fleet import make_fleet
from tests.clean_export import CleanExport

_ARMOUR: Final = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_PROGRAM: Final = str(Path(sys.executable).parent / "mcuaudit")
_PAPERMILL: Final = str(Path(sys.executable).parent / "papermill")
_LINTER: Final = str(Path(sys.executable).parent / "lint_pkix_cert")
_NBCONVERT: Final = str(Path(sys.executable).parent / "jupyter-nbconvert")


def floor_of_reading(root: Path) -> Callable[[], object]:
    """What no reading can do without: walk, read, base64, SHA-256."""

    def work() -> None:
        for directory, _, names in os.walk(root):
            for name in names:
                data = (Path(directory) / name).read_bytes()
                for block in _ARMOUR.findall(data):
                    hashlib.sha256(base64.b64decode(block)).digest()

    return work


def reading() -> Iterator[Row]:
    """An export of 1,000 devices, read."""
    root = fleet(1000)
    ours: Callable[[], object] = lambda: mcuaudit.read_export(root)  # noqa: E731
    found = alternating({"ours": ours, "floor": floor_of_reading(root)}, 3)
    row = Row("`read_export` of 1,000 devices", "walk, read, base64, SHA-256", found["ours"], found["floor"], 4)
    yield row if row.reached else replace(row, profile=profile_of(ours))


def many_certificates() -> Iterator[Row]:
    """20,000 distinct certificates to a frame, with two processes."""
    root, number = certificates(20_000), 20_000
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(abs, range(8)))

        def wall(work: Callable[[], object]) -> float:
            begin = time.perf_counter()
            work()
            return time.perf_counter() - begin

        ours: Callable[[], object] = lambda: mcuaudit.read_export(root, executor=pool)  # noqa: E731
        both = [(wall(ours), wall(floor_of_reading(root))) for _ in range(3)]
    taken, floor = (sorted(column)[1] for column in zip(*both, strict=True))
    remark = "seconds by the clock, two processes against one"
    row = Row("20,000 distinct certificates to a frame", "the same on one core", taken, floor, 2.5, remark=remark)
    yield row if row.reached else replace(row, profile=profile_of(lambda: mcuaudit.read_export(root)))
    files = sorted((root / "peers").glob("*.pem"))[:200]
    by_openssl = seconds(lambda: [command("openssl", "x509", "-text", "-noout", "-in", str(file))() for file in files])
    yield Row(
        "the same", "`openssl x509 -text` for each file", taken, by_openssl / len(files) * number, 500, faster=True,
        remark=f"{len(files)} of {number:,} files, scaled",
    )  # fmt: skip
    yield from _beside_a_linter(taken, files, number)


def _beside_a_linter(taken: float, files: list[Path], number: int) -> Iterator[Row]:
    """pkilint, which reads each field of a certificate too, and has rules of its own; `make bench` installs it."""
    few, loop = (
        files[:10],
        "import sys; from pkilint.bin.lint_pkix_cert import main; [main(['lint', one]) for one in sys.argv[1:]]",
    )
    each = seconds(lambda: [command(_LINTER, "lint", str(file))() for file in few]) / len(few)
    together = seconds(python("-c", loop, *map(str, files))) / len(files)
    yield Row(
        "the same", "pkilint's `lint_pkix_cert lint` for each file", taken, each * number, 30, faster=True,
        remark=f"{len(few)} of {number:,} files, scaled; {together * number / taken:.1f} × faster than one run for all",
    )  # fmt: skip


def auditing() -> Iterator[Row]:
    """An audit of 1,000 devices, and of one setting that is another."""
    root = fleet(1000)
    read = mcuaudit.read_export(root)
    ours: Callable[[], object] = lambda: mcuaudit.audit(read, at=AT)  # noqa: E731
    found = alternating({"ours": ours, "reading": lambda: mcuaudit.read_export(root)}, 2)
    audit = mcuaudit.audit(read, at=AT)
    size = f"{len(audit.connections):,} connections, {len(audit.paths):,} paths, {len(audit.findings):,} findings"
    row = Row(f"audit of 1,000 devices ({size})", "reading them", found["ours"], found["reading"], 1.5)
    yield row if row.reached else replace(row, profile=profile_of(ours))
    proving = alternating({"remedies": audit.remedies}, 1)["remedies"]
    row = Row("all its remedies, proven", "a full audit", proving, found["ours"], 2, remark="one run")
    yield row if row.reached else replace(row, profile=profile_of(audit.remedies))
    settings = read.settings.copy()
    place = settings.index[settings["setting"] == "ssl_certificates.verification_settings"][500]
    settings.loc[place, "value"] = "Outgoing calls only"
    changed = replace(read, settings=settings)
    # Each time from an audit that nothing went on from yet; the evaluations are made when they are read.
    fresh = [mcuaudit.audit(read, at=AT) for _ in range(3)]
    taken = sorted(seconds(lambda: fresh.pop().again(replace(changed, settings=settings.copy()))) for _ in range(3))[1]
    row = Row(
        "one setting of one device, `again`", "a full audit", taken, found["ours"], 50, faster=True,
        remark="without the frame `evaluations`, which is made when it is read",
    )  # fmt: skip
    yield row if row.reached else replace(row, profile=profile_of(lambda: audit.again(changed)))


def trust() -> Iterator[Row]:
    """Verdicts about certificates and stores, beside each signature once, and beside the verifier of cryptography."""
    root = trusting(20_000)
    leaves, *members = (
        certificates_from(sorted(root.glob(pattern)))
        for pattern in ("certificates/*.pem", *(f"stores/{one:02}.pem" for one in range(37)))
    )
    authorities = certificates_from(root / "issuing.pem")
    stores = {f"{number:02}": one for number, one in enumerate(members)}
    ours: Callable[[], object] = lambda: mcuaudit.validate_all(leaves, stores=stores, known=authorities, at=AT)  # noqa: E731
    every = {one.sha256: one for one in (*leaves, *authorities, *chain.from_iterable(members))}.values()
    issuers = by_subject((*authorities, *chain.from_iterable(members)))
    issued = [(one, other) for one in every for other in issuers.get(canonical_name(one.issuer), ())]

    def signatures() -> None:
        memo = SignatureMemo()
        for pair in issued:
            memo.check(*pair)

    found = alternating({"ours": ours, "signatures": signatures}, 3)
    name = f"trust of {len(leaves):,} certificates in {len(stores)} stores"
    row = Row(name, f"each of {len(issued):,} signatures once", found["ours"], found["signatures"], 1.5)
    yield row if row.reached else replace(row, profile=profile_of(ours))
    each = _by_library(leaves[::97], authorities, members)
    yield Row(
        name, "cryptography's verifier for each pair", found["ours"], each * len(leaves) * len(stores), 60, faster=True,
        remark=f"{len(leaves[::97]) * len(members):,} pairs, scaled",
    )  # fmt: skip
    some = leaves[::197]
    one_by_one = seconds(lambda: _one_by_one(some, authorities, members)) / len(some) * len(leaves)
    yield Row(
        name, "`validate` of mcuaudit for each pair", found["ours"], one_by_one, 10, faster=True,
        remark=f"{len(some) * len(stores):,} pairs of {len(some)} certificates, scaled",
    )  # fmt: skip


def _by_library(some: list[Certificate], authorities: list[Certificate], stores: list[list[Certificate]]) -> float:
    """Seconds that the verifier of cryptography takes for one pair, with the issuing CAs presented."""
    ends = [x509.load_der_x509_certificate(one.der) for one in some]
    between = [x509.load_der_x509_certificate(one.der) for one in authorities]
    verifiers = [
        PolicyBuilder()
        .store(Store([x509.load_der_x509_certificate(one.der) for one in store]))
        .time(time_given(AT))
        .build_client_verifier()
        for store in stores
    ]

    def work() -> None:
        for verifier in verifiers:
            for end in ends:
                with contextlib.suppress(x509.verification.VerificationError):
                    verifier.verify(end, between)

    return seconds(work) / len(ends) / len(verifiers)


def _one_by_one(some: list[Certificate], authorities: list[Certificate], stores: list[list[Certificate]]) -> None:
    validator = PathValidator(time_given(AT), known=authorities)
    for store in map(TrustStore, stores):
        for one in some:
            validator.validate(one, (), store)


def size() -> Iterator[Row]:
    """Ten times as many devices: time and memory, in processes of their own."""
    small, large = (_in_a_process(fleet(devices)) for devices in (1000, 10_000))
    yield Row("10,000 devices, read and audited", "1,000 devices", large[0], small[0], 11, remark="one run each")
    gibibytes = large[1] / 2**30
    yield Row(
        "peak memory of it, in GiB", "1 GiB", gibibytes, 1, 1.5,
        remark=f"{large[2]:,} placements; {small[1] / 2**30:.2f} GiB with 1,000 devices",
    )  # fmt: skip


_ONE_RUN: Final = """
import json, os, sys
import mcuaudit
mcuaudit.read_export, mcuaudit.audit
begin = sum(os.times()[:2])
fleet = mcuaudit.read_export(sys.argv[1])
audit = mcuaudit.audit(fleet, at=sys.argv[2])
# Not that of getrusage, which counts the process that started this one.
most = int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) * 1024
print(json.dumps([sum(os.times()[:2]) - begin, most, len(fleet.placements)]))
"""


@cache
def _in_a_process(root: Path) -> list[float]:
    found: list[float] = json.loads(
        subprocess.run([sys.executable, "-c", _ONE_RUN, str(root), AT], check=True, capture_output=True).stdout
    )
    return found


def counting() -> Iterator[Row]:
    """The calls between all of 10,000 devices, counted; in a process of their own."""
    found = json.loads(
        subprocess.run(
            [sys.executable, "-c", _COUNTED, str(fleet(10_000)), AT], check=True, capture_output=True, text=True
        ).stdout
    )
    name = f"{found['result']:,} calls between 10,000 devices, counted by device and reason"
    yield Row(name, "reading the export", found["work"], found["read"], 1, remark="one run")


_COUNTED: Final = """
import json, os, sys
import mcuaudit
mcuaudit.read_export, mcuaudit.call_counts
times = [sum(os.times()[:2])]
fleet = mcuaudit.read_export(sys.argv[1])
times.append(sum(os.times()[:2]))
result = int(mcuaudit.call_counts(fleet, at=sys.argv[2])['calls'].sum()) // 2
times.append(sum(os.times()[:2]))
print(json.dumps(dict(read=times[1] - times[0], work=times[2] - times[1], result=result)))
"""


def second_run() -> Iterator[Row]:
    """A run with a cache that an earlier run filled."""
    root, rounds = fleet(1000), 1
    with tempfile.TemporaryDirectory() as directory:
        cache = Path(directory) / "cache"

        def first() -> None:
            shutil.rmtree(cache, ignore_errors=True)
            mcuaudit.load(root, at=AT, cache=cache)

        second: Callable[[], object] = lambda: mcuaudit.load(root, at=AT, cache=cache)  # noqa: E731
        found = alternating(
            {
                "first": first,
                "second": second,
                "another time": lambda: mcuaudit.load(root, at=f"{AT}T12:00Z", cache=cache),
                "without": lambda: mcuaudit.load(root, at=AT),
            },
            rounds,
        )
        first_run = f"the first run ({found['first'] / found['without']:.2f} times one without a cache)"
        row = Row(
            "second run of 1,000 devices with `--cache`, nothing changed",
            first_run,
            found["second"],
            found["first"],
            0.3,
        )
        yield row if row.reached else replace(row, profile=profile_of(second))
    yield Row(
        "the same as of another time", "the first run", found["another time"], found["first"], 1,
        remark="what was read is taken, and all verdicts are new",
    )  # fmt: skip


def one_device() -> Iterator[Row]:
    """An audit of one device with 7 connections, beside 20,000 digests in a loop."""
    with tempfile.TemporaryDirectory() as directory:
        read = mcuaudit.read_export(CleanExport().write(Path(directory)))
    ours: Callable[[], object] = lambda: mcuaudit.audit(read, at=AT)  # noqa: E731
    found = alternating({"ours": ours, "loop": _digests}, 9)
    remark = f"{found['ours'] / found['loop']:.1f} times 20,000 digests, which took {found['loop'] * 1000:.0f} ms"
    row = Row("audit of one device with 7 connections", "0.1 seconds", found["ours"], 0.1, 1, remark=remark)
    yield row if row.reached else replace(row, profile=profile_of(ours))


def _digests() -> None:
    digest = b""
    for number in range(20_000):
        digest = hashlib.sha256(digest + str(number).encode() * 64).digest()


def reports() -> Iterator[Row]:
    """50 pages, against papermill and nbconvert as programs for each."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        make_fleet(root / "fleet", 100, 50)
        audit = mcuaudit.audit(mcuaudit.read_export(root / "fleet"), at=AT)
        kept = audit.save(root / "kept")
        pages = audit.sites[:50]
        begin = time.perf_counter()
        mcuaudit.render_reports(audit, root / "reports", sites=pages, jobs=2)
        # Kernels are no children of this process, so their processor time is not known here.
        ours = time.perf_counter() - begin
        notebook = str(Path("notebooks") / "90_site_report.ipynb")
        begin = time.perf_counter()
        for site in pages[:5]:
            made = str(root / f"{site}.ipynb")
            command(_PAPERMILL, notebook, made, "-p", "audit_dir", str(kept), "-p", "site", site)()
            command(_NBCONVERT, "--to", "html", "--no-input", made)()
        other = (time.perf_counter() - begin) / 5 * len(pages)
    yield Row(
        f"{len(pages)} site reports", "`papermill`, then `jupyter nbconvert`, for each", ours, other, 12, faster=True,
        remark="seconds by the clock; two pages at a time, and 5 of them by the programs one after the other, scaled",
    )  # fmt: skip


def starting() -> Iterator[Row]:
    """The program itself."""
    sample = str(mcuaudit.sample_directory())
    found = alternating(
        {
            "help": command(_PROGRAM, "--help"),
            "nothing": python("-c", "pass"),
            "check": command(_PROGRAM, "check", sample, "--at", AT, "--fail-on", "never"),
            "pandas": python("-c", "import pandas"),
        },
        5,
    )
    row = Row("`mcuaudit --help`", "`python -c pass`", found["help"], found["nothing"], 11)
    yield row if row.reached else replace(row, profile=imports_of("-m", "mcuaudit", "--help"))
    row = Row("`mcuaudit check` of the sample", '`python -c "import pandas"`', found["check"], found["pandas"], 2.5)
    yield row if row.reached else replace(row, profile=imports_of("-m", "mcuaudit", "check", sample, "--at", AT))


MEASUREMENTS: Final = {
    "reading": reading, "certificates": many_certificates, "auditing": auditing, "trust": trust, "size": size,
    "calls": counting,
    "cache": second_run, "device": one_device, "reports": reports, "starting": starting,
}  # fmt: skip
