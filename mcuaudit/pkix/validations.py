"""`validate_all`: many end entities with many trust stores, as a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from cryptography import x509

from mcuaudit.decode.certificate_source import CertificateSources, certificates_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import time_given
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.frames.declared_frames import frame_of_columns
from mcuaudit.frames.schema import OUTCOME
from mcuaudit.pkix.anchor_use import AnchorLimits, anchor_use
from mcuaudit.pkix.many_outcomes import ManyOutcomes, Presentation
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.policy_inputs import PolicyInputs, PolicyUse, policy_inputs
from mcuaudit.pkix.purposes import Purpose
from mcuaudit.pkix.readings import outcome_of
from mcuaudit.pkix.stores import TrustStore
from mcuaudit.pkix.validator import PathValidator


def validate_all(
    end_entities: Iterable[CertificateSources],
    *,
    stores: Mapping[str, CertificateSources],
    presented: CertificateSources = (),
    known: CertificateSources = (),
    purpose: Purpose | None = None,
    at: str | date | datetime,
    intermediates_must_be_anchors: bool = False,
    chain_complete: bool = False,
    policies: PolicyUse = "both",
    anchor_limits: AnchorLimits = "check",
    any_member_is_anchor: bool = False,
) -> pd.DataFrame:
    """Which of many trust stores trust which of many certificates: the frame `validations`, one row per pair.

    Each row is what `mcuaudit.validate` gives for the pair, which also has the reason in words. Signatures are checked
    once, and a decision is made once for all certificates that a CA has issued in the same way, so that the time does
    not depend on the number of pairs.

        stores = {path.parent.name: path for path in Path("exports/berlin").glob("*/sip-trust-store.pem")}
        mcuaudit.validate_all(Path("new-certificates").glob("*.pem"), stores=stores, at="2026-11-23")

    Args:
        end_entities: a list with a source for each: a path, PEM, DER or PKCS#7, a record, or a certificate of the
            package cryptography. Certificates that follow it in the same source count as presented.
        stores: trust stores by a name of your choice, which the column `trust_store` has. A store can be empty.
        presented: certificates that are presented with each of them.
        known: CA certificates from elsewhere, which are used for reading A11 only.
        purpose: as for `mcuaudit.validate`, as are all that follow.

    Raises:
        UsageError: a certificate cannot be read, an argument has a value that is not allowed, or `at` is not a time
            with a zone.
    """
    use = anchor_use(anchor_limits, any_member=any_member_is_anchor)
    validator = PathValidator(time_given(at), certificates_from(known, "known"), _inputs(policies), use)
    if not isinstance(stores, Mapping):
        raise UsageError(
            f"stores is given as {type(stores).__name__}; expected a mapping of names to certificates, such as "
            '{"berlin": "sip-trust-store.pem"}.'
        )
    found = validator.validate_all(
        _presentations(end_entities, certificates_from(presented, "presented")),
        [TrustStore(certificates_from(store, f"stores, {name}")) for name, store in stores.items()],
        purpose,
        intermediates_must_be_anchors=intermediates_must_be_anchors,
        chain_complete=chain_complete,
    )
    return validations(found, list(stores))


def _inputs(policies: PolicyUse) -> PolicyInputs:
    return policy_inputs(
        policies, "anyPolicy", explicit_policy=False, inhibit_policy_mapping=False, inhibit_any_policy=False
    )


def _presentations(
    end_entities: Iterable[CertificateSources], presented: Sequence[Certificate]
) -> Iterable[Presentation]:
    """Each end entity with what is presented with it, each of them once."""
    if isinstance(end_entities, bytes | str | Path | Certificate | x509.Certificate):
        end_entities = (end_entities,)
    found: dict[tuple[str, ...], Presentation] = {}
    for source in end_entities:
        first, *rest = certificates_from(source, "end_entities")
        chain = (*rest, *presented)
        found.setdefault((first.sha256, *(one.sha256 for one in chain)), Presentation(first, chain))
    return found.values()


def validations(found: ManyOutcomes, names: Sequence[str]) -> pd.DataFrame:
    """The frame `validations`; `names` are those of the stores."""
    pairs = found.codes.ravel()
    ends = [one.applicant.end_entity.sha256 for one in found.asked]
    rows = np.repeat(np.arange(len(ends)), len(names))
    outcomes = [outcome_of(shared.decision) for shared in found.distinct]
    own = [shared.decision.end_entity.sha256 for shared in found.distinct]
    # Where a decision fails at its own end entity, it fails at each one that shares it.
    at_itself = np.array([one.failed_at == sha256 for one, sha256 in zip(outcomes, own, strict=True)], dtype=bool)
    failed_at = np.where(at_itself[pairs], len(outcomes) + rows, pairs)
    return frame_of_columns(
        "validations",
        {
            "certificate": _labels(ends, rows),
            "presented_chain": _labels((" ".join(one.others) for one in found.asked), rows),
            "trust_store": _labels(names, np.tile(np.arange(len(names)), len(ends))),
            "outcome": pd.Categorical([one.outcome.value for one in outcomes], dtype=OUTCOME).take(pairs),
            "reason_code": _labels((one.reason_code for one in outcomes), pairs),
            "openssl_error": pd.array([one.openssl_error for one in outcomes], dtype="Int64").take(pairs),
            "reading": _labels((one.reading for one in outcomes), pairs),
            "failed_at": _labels([*(one.failed_at for one in outcomes), *ends], failed_at),
            "missing_issuer": _labels((one.missing_issuer for one in outcomes), pairs),
            "trust_anchor": _labels(map(_anchor, outcomes), pairs),
            "valid_until": _valid_until(found, [one.valid_until is not None for one in outcomes], rows),
            "every_candidate_good": np.array([one.every_candidate_good for one in outcomes], dtype=bool)[pairs],
        },
    )


def _labels(values: Iterable[str | None], places: npt.NDArray[np.integer]) -> pd.Categorical:
    """The value at each of the places; each text is stored once."""
    words: dict[str, int] = {}
    codes = np.array([-1 if one is None else words.setdefault(one, len(words)) for one in values], dtype=np.int32)
    return pd.Categorical.from_codes(codes[places], categories=pd.Index(list(words), dtype="str"))


def _anchor(outcome: PathOutcome) -> str | None:
    """The last certificate of a path that is not refused."""
    return outcome.path[-1].sha256 if outcome.path and outcome.outcome is not Outcome.FAIL else None


def _valid_until(found: ManyOutcomes, lasting: Sequence[bool], rows: npt.NDArray[np.intp]) -> Any:
    """The first notAfter of each path: that of the end entity, or one above it."""
    pairs = found.codes.ravel()
    own = _times(one.applicant.end_entity.not_after for one in found.asked)
    above = _times(shared.decision.above_until for shared in found.distinct)
    until = np.where(np.array(lasting, dtype=bool)[pairs], np.minimum(own[rows], above[pairs]), np.datetime64("NaT"))
    return pd.DatetimeIndex(until).tz_localize("UTC").array


def _times(values: Iterable[datetime]) -> npt.NDArray[np.datetime64]:
    return np.fromiter(((value - _EPOCH) // _MICROSECOND for value in values), dtype=np.int64).view("datetime64[us]")


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
