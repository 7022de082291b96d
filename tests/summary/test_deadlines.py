"""Deadlines in words, for one certificate and for several that end at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from mcuaudit.domain.name_lists import join_names
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.summary.deadlines import breaks_first, deadline_line, effects, further_effects

NUMBERS = (
    "connections", "logins", "locked_out", "undetermined", "maybe_locked_out", "earlier", "undetermined_before",
    "begin", "begun_before", "at_renewal",
)  # fmt: skip
MIDNIGHT = datetime(2026, 12, 4, 23, 30, tzinfo=UTC)


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    common = {
        "deadline_id": "ends 00", "on": MIDNIGHT, "event": "ends", "what": "certificate of room", "remedy": "",
        "connection_ids": "", "locked_out_devices": "", **dict.fromkeys(NUMBERS, 0),
    }  # fmt: skip
    return build_frame("deadlines", [common | row for row in rows])


def test_what_breaks_first_passes_over_what_ends_nothing() -> None:
    idle, one = {"on": datetime(2026, 12, 1, tzinfo=UTC)}, {"connections": 1, "connection_ids": join_names(["a b c"])}
    assert breaks_first(frame(idle, one)) == (
        "What breaks first: on 4 December 2026, with the end of the certificate of room, 1 connection ends."
    )
    assert "on 5 December 2026" in breaks_first(frame(idle, one), ZoneInfo("Asia/Tokyo"))
    assert breaks_first(frame(idle)) == "No accepted connection and no administration ends with a certificate."


def test_what_several_certificates_end_at_once_is_counted_once() -> None:
    both = {"connections": 1, "connection_ids": join_names(["a b c"])}
    locked = {"locked_out": 1, "locked_out_devices": "oslo/mcu-1", "what": "local certificate of oslo/mcu-1"}
    assert breaks_first(frame(both, both | locked)) == (
        "What breaks first: on 4 December 2026, with the end of 2 certificates, first the certificate of room, 1 "
        "connection ends and no administrator can log in to oslo/mcu-1 any more."
    )


def test_each_number_has_its_words() -> None:
    (row,) = frame(dict.fromkeys(NUMBERS, 1) | {"locked_out_devices": "oslo/mcu-1"}).to_dict("records")
    assert effects(row) == "1 connection ends, 1 login among them; no administrator can log in to oslo/mcu-1"
    assert further_effects(row) == (
        "1 accepted connection becomes undetermined; whether one MCU can be administered becomes undetermined; "
        "1 undetermined connection is refused; 1 connection begins to be accepted; 1 connection that begins later "
        "ends; 1 connection that depends on it ends earlier; 1 connection is refused or undetermined once renewed "
        "without clientAuth"
    )
    (idle,) = frame({}).to_dict("records")
    assert deadline_line(idle) == "2026-12-04 certificate of room ends: nothing ends."
