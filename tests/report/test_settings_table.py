"""The settings that decide as a table, and the proof of chosen connections, for notebooks."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.report.sections.settings_table import deciding_values
from tests.report.synthetic_audit import LEEDS

SETTING = "ssl_certificates.verification_settings"


def with_values(audit: Audit, values: list[str | None]) -> Audit:
    """The audit with one setting that decides, and one that does not, on as many devices."""
    devices = audit.devices.head(len(values))
    row = build_frame("settings", []).reindex([0])
    rows = [
        row.assign(
            site=site, device=device, device_id=device_id, setting=setting, value=value, source="typed", file="<f>"
        )
        for site, device, device_id, value in zip(
            devices["site"], devices["device"], devices["device_id"], values, strict=True
        )
        for setting in (SETTING, "device.model")
    ]
    return replace(audit, fleet=replace(audit.fleet, settings=pd.concat(rows, ignore_index=True)))


@pytest.mark.parametrize(
    ("values", "common", "differing"),
    [
        (["a", "a", "b"], "a", ["b"]),
        (["a", "b"], "", []),
        (["a", "a", "b", "b"], "", []),
        (["a"], "", []),
        (["a", "a", None], "a", []),
        ([None, None], "", []),
    ],
)
def test_a_value_differs_from_the_one_of_more_than_half(
    audit: Audit, values: list[str | None], common: str, differing: list[str]
) -> None:
    frame = deciding_values(with_values(audit, values))
    assert set(frame["setting"]) == {SETTING}
    assert set(frame["common"]) == {common}
    assert frame.loc[frame["differs"], "value"].tolist() == differing


def test_what_differs_is_marked_and_comes_first(audit: Audit) -> None:
    shown = str(mcuaudit.fleet_report(with_values(audit, ["on <1>", "on <1>", "off"])).settings.html)
    third = audit.devices["device_id"].iloc[2]
    assert "1 value differs, on 1 device, from the common value" in shown
    assert '<span class="chip unverified" title="&lt;f&gt;">off</span><small>by hand, differs</small>' in shown
    assert "on &lt;1&gt;<small>2 of 3</small>" in shown
    rows = shown.split("<tr")
    assert f'<th scope="row">{third}</th>' in rows[3]
    assert shown.count("not in the export") == len(audit.devices) - 3


def test_one_connection_is_open_and_several_are_lines_below_their_devices(audit: Audit) -> None:
    report = mcuaudit.fleet_report(audit)
    refused = audit.connections[audit.connections["outcome"] == "fail"]
    one = str(report.proofs(refused.head(1)).html)
    assert str(report.proofs(refused.iloc[0]).html) == one
    assert one.count("<details open>") == 1
    assert refused["device_id"].iloc[0] in one
    assert 'class="ladder"' in one
    several = str(report.proofs(refused).html)
    assert "<details open>" not in several
    assert several.count("<details>") == len(refused) > 1
    assert several.count("<h3>") == refused["device_id"].nunique()
    assert "no connection to show" in str(report.proofs(refused.head(0)).html)


def test_a_site_that_is_a_number_is_refused_with_papermills_option(audit: Audit) -> None:
    for number in (7, 0):
        with pytest.raises(UsageError, match=f"-r site {number}"):
            mcuaudit.site_report(audit, number)  # type: ignore[arg-type]
    assert mcuaudit.site_report(audit, LEEDS).audit.sites == [LEEDS]
