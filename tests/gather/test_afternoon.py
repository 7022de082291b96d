"""The afternoon of docs/gathering.md: a list of 12 devices, a drawer of 60 files and notes become an audit.

A person who has only these follows the page. What is typed is counted, and the figures of the page are those of here.
"""

from __future__ import annotations

import csv
import io
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

import mcuaudit
from mcuaudit.decode.spreadsheet import rows_of
from mcuaudit.decode.workbook import workbook_text
from mcuaudit.domain.name_lists import split_names
from tests.command.conftest import Run, run
from tests.gather.collected import Shelf
from tests.hints import hint_of
from tests.oracles.sample_fleet import AT

__all__ = ["run"]

SAMPLE = Path(__file__).parents[2] / "data" / "sample-fleet"
PAGE = Path(__file__).parents[2] / "docs" / "gathering.md"
FILES = 60
LEFT_OUT = ("hamburg/mcu-speicher", "singapore/mcu-changi", "singapore/mcu-raffles")
ENDINGS = {".pem", ".der", ".p7b"}
STORE = re.compile(r"(?P<owner>.*/)?(?P<store>sip|https|call-home)-trust-store\.\w+")
DEFAULT = "hamburg/mcu-alster"
"""Its certificate is the one that it was made with, which has no name of the device."""
LOCAL = f"{DEFAULT}/local-certificate.pem"
LISTS = ("users", "feedback_receivers", "device.features")


