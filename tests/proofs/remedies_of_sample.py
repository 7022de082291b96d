"""What the remedies of the sample fleet say of themselves, against files of it that were changed as they say.

The script beside the sample makes it again, so that its private CAs have their keys here and really issue certificates.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections import Counter
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from unittest import mock

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ObjectIdentifier

from mcuaudit import CertificateDescription
from mcuaudit.domain.instants import time_given
from mcuaudit.variants.remedies.first_jobs import first_jobs_of
from mcuaudit.variants.remedies.proven import proven_jobs
from tests.proofs.changed_files import Issue
from tests.proofs.evaluated_again import Files, fleet_of, read_files
from tests.proofs.remedies_on_files import PURPOSES, audit_without_rules, done_by_themselves, done_one_after_the_other

CLAIM = "In files of the sample, its short list of what to do first and each of its remedies do exactly what they say."
SIZE = 8
"""Cases: the short list of README and pages, and the remedies in as many parts as there are other cases."""
SAMPLE = 1

_SCRIPT: Final = Path(__file__).parents[2] / "data" / "make_sample_fleet.py"
_DOCUMENTED: Final = _SCRIPT.parents[1] / "docs" / "using.md"
AT: Final = time_given("2026-11-23")


@cache
def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample_fleet", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict("sys.modules", {spec.name: module}):
        spec.loader.exec_module(module)
    return module


@cache
def _made() -> tuple[Files, Issue]:
    """The files of the sample, made again, and what its CAs issue."""
    script, kept = _script(), []
    original = script.found_authorities

    def kept_authorities() -> Any:
        kept.append(original())
        return kept[-1]

    with tempfile.TemporaryDirectory() as directory, mock.patch.object(script, "found_authorities", kept_authorities):
        script.make_sample_fleet(Path(directory) / "fleet")
        return read_files(Path(directory) / "fleet"), _issuing(vars(kept[0]).values(), AT)


def _issuing(authorities: Any, at: datetime) -> Issue:
    by_digest = {_digest(one.certificate): one for one in authorities}

    def issue(wanted: CertificateDescription) -> bytes:
        authority = by_digest[wanted.issuer]
        begins = wanted.not_before or at
        end = authority.certificate.not_valid_after_utc
        ends = wanted.not_after or min(end, begins.replace(year=begins.year + 2))
        own = authority.issue(
            *([wanted.common_name] if wanted.common_name else []),
            names=[*(f"dns:{name}" for name in wanted.dns_names), *(f"uri:{name}" for name in wanted.uris),
                   *(f"ip:{name}" for name in wanted.ip_addresses)],
            valid=(f"{begins:%Y-%m-%d}", f"{ends:%Y-%m-%d}"),
            purposes=[PURPOSES.get(one) or ObjectIdentifier(one) for one in wanted.purposes] or list(PURPOSES.values()),
        )  # fmt: skip
        is_root = authority.certificate.subject == authority.certificate.issuer
        sent = (own,) if is_root else (own, authority.certificate)
        return b"".join(one.public_bytes(Encoding.PEM) for one in sent)

    return issue


def _digest(certificate: Any) -> str:
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def prove(seed: int, cases: range) -> Counter[str]:
    """Do the jobs in files, and compare; the seed counts for nothing, as there is one sample."""
    del seed
    counts: Counter[str] = Counter()
    files, issue = _made()
    with tempfile.TemporaryDirectory() as directory:
        audit = audit_without_rules(fleet_of(files, Path(directory) / "before"), AT)
        jobs = proven_jobs(audit)
        for case in cases:
            place = Path(directory) / f"case {case}"
            if case == 0:
                first = first_jobs_of(audit, jobs)
                documented = " ".join(_DOCUMENTED.read_text(encoding="utf-8").split())
                assert all(" ".join(one.job.words) in documented for one in first[:3]), "docs/using.md has another list"
                counts += done_one_after_the_other(audit, first, files, issue, place, "the sample")
            else:
                counts += done_by_themselves(audit, jobs[case - 1 :: SIZE - 1], files, issue, place, "the sample")
    return counts
