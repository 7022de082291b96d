"""What notebooks show of a frame."""

from __future__ import annotations

import html

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES, SCHEMAS
from mcuaudit.notebook.show import _DECISION, _SHORT, ROWS_SHOWN, frame_name, show
from tests.report.synthetic_audit import make_audit


@pytest.mark.parametrize("name", [*FLEET_FRAMES, *AUDIT_FRAMES])
def test_every_frame_is_recognised_and_has_a_short_view(audit: Audit, name: str) -> None:
    frame = getattr(audit, name)
    assert frame_name(frame) == name
    columns = list(show(frame).frame.columns)
    assert columns == _SHORT[name]
    assert set(columns) | set(_DECISION.get(name, [])) <= set(SCHEMAS[name].names)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_frame_without_rows_has_its_short_view_too(name: str) -> None:
    frame = build_frame(name, [])
    assert frame_name(frame) == name
    assert list(show(frame).frame.columns) == _SHORT[name]
    assert set(_SHORT[name]) <= set(SCHEMAS[name].names)
    assert list(show(frame, view="decision").frame.columns) == _DECISION.get(name, _SHORT[name])


def test_rows_of_a_frame_with_columns_of_ones_own_are_still_recognised(audit: Audit) -> None:
    assert frame_name(audit.findings.head(2).assign(mine=1)) == "findings"
    assert frame_name(pd.DataFrame({"a": [1]})) is None


def test_open_is_said_as_undetermined_and_hashes_are_short(audit: Audit) -> None:
    shown = show(audit.connections, view="all").frame
    assert (shown["outcome"] == "undetermined").sum() == (audit.connections["outcome"] == "open").sum() > 0
    assert "open" not in set(shown["outcome"])
    assert set(shown["local_certificate"].str.len()) == {8}


def test_the_frame_itself_stays_as_it_is(audit: Audit) -> None:
    before = audit.connections.copy()
    show(audit.connections)
    pd.testing.assert_frame_equal(audit.connections, before)


def test_the_decision_view_has_the_columns_that_decided(audit: Audit) -> None:
    assert "mcu_trust" in show(audit.connections, view="decision").frame.columns
    assert "mcu_trust" not in show(audit.connections).frame.columns


def test_any_other_frame_is_shown_as_it_is() -> None:
    counted = pd.DataFrame({"open": [1, 2], "a": ["x", None]})
    assert show(counted).frame.columns.tolist() == ["open", "a"]
    assert show(counted[[]]).frame.empty


def test_an_unknown_view_is_refused(audit: Audit) -> None:
    with pytest.raises(UsageError, match='Did you mean "short"'):
        show(audit.devices, view="shrot")


def test_long_frames_say_how_much_they_show() -> None:
    text = show(pd.DataFrame({"n": range(ROWS_SHOWN + 5)}))._repr_html_()
    assert text.count("<tr>") == ROWS_SHOWN
    assert f"{ROWS_SHOWN} of {ROWS_SHOWN + 5} rows" in text


@pytest.mark.parametrize("interactive", [False, True])
def test_hostile_text_is_text(interactive: bool) -> None:
    hostile = make_audit(lambda text: f"{text}<script>alert(1)</script>")
    text = show(hostile.devices, interactive=interactive)._repr_html_()
    assert "<script>alert(1)" not in text
    assert "script" in text


def test_an_interactive_table_has_all_rows(capsys: pytest.CaptureFixture[str]) -> None:
    many = pd.DataFrame({"n": [f"row {n} {'x' * 200}" for n in range(2000)]})
    text = show(many, interactive=True)._repr_html_()
    assert "row 1999 " in text
    assert "https://" not in text.replace("https://itables", "").replace("https://datatables", "")


def test_a_shown_frame_has_chips_hover_texts_lists_and_numbers(audit: Audit) -> None:
    long = "W" * 300
    peers = audit.peers.head(1).assign(identifiers="A\\x20room tms.example.com", standard=long)
    shown = show(peers)
    assert shown.frame["identifiers"].tolist() == ["A room, tms.example.com"]
    text = shown._repr_html_()
    assert f'title="{long}">{"W" * 160}…</td>' in text
    assert f'title="{html.escape(mcuaudit.describe("peers.identifiers"))}' in text.replace("\n", " ").replace("  ", " ")
    connections = show(audit.connections)._repr_html_()
    assert connections.count('class="chip refused">fail<') == audit.connections["outcome"].eq("fail").sum() > 0
    assert '<span class="chip undetermined">undetermined</span>' in connections
    hashed = audit.certificates["certificate"].iloc[0]
    assert f'title="{hashed}">{hashed[:8]}</td>' in show(audit.certificates)._repr_html_()
    numbers = show(pd.DataFrame({"word": ["a"], "n": [1]}))._repr_html_()
    assert '<th scope="col" class="number">n</th>' in numbers
    assert '<td class="number">1</td>' in numbers
    assert "<td>a</td>" in numbers


def test_what_was_counted_is_shown_with_what_it_was_counted_by(audit: Audit) -> None:
    counted = show(audit.connections["outcome"].value_counts())
    assert list(counted.frame.columns) == ["outcome", "count"]
    assert counted.frame["count"].sum() == len(audit.connections)
    assert '<span class="chip refused">fail</span>' in counted._repr_html_()
    crossed = audit.connections.groupby(["connection_type", "outcome"], observed=True).size().unstack(fill_value=0)
    shown = show(crossed)
    assert list(shown.frame.columns) == ["connection_type", *crossed.columns]
    assert shown.frame.drop(columns="connection_type").to_numpy().sum() == len(audit.connections)
    assert list(show(audit.connections.groupby("site").size()).frame.columns) == ["site", "rows"]
    assert "No row." in show(audit.connections.head(0))._repr_html_()
