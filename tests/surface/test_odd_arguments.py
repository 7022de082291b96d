"""Whatever a text, path, time or number a caller gives: the function accepts it, or its error is one of mcuaudit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from mcuaudit import Audit, McuAuditError
from tests.authority import NOW, Authority
from tests.clean_export import DEVICE, CleanExport

ROOT = Authority.root("Example Root")
MCU = ROOT.leaf("mcu.example.com", san=["DNS:mcu.example.com"]).record

ODD: dict[str, Any] = {
    "nothing": None,
    "empty": "",
    "space": "  ",
    "zero octet": "a\0b",
    "half of a character": "a\ud800b",
    "long": "a" * 5000,
    "deep": "a/" * 3000,
    "home": "~nobody-of-that-name/x",
    "bracket": "[::1",
    "number as text": "9" * 30,
    "digit": "\u00b2",
    "number": 42,
    "negative": -1,
    "large": 10**9,
    "larger": 10**30,
    "fraction": 0.5,
    "not a number": float("nan"),
    "infinite": float("inf"),
    "octets": b"x",
    "list": ["x"],
    "list of nothing": [None],
    "dictionary": {"x": 1},
    "object": object(),
    "function": len,
    "first day": date.min,
    "last day": date.max,
    "first time": datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    "last time": datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))),
    "time without zone": datetime(2026, 6, 15),  # noqa: DTZ001
    "path": Path("a\0b"),
    "year": "0000-01-01",
    "week": "2026-W25",
}

Call = Callable[[Audit, Any, Path], object]
CALLS: dict[str, Call] = {
    "load source": lambda _audit, odd, _place: mcuaudit.load(odd, at=NOW),
    "load at": lambda _audit, odd, place: mcuaudit.load(place / "export", at=odd),
    "open_audit export": lambda _audit, odd, place: mcuaudit.open_audit(export=odd or place / "export", at=NOW),
    "open_audit audit_dir": lambda _audit, odd, place: mcuaudit.open_audit(odd or place / "export", at=NOW),
    "earlier_audit before": lambda audit, odd, _place: mcuaudit.earlier_audit(audit, odd),
    "earlier_audit days": lambda audit, odd, _place: mcuaudit.earlier_audit(audit, days=odd),
    "read_export": lambda _audit, odd, _place: mcuaudit.read_export(odd),
    "audit at": lambda audit, odd, _place: mcuaudit.audit(audit.fleet, at=odd),
    "describe": lambda _audit, odd, _place: mcuaudit.describe(odd),
    "trend": lambda _audit, odd, _place: mcuaudit.trend(odd),
    "match certificate": lambda _audit, odd, _place: mcuaudit.match(odd, "mcu.example.com"),
    "match reference": lambda _audit, odd, _place: mcuaudit.match(MCU, odd),
    "match standard": lambda _audit, odd, _place: mcuaudit.match(MCU, "mcu.example.com", odd),
    "validate end_entity": lambda _audit, odd, _place: mcuaudit.validate(odd, anchors=ROOT.record, at=NOW),
    "validate anchors": lambda _audit, odd, _place: mcuaudit.validate(MCU, anchors=odd, at=NOW),
    "validate presented": lambda _audit, odd, _place: mcuaudit.validate(
        MCU, presented=odd, anchors=ROOT.record, at=NOW
    ),
    "validate purpose": lambda _audit, odd, _place: mcuaudit.validate(MCU, anchors=ROOT.record, at=NOW, purpose=odd),
    "validate at": lambda _audit, odd, _place: mcuaudit.validate(MCU, anchors=ROOT.record, at=odd),
    "validate policies": lambda _audit, odd, _place: mcuaudit.validate(MCU, anchors=ROOT.record, at=NOW, policies=odd),
    "validate initial_policies": lambda _audit, odd, _place: mcuaudit.validate(
        MCU, anchors=ROOT.record, at=NOW, initial_policies=odd
    ),
    "validate explicit_policy": lambda _audit, odd, _place: mcuaudit.validate(
        MCU, anchors=ROOT.record, at=NOW, explicit_policy=odd
    ),
    "resolve_policy export": lambda _audit, odd, _place: mcuaudit.resolve_policy(odd),
    "resolve_policy file": lambda _audit, odd, place: mcuaudit.resolve_policy(place / "export", file=odd),
    "resolve_policy options": lambda _audit, odd, place: mcuaudit.resolve_policy(place / "export", options=[odd]),
    "resolve_policy environment": lambda _audit, odd, place: mcuaudit.resolve_policy(
        place / "export", environment={"MCUAUDIT_THRESHOLDS_EXPIRY_DAYS": odd}
    ),
    "fleet_report": lambda _audit, odd, place: mcuaudit.fleet_report(odd or place / "export", at=NOW),
    "site_report source": lambda _audit, odd, place: mcuaudit.site_report(odd or place / "export", "leeds", at=NOW),
    "site_report site": lambda audit, odd, _place: mcuaudit.site_report(audit, odd),
    "render_reports sites": lambda audit, odd, place: mcuaudit.render_reports(audit, place / "out", sites=[odd]),
    "render_reports kept": lambda audit, odd, place: mcuaudit.render_reports(
        audit, place / "out", sites=["nowhere"], kept=odd
    ),
    "save": lambda audit, odd, place: audit.save(odd if not isinstance(odd, str) or "\0" in odd else place / odd),
    "save dated": lambda audit, odd, place: audit.save(
        odd if not isinstance(odd, str) or "\0" in odd else place / odd, dated=True
    ),
    "select": lambda audit, odd, _place: audit.select(odd),
    "why device": lambda audit, odd, _place: audit.why(odd, "outgoing_sip"),
    "why connection": lambda audit, odd, _place: audit.why(DEVICE, odd),
    "why peer": lambda audit, odd, _place: audit.why(DEVICE, "outgoing_sip", odd),
    "comparison save": lambda audit, odd, place: compared_with_itself(audit).save(
        odd if not isinstance(odd, str) or "\0" in odd else place / "compared" / odd
    ),
    "to_excel frame": lambda _audit, odd, place: mcuaudit.to_excel(odd, place / "x.xlsx"),
    "to_excel path": lambda audit, odd, place: mcuaudit.to_excel(
        audit.devices, odd if not isinstance(odd, str) or "\0" in odd else place / odd
    ),
    "parse_cause": lambda _audit, odd, _place: mcuaudit.parse_cause(odd),
    "parse_remedy": lambda _audit, odd, _place: mcuaudit.parse_remedy(odd),
}


_COMPARISONS: list[mcuaudit.Comparison] = []


def compared_with_itself(audit: Audit) -> mcuaudit.Comparison:
    """The comparison of the audit of these tests with itself, made once."""
    if not _COMPARISONS:
        _COMPARISONS.append(mcuaudit.compare(audit, audit))
    return _COMPARISONS[0]


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return CleanExport().audit(tmp_path_factory.mktemp("export") / "export")


@pytest.mark.parametrize("call", CALLS)
def test_an_odd_argument_gives_an_error_of_mcuaudit_or_is_accepted(
    call: str, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CleanExport().write(tmp_path / "export")
    monkeypatch.chdir(tmp_path)
    refused, wrong = 0, {}
    for name, odd in ODD.items():
        try:
            CALLS[call](audit, odd, tmp_path)
        except McuAuditError as error:
            refused += 1
            if not str(error).strip():
                wrong[name] = "an error without words"
        except Exception as error:  # noqa: BLE001 - each one that is not of mcuaudit is listed
            wrong[name] = f"{type(error).__name__}: {error}"[:200]
    assert wrong == {}
    assert refused > 5


def test_what_is_asked_for_is_named_with_what_is_allowed(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(mcuaudit.UsageError, match=r"days is 1000000000; that is before the year 1"):
        mcuaudit.earlier_audit(audit, days=10**9)
    with pytest.raises(mcuaudit.UsageError, match="a NoneType is not a reference identifier"):
        mcuaudit.match(MCU, None)  # type: ignore[arg-type]
    comparison = mcuaudit.compare(audit, audit)
    comparison.save(tmp_path / "new" / "directory")
    assert (tmp_path / "new" / "directory" / "comparison.json").is_file()
    (tmp_path / "file").touch()
    with pytest.raises(mcuaudit.UsageError, match=r"file cannot be written: "):
        comparison.save(tmp_path / "file")
