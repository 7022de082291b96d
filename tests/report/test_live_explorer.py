"""The explorer of a notebook, driven by its widgets without a browser: filters, rows, time, what is supposed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from mcuaudit import Audit, Explorer, SetSetting, UsageError
from mcuaudit.notebook.explorer_state import CHANGED, Filters, moments
from mcuaudit.notebook.supposed import certificate_supposed, names_presented, setting_supposed
from mcuaudit.summary.verdict import verdict
from mcuaudit.triage.counting import connection_words, count
from mcuaudit.variants.selection import selected
from tests.clean_export import NOW, CleanExport, with_local
from tests.report.synthetic_audit import LEEDS, make_audit

VERIFICATION = "ssl_certificates.verification_settings"


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """One clean device, whose every connection is accepted."""
    export = CleanExport().write(tmp_path_factory.mktemp("clean") / "export")
    return mcuaudit.audit(mcuaudit.read_export(export), at=NOW)


@pytest.fixture
def explorer(audit: Audit) -> Explorer:
    return audit.explore()


def _words(explorer: Explorer) -> str:
    """What the head and the message say."""
    return _text(f"{explorer._summary.value} {explorer._message.value}")


def _text(markup: str) -> str:
    """What a reader reads of it."""
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", markup, flags=re.DOTALL)).split())


def _ticks(explorer: Explorer) -> list[Any]:
    return list(explorer._supposed._list.children)  # type: ignore[union-attr]


def test_filters_leave_rows_and_the_first_of_them_opens(sample_audit: Audit, tmp_path: Path) -> None:
    explorer: Explorer = sample_audit.explore()  # type: ignore[attr-defined]
    controls, connections = explorer.controls, sample_audit.connections
    assert len(explorer.frame) == len(connections)
    controls["site"].value = "leeds"
    assert controls["device_id"].options[0] == ("all", "")
    assert all(value.startswith("leeds/") for _, value in controls["device_id"].options if value)
    controls["outcome"].value = "refused"
    expected = connections[connections["site"].eq("leeds") & connections["outcome"].eq("fail")]
    assert set(explorer.frame["connection_id"]) == set(expected["connection_id"])
    assert [value for _, value in controls["rows"].options] == explorer.frame["connection_id"].tolist()
    for connection_id, reason in expected[["connection_id", "reason"]].itertuples(index=False):
        controls["rows"].value = connection_id
        assert 'class="ladder"' in explorer._detail.value
        assert reason in _text(explorer._detail.value)
    assert "<h3>Paths</h3>" in explorer._detail.value
    page = explorer.page(tmp_path / "shown.html").read_text(encoding="utf-8")
    assert "Selected: site leeds, refused." in page
    assert page.count('class="ladder"') == len(expected)
    # A device of another site is not chosen any more.
    controls["device_id"].value = "leeds/mcu-atrium"
    controls["site"].value = "oslo"
    assert controls["device_id"].value == ""
    assert set(explorer.frame["site"]) == {"oslo"}


def test_the_slider_has_the_times_at_which_something_ends(explorer: Explorer, audit: Audit) -> None:
    as_of = explorer.controls["as_of"]
    times = [value for _, value in as_of.options]
    assert times[0] == audit.at
    assert times == sorted(times)
    ends = audit.certificates.set_index("certificate")["not_after"]
    own = ends[audit.devices["local_certificate"].iloc[0]]
    after = next(time for time in times if time > own)
    as_of.value = after
    assert explorer.audit.at == after
    assert explorer.frame["outcome"].iloc[0] == "fail"
    again = mcuaudit.audit(audit.fleet, at=after)
    assert explorer.audit.connections["outcome"].tolist() == again.connections["outcome"].tolist()
    as_of.value = audit.at
    assert explorer.audit is audit
    assert explorer.comparison is None


def test_a_certificate_without_an_end_has_no_time_on_the_slider(tmp_path: Path) -> None:
    export = CleanExport()
    without_end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    export.files["leeds/mcu-1/local-certificate.pem"] = with_local(not_after=without_end)
    audit = export.predicted(tmp_path)
    assert audit.certificates["not_after"].max() == without_end
    times = moments(audit)
    assert len(times) > 1
    assert max(times) <= audit.at + timedelta(days=3653)
    assert len(moments(replace(audit, at=without_end))) == 1
    assert f"{times[1]:%Y}" in audit.explore().controls["as_of"].options[1][0]


def test_what_is_supposed_is_evaluated_at_once_and_taken_back_by_its_tick(explorer: Explorer, audit: Audit) -> None:
    controls = explorer.controls
    controls["setting"].value = VERIFICATION
    controls["value"].value = "No verification"
    controls["set"].click()
    expected = audit.what_if(SetSetting(VERIFICATION, "No verification"))
    assert explorer.comparison is not None
    assert explorer.comparison.connection_changes.equals(expected.connection_changes)
    words = connection_words(explorer.audit.connections).value_counts()
    assert f"→ {words['unverified']} accepted, unverified" in _words(explorer)
    controls["outcome"].value = CHANGED
    assert 0 < len(explorer.frame) < len(audit.connections)
    assert all("unverified (was accepted)" in label for label, _ in controls["rows"].options)
    (tick,) = _ticks(explorer)
    assert tick.description == "Verification settings: “No verification”"
    tick.value = False
    assert explorer.comparison is None
    assert len(explorer.frame) == 0
    tick.value = True
    assert len(explorer.frame) > 0


def test_a_described_certificate_replaces_the_one_that_is_presented(explorer: Explorer, audit: Audit) -> None:
    controls = explorer.controls
    row = audit.certificates.set_index("certificate").loc[audit.devices["local_certificate"].iloc[0]]
    assert controls["cn"].value == row["common_names"]
    assert set(controls["names"].value.split()) >= set(row["dns_names"].split())
    assert controls["issuer"].value != ""
    controls["replace"].click()
    assert explorer.comparison is not None
    assert "every connection and login would stay as it is" in _words(explorer)
    controls["names"].value = "nothing.example.org"
    controls["replace"].click()
    assert "contradict each other" in _words(explorer)
    assert len(_ticks(explorer)) == 1, "the other was not added"


def test_what_cannot_be_evaluated_leaves_everything_as_it_was(
    explorer: Explorer, audit: Audit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    controls = explorer.controls
    controls["site"].value = "leeds"
    controls["outcome"].value = "accepted"
    controls["setting"].value = VERIFICATION
    controls["value"].value = "No verification"
    controls["set"].click()
    (former,) = _ticks(explorer)
    former.value = False
    controls["value"].value = controls["value"].options[-1][1]
    controls["set"].click()
    shown = explorer.audit
    former.value = True
    assert "contradict each other" in _words(explorer)
    assert [one.value for one in _ticks(explorer)] == [False, True]

    def broken(*_: object, **__: object) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr("mcuaudit.notebook.explorer_state.changed_audit", broken)
    controls["as_of"].value = controls["as_of"].options[-1][1]
    assert controls["as_of"].value == audit.at
    controls["replace"].click()
    assert "Not evaluated: internal error: KeyError: 'a fault'." in _words(explorer)
    assert "Evaluating" not in _words(explorer)
    assert explorer.audit is shown
    assert len(_ticks(explorer)) == 2, "what could not be evaluated has no tick"
    note = f"Supposed, and made on no device: Verification settings: “{controls['value'].value}” on site leeds."
    page = _text(explorer.page(tmp_path / "shown.html").read_text(encoding="utf-8"))
    assert f"Selection: {len(explorer.frame)} of {len(audit.connections)} connections" in page
    assert f"Selected: site leeds, accepted. {note}" in page
    controls["site"].value = controls["outcome"].value = ""
    page = _text(explorer.page(tmp_path / "shown.html").read_text(encoding="utf-8"))
    assert "Selection: " not in page
    assert verdict("1 site", count(shown.connections, shown.administration)) in page


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: setting_supposed("services.http", "off", "leeds/*", "site leeds"), "Web service (HTTP)"),
        (
            lambda: certificate_supposed("a/b\n", "x", "10.1.2.3 sip:x@y, m.example.com", ""),
            "a new certificate for a/b",
        ),
        (lambda: certificate_supposed("a/b\nroom", "", "m", ""), "a new certificate for the peer room of a/b"),
    ],
)
def test_a_change_has_its_words(make: Callable[[], Any], words: str) -> None:
    assert make().in_words.startswith(words)


def test_names_are_told_apart_by_their_form(audit: Audit) -> None:
    change: Any = certificate_supposed("a/b\n", "x", "10.1.2.3 ::1 sip:x@y, m.example.com", "").change
    assert change.certificate.ip_addresses == ("10.1.2.3", "::1")
    assert change.certificate.uris == ("sip:x@y",)
    assert change.certificate.dns_names == ("m.example.com",)
    assert names_presented(audit, "no/device\n") == ("", "", "")


def test_filters_say_what_they_leave() -> None:
    assert Filters().in_words == ""
    assert Filters().devices == "*"
    assert Filters("leeds", connection_type="web_user").in_words == "site leeds, Web interface user"
    assert (Filters("leeds").devices, Filters("leeds").place) == ("leeds/*", "site leeds")
    assert (Filters("leeds", "leeds/a").devices, Filters("leeds", "leeds/a").place) == ("leeds/a", "leeds/a")


def test_the_pattern_of_a_site_is_that_of_its_devices_whatever_its_name() -> None:
    fleet = make_audit(sites={LEEDS: "le[ed]s"}).fleet
    devices = fleet.devices.loc[fleet.devices["site"] == "le[ed]s", "device_id"].tolist()
    assert selected(fleet, Filters("le[ed]s").devices) == devices


def test_a_redacted_audit_can_be_looked_through_and_nothing_supposed(audit: Audit) -> None:
    explorer = audit.redact(mcuaudit.RedactionKey()).explore()
    assert len(explorer.frame) == len(audit.connections)
    assert "Redacted: " in _words(explorer)
    assert "set" not in explorer.controls
    assert 'class="ladder"' in explorer._detail.value


def test_nothing_hides_in_a_name_and_no_text_is_markup() -> None:
    explorer = make_audit(lambda text: f"{text}\u202e<b>", sites={LEEDS: "leeds\u202e<b>"}).explore()  # type: ignore[attr-defined]
    lists = [one.options for one in explorer.controls.values() if hasattr(one, "options")]
    assert not [words for options in lists for words, _ in options if "\u202e" in words]
    assert "\\u202e" in explorer.controls["device_id"].options[1][0]
    explorer.controls["rows"].index = 1
    assert "<b>" not in explorer._detail.value.replace("</b>", "").partition("<ul")[2]
    assert not any(getattr(one, "description_allow_html", False) for one in explorer.controls.values())


def test_without_ipywidgets_the_error_says_how_to_install_it(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r'ipywidgets is not installed; run: pip install "mcuaudit\[lab\]"'):
        audit.explore()
