"""Drawings: labels stay as they are, everything is within the picture, and colours can be told apart."""

from __future__ import annotations

import base64
import re
import warnings
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from mcuaudit.report.figures import (
    CalendarCell,
    Cell,
    ColumnGroup,
    Layer,
    Link,
    Mark,
    Node,
    calendar,
    grid,
    layered_graph,
    shares,
    trend_lines,
)
from mcuaudit.report.figures.drawing import DARK, LIGHT, Ink
from mcuaudit.report.figures.labels import fitted, text_width

AT = datetime(2026, 11, 23, tzinfo=UTC)


def svgs(html: object) -> list[str]:
    """Every drawing of a picture, the one for paper last."""
    return [base64.b64decode(one).decode("utf-8") for one in re.findall(r'base64,([^"]+)"', str(html))]


def texts(svg: str) -> list[str]:
    found = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return [text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for text in found]


@pytest.mark.parametrize(
    "label",
    [
        "192.168.100.20", "10.120.31.5", "MCU 4.5.118 lab", ' transform="rotate(-0 x)"', "font-family: 'DejaVu Sans'; ",
        '<g id="patch_1">', "<defs>", 'style="fill: red"', "a & b < c > d", "#7e5700", "$x^2$", "会议桥上海",
    ],
)  # fmt: skip
def test_a_label_is_written_as_it_is(label: str) -> None:
    drawn = [
        grid([label], ["x"], [Cell(0, 0, "error", "1")], "words"),
        shares(
            [label], {"local": [1], "peer": [0], "authority": [0]}, {"local": "l", "peer": "p", "authority": "a"}, ""
        ),
        calendar([label], [("Nov", "2026")], [CalendarCell(0, 0, 1, "", "note")], [Mark(0.5, "today")], "words"),
        layered_graph([Layer("L", [Node("a", label, "", "device")])], [], "words"),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for html in drawn:
            for svg in svgs(html):
                assert any(label in text for text in texts(svg))


def test_no_warning_about_letters_that_a_font_lacks() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grid(["会议桥上海 \N{PARTY POPPER}"], ["עברית"], [Cell(0, 0, "error", "1")], "words")


LONG = ["W" * 120, "mcu-" * 30, "会" * 120, "MCU-HAMBURG-SPEICHERSTADT-BOARDROOM-EAST-1"]


@pytest.mark.parametrize("label", LONG)
def test_a_long_label_stays_within_its_box_and_keeps_its_ends(label: str) -> None:
    shown = fitted(f"a{label}z", 140, 10)
    assert text_width(shown, 10) <= 140
    assert shown.startswith("a")
    assert shown.endswith("z")
    assert "…" in shown
    svg = svgs(layered_graph([Layer("L", [Node("a", label, label, "device")])], [], "words"))[-1]
    written = re.findall(r'<text style="font-size: ([\d.]+)px[^>]*>([^<]*…[^<]*)</text>', svg)
    assert len(written) == 2
    assert all(text_width(text, float(size)) <= 150 for size, text in written)


def inside(svg: str) -> None:
    """Each text begins and ends within the picture."""
    width, height = (float(number) for number in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    for attributes, text in re.findall(r"<text([^>]*)>([^<]*)</text>", svg):
        place = {name: float(value) for name, value in re.findall(r'\b([xy])="(-?[\d.]+)"', attributes)}
        if "transform" not in attributes:
            assert -1 <= place["x"] <= width + 1, text
            assert 0 <= place["y"] <= height + 1, text


@pytest.mark.parametrize("last", [(4, 40, 40, 40), (0, 0, 0, 0), (40, 40, 40, 40), (1, 2, 3, 50)])
def test_words_of_the_trend_stay_in_the_picture_and_apart(last: tuple[int, ...]) -> None:
    words = ("refused", "undetermined", "unverified", "accepted")
    lines = {word: [3, number] for word, number in zip(words, last, strict=True)}
    for svg in svgs(trend_lines([AT, AT + timedelta(days=90)], lines, "words")):
        inside(svg)
        ends = [
            float(re.search(r'y="(-?[\d.]+)"', attributes)[1])  # type: ignore[index]
            for attributes, text in re.findall(r"<text([^>]*)>([^<]*)</text>", svg)
            if text.startswith(words)
        ]
        assert len(ends) == 4
        assert all(abs(one - other) > 12 for one, other in combinations(ends, 2))


@pytest.mark.parametrize(
    ("days", "least", "most"), [(3, 2, 2), (14, 2, 2), (90, 2, 6), (400, 2, 6), (2200, 2, 6), (9000, 2, 6)]
)
def test_an_axis_has_dates_and_not_too_many(days: int, least: int, most: int) -> None:
    lines = {word: [1, 2] for word in ("refused", "undetermined", "unverified", "accepted")}
    narrow, *_others, wide = svgs(trend_lines([AT, AT + timedelta(days=days)], lines, "words"))
    for svg, limit in ((narrow, min(most, 2)), (wide, most)):
        dates = [text for text in texts(svg) if re.search(r"[A-Z][a-z]{2} \d{4}$", text)]
        assert min(least, limit) <= len(dates) <= limit, dates


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PANELS = [(LIGHT, "#ffffff"), (DARK, "#1b1f23")]


@pytest.mark.parametrize(("ink", "panel"), PANELS, ids=["light", "dark"])
def test_text_and_lines_can_be_seen(ink: Ink, panel: str) -> None:
    assert all(contrast(colour, ink.on_cell) >= 4.5 for colour in ink.cells.values())
    assert all(contrast(colour, ink.on_roles[role]) >= 4.5 for role, colour in ink.roles.items())
    assert contrast(ink.text, panel) >= 7
    assert contrast(ink.soft, panel) >= 4.5
    assert contrast(ink.link, panel) >= 3


# Full dichromacy by Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, kind: str) -> tuple[float, float, float]:
    """The colour in CIELAB as such a person sees it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (
        min(max(sum(weight * part for weight, part in zip(row, linear, strict=True)), 0), 1) for row in BLIND[kind]
    )
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("kind", BLIND)
@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_parts_of_a_bar_are_apart_for_colour_blind_people(ink: Ink, kind: str) -> None:
    for one, other in combinations(ink.roles.values(), 2):
        first, second = seen(one, kind), seen(other, kind)
        assert sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5 > 20, (one, other)


def test_each_scheme_is_as_if_it_were_drawn_in_its_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is drawn once, and coloured twice."""
    months = [CalendarCell(0, column, 1, f"{column} end", colour) for column, colour in enumerate(LIGHT.cells)]
    cells = [Cell(row, 0, colour, "1") for row, colour in enumerate(LIGHT.cells)]
    roles = {role: [1] for role in LIGHT.roles}
    nodes = [Node(kind, kind, "note", kind) for kind in LIGHT.nodes]
    lines = {word: [1, 2] for word in ("refused", "undetermined", "unverified", "accepted")}

    def drawn() -> list[list[str]]:
        made = (
            calendar(["CAs"], [("Dec", "")] * len(months), months, [Mark(0.2, "today"), Mark(1.5, "soon")], "words"),
            grid(list(LIGHT.cells), ["x"], cells, "words"),
            shares(["row"], roles, {role: role for role in roles}, "words"),
            layered_graph([Layer("L", nodes), Layer("R", [Node("b", "B", "", "store")])], [Link("device", "b", 1)], ""),
            trend_lines([AT, AT + timedelta(days=90)], lines, "words"),
        )
        # The name of a marker is made of its colours, too.
        return [[re.sub(r"\bm[0-9a-f]{10}\b", "m", svg) for svg in svgs(html)] for html in made]

    coloured = drawn()
    for ink, places in ((DARK, (0, -2)), (LIGHT, (-1,))):
        monkeypatch.setattr("mcuaudit.report.figures.drawing._MARKED", ink)
        direct = drawn()
        for place in places:
            assert [found[place] for found in coloured] == [found[place] for found in direct]
            assert not any("#7e57" in found[place] for found in coloured)


def test_links_join_boxes_that_are_there() -> None:
    layers = [Layer("L", [Node("a", "A", "", "device")]), Layer("R", [Node("b", "B", "", "store")])]
    svg = svgs(layered_graph(layers, [Link("a", "b", 50)], "words"))[-1]
    assert svg.count("C ") >= 1
    inside(svg)


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
def test_the_first_and_the_last_day_can_be_drawn(at: datetime) -> None:
    lines = {word: [1, 2] for word in ("refused", "undetermined", "unverified", "accepted")}
    assert len(svgs(trend_lines([at, at], lines, "words"))) == 4


def test_columns_in_groups_have_their_titles_and_room_between_them() -> None:
    cells = [Cell(0, column, "accepted", "R", framed=column == 1) for column in range(3)]
    groups = [ColumnGroup("Verification\nsettings", 2), ColumnGroup("Server certificate\nsecurity", 1)]
    grouped, alone = (svgs(grid(["mcu-1"], ["a", "b", "c"], cells, "words", groups=one))[0] for one in (groups, ()))
    assert set(texts(grouped)) - set(texts(alone)) == {"Verification", "settings", "Server certificate", "security"}
    width, narrower = (float(re.search(r'width="([\d.]+)', svg)[1]) for svg in (grouped, alone))  # type: ignore[index]
    assert width > narrower + 36


def test_a_cell_without_a_letter_has_none_and_a_frame_is_a_shape_of_its_own() -> None:
    bare = svgs(grid(["mcu-1"], ["a"], [Cell(0, 0, "accepted", "")], "words"))[0]
    framed = svgs(grid(["mcu-1"], ["a"], [Cell(0, 0, "accepted", "", framed=True)], "words"))[0]
    assert texts(bare) == texts(framed) == ["mcu-1", "a"]
    assert framed.count("<path") == bare.count("<path") + 1


def test_a_calendar_is_read_in_both_sizes_and_its_marks_are_between_its_cells() -> None:
    rows, columns = ["Local", "CAs"], [("expired", ""), ("Nov", "2026"), ("Dec", ""), ("later", "")]
    cells = [CalendarCell(0, 2, 1_200, "6 end", "warning"), CalendarCell(1, 3, 7, "", "note")]
    drawn = svgs(calendar(rows, columns, cells, [Mark(1.7, "today"), Mark(2.5, "60 days")], "words"))
    assert len(drawn) == 4
    for svg in drawn:
        inside(svg)
        found = " ".join(texts(svg))
        assert all(word in found for word in ("Local", "CAs", "expired", "Nov", "2026", "1,200", "6 end", "7", "today"))
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])  # type: ignore[index]
        sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg)]
        # As wide as a telephone, letters are at least 9 pixels high.
        assert min(sizes) * min(1, 300 / width if width < 500 else 1) >= 9