class Afternoon:
    """What the person has, and what was typed."""

    def __init__(self, root: Path, audit: mcuaudit.Audit) -> None:
        self.drawer, self.export, self.devices, self.peers = (
            root / name for name in ("drawer", "exports", "devices.xlsx", "peers.xlsx")
        )
        self.shelf = Shelf(SAMPLE, audit.fleet)
        self.ids = [one for one in audit.devices["device_id"] if one not in LEFT_OUT]
        settings = audit.fleet.settings[audit.fleet.settings["value"].notna()]
        keys = zip(settings["device_id"], settings["setting"], strict=True)
        self.notes = dict(zip(keys, settings["value"], strict=True))
        self.typed = Counter[str]()
        self.names: dict[str, str] = {}
        self._throw(random.Random(1))

    def _throw(self, rng: random.Random) -> None:
        """Every certificate file of the devices and peers under a name without a meaning, and some of them again."""
        self.drawer.mkdir()
        places: dict[bytes, list[str]] = {}
        for file in sorted(SAMPLE.rglob("*")):
            name = file.relative_to(SAMPLE).as_posix()
            if file.suffix in ENDINGS and not name.startswith(LEFT_OUT):
                places.setdefault(file.read_bytes(), []).append(name)
        contents = [*places]
        contents += rng.choices(contents, k=FILES - len(contents))
        for number, content in enumerate(rng.sample(contents, len(contents))):
            name = f"{rng.getrandbits(32):08x}-{number}{rng.choice(['.pem', '.cer', '.txt'])}"
            (self.drawer / name).write_bytes(content)
            self.names |= dict.fromkeys(places[content], name)

    def audit(self) -> mcuaudit.Audit:
        """The audit of what is there by now."""
        return mcuaudit.audit(mcuaudit.read_export(self.export), at=AT)

    def list_devices(self, address: str) -> None:
        """The list that the person has in Excel, with a column that no setting is for."""
        rows = [["site", "device", address, "host name", "rack"]]
        for one in self.ids:
            named = (" ".join(self.shelf.setting(one, f"device.{key}")) for key in ("addresses", "host_names"))
            rows.append([*one.split("/"), *named, "R1"])
        workbook(self.devices, rows)

    def fill_in_settings(self, table: Path) -> None:
        """The notes of the pages, cell by cell."""
        header, *rows = [row.cells for row in rows_of(workbook_text(table.read_bytes()))]
        rows = [[*row, *[""] * (len(header) - len(row))] for row in rows]
        above = [""] * len(header)
        for row in rows:
            for number, key in enumerate(header[2:], 2):
                value = self.notes.get(("/".join(row[:2]), key), "")
                if not row[number] and value:
                    row[number] = "; ".join(split_names(value)) if key in LISTS else value
                    self.typed["settings" if row[number] != above[number] else "settings filled down"] += 1
            above = row
        workbook(table, [header, *rows])

    def trust_stores(self) -> Iterator[str]:
        """The files that the person knows to be trust stores, by their place."""
        for place, name in self.names.items():
            if found := STORE.fullmatch(place):
                self.typed["trust stores"] += 1
                yield from ("--trust-store", f"{found['owner'] or ''}{found['store']}={name}")

    def noted_peers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the person knows of each peer, with where it belongs."""
        for file in sorted(SAMPLE.rglob("peers.toml"), key=lambda one: (len(one.parts), one)):
            place = file.parent.relative_to(SAMPLE).as_posix().removeprefix(".")
            for entry in tomllib.loads(file.read_text("utf-8"))["peer"]:
                if not place.startswith(LEFT_OUT):
                    yield (
                        place,
                        {
                            key: self._file(place, value) if isinstance(value, str) and "peers/" in value else value
                            for key, value in entry.items()
                        },
                    )

    def _file(self, place: str, value: str) -> str:
        return self.names[(SAMPLE / place / value).resolve().relative_to(SAMPLE.resolve()).as_posix()]

    def complete_peers(self) -> list[dict[str, str]]:
        """Fill in the table of peers: a cell is typed where the draft has another value, or none."""
        header, *lines = [row.cells for row in rows_of(workbook_text(self.peers.read_bytes()))]
        cells = [dict(zip(header, row + [""] * (len(header) - len(row)), strict=True)) for row in lines]
        rows = [dict(row) for row in cells]
        by_file = {self._content(row["certificate"]): row for row in rows if row["certificate"]}
        by_name = {row["identifiers"]: row for row in rows if not row["certificate"]}
        called: dict[str, str] = {}
        for place, entry in self.noted_peers():
            known = by_file.get(self._content(str(entry.get("certificate", "-"))))
            known = known or by_name.get(" ".join(entry.get("identifiers", ())))
            if known is None or known["product"]:
                known = dict.fromkeys(header, "") | {"name": called.get(entry["name"], "")}
                rows.append(known)
            wanted = {key: words(value) for key, value in entry.items()}
            wanted |= {"place": place or "fleet", "product": entry.get("product", "other")}
            wanted["name"] = known["name"] or wanted["name"]
            called[entry["name"]] = wanted["name"]
            known |= {key: value for key, value in wanted.items() if key != "certificate" or not known[key]}
        drafted = dict.fromkeys(header, "")
        for above, row, before in zip([drafted, *rows], rows, [*cells, *[drafted] * len(rows)], strict=False):
            for key in header[: header.index("sha256")]:
                if row[key] and row[key] != before[key]:
                    self.typed["peers" if row[key] != above[key] else "peers filled down"] += 1
        self.write_peers(rows)
        return rows

    def write_peers(self, rows: list[dict[str, str]]) -> None:
        """The table, as Excel saves it."""
        workbook(self.peers, [[*rows[0]], *([*row.values()] for row in rows)])

    def place_by_list(self, listed: Path, device: str) -> None:
        """The certificate that has no name of its device: the person knows the file."""
        header, *rows = csv.reader(io.StringIO(listed.read_text("utf-8-sig")))
        for row in rows:
            place = f"{device}/local-certificate.pem" if row[header.index("file")] == self.names[LOCAL] else ""
            row[header.index("place")] = place
            row[header.index("copy")] = "yes" if place else ""
            self.typed["places"] += bool(place) and device == DEFAULT
        with listed.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([header, *rows])

    def _content(self, name: str) -> bytes:
        return (self.drawer / name).read_bytes() if (self.drawer / name).is_file() else name.encode()


def words(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "none"
    return "; ".join(value) if isinstance(value, list) else str(value)


def workbook(file: Path, rows: list[list[str]]) -> None:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)


def test_a_drawer_a_list_and_notes_become_the_audit_of_the_fleet(
    tmp_path: Path, run: Run, sample_audit: mcuaudit.Audit
) -> None:
    mine = Afternoon(tmp_path, sample_audit)
    assert (len(list(mine.drawer.iterdir())), len(mine.ids)) == (FILES, 12)
    mine.list_devices("adress")
    said = run("init", tmp_path / "other", "--devices", mine.devices).err
    assert ('"rack"' in said, "Known are site, device, address" in said) == (True, True)
    mine.list_devices(hint_of(said))
    table = mine.export / "settings.xlsx"
    assert run("init", mine.export, "--devices", mine.devices, "--workbook", table).code == 0
    mine.fill_in_settings(table)
    listed = mine.drawer.with_name("sorted.csv")
    assert run("sort", mine.drawer, "--into", mine.export, "--likely", *mine.trust_stores(), "--out", listed).code == 0
    mine.place_by_list(listed, f"{DEFAULT[:-2]}r")
    slip = run("sort", mine.drawer, "--into", mine.export, "--by", listed)
    assert (slip.code, "no site or device is called" in slip.err) == (2, True)
    mine.place_by_list(listed, hint_of(slip.err))
    assert "1 file copied" in run("sort", mine.drawer, "--into", mine.export, "--by", listed).err
    before = outcomes(mine.audit())
    drafted = run("sort", mine.drawer, "--into", mine.export, "--draft-peers", mine.peers)
    assert "25 drafts of peers" in drafted.err
    again = run("sort", mine.drawer, "--into", mine.export, "--draft-peers", mine.peers)
    assert (again.code, "may have been completed" in again.err) == (2, True)
    rows = mine.complete_peers()
    # Typing errors: nothing is written, each is named by line and column, and its hint is what was meant.
    slipped = [{{"trust_store": "trust_stor"}.get(key, key): cell for key, cell in row.items()} for row in rows]
    mine.write_peers(slipped)
    written = contents(mine.export)
    heading = run("sort", mine.drawer, "--into", mine.export, "--peers", mine.peers)
    assert (heading.code, hint_of(heading.err), "line 1: unknown column" in heading.err) == (2, "trust_store", True)
    slipped = [dict(row) for row in rows]
    numbers = {(row["product"], row["place"]): number for number, row in enumerate(rows)}
    ours, theirs, tms = (numbers[one] for one in (("Expressway", "oslo"), ("browser", "leeds"), ("TMS", "fleet")))
    slips = {
        "product": (ours, "Expresway"),
        "place": (theirs, "leds"),
        "trust_store": (tms, rows[tms]["trust_store"] + "m"),
    }
    for key, (number, word) in slips.items():
        slipped[number][key] = word
    mine.write_peers(slipped)
    refused = run("sort", mine.drawer, "--into", mine.export, "--peers", mine.peers)
    assert (refused.code, contents(mine.export)) == (2, written)
    for key, (number, _) in slips.items():
        said = next(line for line in refused.err.splitlines() if f"line {number + 2}, column {key}: " in line)
        assert hint_of(said) == rows[number][key]
    mine.write_peers(rows)
    done = run("sort", mine.drawer, "--into", mine.export, "--peers", mine.peers)
    assert (done.code, "32 peers added" in done.err) == (0, True), done.err
    written = contents(mine.export)
    assert "32 peers there already" in run("sort", mine.drawer, "--into", mine.export, "--peers", mine.peers).err
    assert contents(mine.export) == written
    mcuaudit.sort_drawer(mine.drawer, export=mine.export, copy=True, peers=mine.peers)
    assert contents(mine.export) == written
    # Every connection of the 12 devices has the outcome that it has where all is typed by hand.
    found = mine.audit()
    assert not len(found.fleet.problems)
    whole = outcomes(sample_audit)
    assert outcomes(found) == Counter({key: number for key, number in whole.items() if key[0] in mine.ids})
    said = PAGE.read_text("utf-8").partition("## What an afternoon gives")[2].partition("\n## ")[0]
    figures = {**mine.typed, "undetermined before": open_of(before), "undetermined": open_of(outcomes(found))}
    for what, number in figures.items():
        assert f"| {number} |" in said, (what, number)


def outcomes(audit: mcuaudit.Audit) -> Counter[tuple[str, str, str]]:
    rows = audit.connections[["device_id", "connection_type", "outcome"]]
    return Counter((str(one), str(kind), str(outcome)) for one, kind, outcome in rows.itertuples(index=False))


def open_of(found: Counter[tuple[str, str, str]]) -> int:
    return sum(number for (*_, outcome), number in found.items() if outcome == "open")


def contents(root: Path) -> dict[str, bytes]:
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}
