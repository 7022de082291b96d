"""Every view has the columns that it declares, with their dtypes and choices, whatever the export holds."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mcuaudit
from mcuaudit.frames.schema import SCHEMAS, Column, Dtype
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.rules import Context, evaluate, own_rules
from mcuaudit.rules.views import VIEW_SCHEMAS, Views
from mcuaudit.rules.views.base import ViewError, as_declared, of_view, view
from mcuaudit.rules.views.columns import Carried, flag, integer, number, text, time
from mcuaudit.rules.views.table import Table, array_of, yes_no_of
from mcuaudit.rules.views.view_frame import ViewFrame
from mcuaudit.rules.views.words import certificate_in_words, some_by
from tests.authority import NOW
from tests.clean_export import CleanExport

PACKAGE = Path(mcuaudit.__file__).parent
EXPORTS = ("sample", "one device", "a device without anything", "damaged")


@cache
def views_of(export: str, directory: Path) -> Views:
    root = directory / export
    if export == "sample":
        root = mcuaudit.sample_directory()
    elif export == "one device":
        CleanExport().write(root)
    else:
        (root / "leeds" / "mcu-1").mkdir(parents=True)
        (root / "leeds" / "mcu-1" / "settings.toml").write_text("# none\n")
        if export == "damaged":
            (root / "leeds" / "mcu-1" / "local-certificate.pem").write_text("none")
            (root / "leeds" / "mcu-1" / "sip-trust-store.pem").write_text("none")
    fleet = mcuaudit.read_export(root)
    return Views(fleet, predict_fleet(fleet, NOW))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("views")


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.parametrize("name", VIEW_SCHEMAS)
def test_a_view_holds_what_it_declares(name: str, export: str, directory: Path) -> None:
    found, schema = views_of(export, directory)[name], VIEW_SCHEMAS[name]
    assert set(found.columns) == set(schema.columns)
    assert found.columns.is_unique
    assert found.index.equals(pd.RangeIndex(len(found)))
    assert found["judged"].notna().all()
    for column in schema.columns.values():
        assert found[column.name].dtype == column.pandas_dtype, column.name
        values = set(found[column.name].dropna().astype("str")) if column.choices else set()
        assert values <= set(column.choices), column.name


def test_a_view_carries_every_column_of_the_frame_that_it_is_made_from() -> None:
    names = {name: {column.name for column in schema.columns} for name, schema in SCHEMAS.items()}
    for name, frame in (
        ("devices", "devices"), ("logins", "devices"), ("services", "devices"), ("receivers", "devices"),
        ("used_stores", "devices"), ("local_certificates", "certificates"), ("peer_certificates", "peers"),
        ("peer_certificates", "certificates"), ("store_members", "placements"), ("store_members", "certificates"),
        ("connections", "connections"), ("judged_peers", "connections"), ("expected_files", "evidence"),
        ("administration", "administration"), ("settings", "settings"), ("path_authorities", "certificates"),
    ):  # fmt: skip
        assert names[frame] <= set(VIEW_SCHEMAS[name].columns), (name, frame)


def changed_columns(judged: pd.DataFrame, before: pd.DataFrame) -> set[str]:
    return {name for name in judged.columns if name not in before.columns or not judged[name].equals(before[name])}


@pytest.mark.parametrize("code", own_rules())
def test_a_rule_sets_no_other_columns_than_it_declares(code: str, directory: Path) -> None:
    """And where a function of its own sets them, the masks set none: the view is not copied for them."""
    rule, views = own_rules()[code], views_of("sample", directory)
    before = views[rule.view]
    judged = before.copy(deep=False)
    context = Context(pd.Timestamp(NOW), views.policy)
    rule.mask(judged, context)
    if rule.undetermined:
        rule.undetermined(judged, context)
    by_masks = changed_columns(judged, before)
    assert by_masks <= (set() if rule.texts else set(rule.adds))
    if rule.texts:
        rule.texts(judged, context)
    assert changed_columns(judged, before) <= set(rule.adds)
    assert set(rule.adds) <= set(judged.columns)
    assert views[rule.view] is before
    assert set(before.columns) == set(VIEW_SCHEMAS[rule.view].columns)


@pytest.mark.parametrize("export", EXPORTS)
def test_rules_say_the_same_of_frames_whose_columns_are_made_when_they_are_read(
    export: str, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    views, rules = views_of(export, directory), own_rules().values()
    context = Context(pd.Timestamp(NOW), views.policy)
    on_demand, none = evaluate(rules, views, context)
    monkeypatch.setattr(Views, "on_demand", whole_frame)
    whole, still_none = evaluate(rules, views, context)
    assert none == still_none == []
    pd.testing.assert_frame_equal(on_demand.frame(), whole.frame())


def whole_frame(views: Views, name: str) -> ViewFrame:
    """A view with all columns at once, as rules of others have them."""
    whole = views[name]
    frame = ViewFrame.of(frozenset(whole.columns), len(whole), lambda column: whole[column].array)
    assert len(frame[frame.index >= 0].columns) == len(whole.columns)
    return frame


@pytest.mark.parametrize("file", sorted((PACKAGE / "rules").glob("*/*.py")), ids=lambda file: file.stem)
def test_rules_use_a_view_in_no_other_way_than_by_its_columns(file: Path) -> None:
    """Columns that were not read yet are not there for anything else, such as `view.loc` or `"name" in view`."""
    if file.parent.name == "views":
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))
    uses = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "view"
    }
    asked = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(one, ast.Name) and one.id == "view" for one in node.comparators)
    ]
    assert uses <= {"index"}
    assert not asked


@pytest.mark.parametrize("file", sorted((PACKAGE / "rules").glob("*/*.py")), ids=lambda file: file.stem)
def test_rules_change_no_column_that_other_rules_read(file: Path) -> None:
    """A rule sets whole columns of its view; it changes no value of a column in place."""
    if file.parent.name == "views":
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assigned = [
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    in_places = [one.value for one in assigned if isinstance(one, ast.Subscript)]
    assert [ast.unparse(one) for one in in_places if not isinstance(one, ast.Name) or one.id != "view"] == []
    assert not [one for one in ast.walk(tree) if isinstance(one, ast.keyword) and one.arg == "inplace"]


def test_a_view_frame_makes_what_is_read() -> None:
    made: list[str] = []

    def column(name: str) -> Any:
        made.append(name)
        return pd.array([f"{name}{row}" for row in range(3)], dtype="str")

    frame = ViewFrame.of(frozenset("abcd"), 3, column)
    assert frame["a"].tolist() == ["a0", "a1", "a2"]
    assert frame[["a", "b"]].columns.tolist() == ["a", "b"]
    assert made == ["a", "b"]
    own = frame.own()
    own["x"] = own["c"] + "!"
    assert (own.has("x"), frame.has("x"), own.has("d")) == (True, False, True)
    part = own.rows_at(np.array([2, 0]))
    assert part["d"].tolist() == ["d2", "d0"]
    assert type(own[own["a"].ne("a1")]) is pd.DataFrame
    assert set(own[own["a"].ne("a1")].columns) == set("abcdx")
    with pytest.raises(KeyError, match="y"):
        frame["y"]


@pytest.mark.parametrize("code", [code for code, rule in own_rules().items() if rule.texts])
def test_the_texts_of_a_row_without_values_can_be_made(code: str, directory: Path) -> None:
    """A row may lack everything that can be missing, and be reported beside others."""
    rule, views = own_rules()[code], views_of("sample", directory)
    row = views[rule.view].iloc[[0]].copy()
    for name, column in VIEW_SCHEMAS[rule.view].columns.items():
        if column.dtype not in (Dtype.FLAG, Dtype.OUTCOME):
            row[name] = pd.Series([None], index=row.index, dtype=row[name].dtype)
    assert rule.texts is not None
    rule.texts(row, Context(pd.Timestamp(NOW), views.policy))
    assert set(rule.adds) <= set(row.columns)


def test_a_view_that_lacks_a_declared_column_is_an_error() -> None:
    schema = VIEW_SCHEMAS["administration"]
    with pytest.raises(ViewError, match=r"administration.*judged"):
        as_declared(schema, Table(0, {name: [] for name in schema.columns if name != "judged"}))
    with pytest.raises(ViewError, match=r"administration.*surplus"):
        as_declared(schema, Table(0, {name: [] for name in (*schema.columns, "surplus")}))


def test_a_column_cannot_be_declared_twice() -> None:
    from mcuaudit.rules.views.devices import devices

    with pytest.raises(ViewError, match="twice: site"):
        view("device", of_view(devices), text("site", "Another."))(devices)
    with pytest.raises(KeyError, match="sight"):
        of_view(devices, "sight")
    part = of_view(devices, "site", "device")
    assert isinstance(part, Carried)
    assert [column.name for column in part.columns] == ["site", "device"]
    assert not part.whole


def test_columns_say_their_dtype() -> None:
    made = (integer("a", "A."), flag("b", "B."), time("c", "C."), text("d", "D.", ("x",)))
    assert [str(column.pandas_dtype) for column in made] == ["Int64", "bool", "datetime64[us, UTC]", "str"]
    assert made[3].choices == ("x",)


FRAME = pd.DataFrame(
    {
        "key": pd.array(["b", None, "a", "b", "z"], dtype="str"),
        "number": pd.array([1, None, 3, 4, 5], dtype="Int64"),
        "flag": [True, False, True, False, True],
        "day": pd.array([NOW, None, NOW, NOW, NOW], dtype="datetime64[us, UTC]"),
    }
)
OTHER = Table(2, {"key": ["a", "b"], "found": ["x", "y"]})


def test_a_table_reads_its_columns_as_lists_with_none_for_missing() -> None:
    table = Table.of_frame(FRAME)
    assert table.names == ["key", "number", "flag", "day"]
    assert table["key"] == ["b", None, "a", "b", "z"]
    assert table["number"] == [1, None, 3, 4, 5]
    assert table["flag"] == [True, False, True, False, True]
    assert table["day"] == [NOW, None, NOW, NOW, NOW]
    assert table["key"] is table["key"], "a column is read once"
    assert list(table.each("number", "key"))[1:3] == [(None, None), (3, "a")]
    assert table.mapped("key", "number")["b"] == 4
    pd.testing.assert_frame_equal(table.frame(), FRAME)


def test_columns_are_added_replaced_renamed_and_chosen() -> None:
    table = Table.of_frame(FRAME).adding(word="x", number=[9] * 5)
    assert table["word"] == ["x"] * 5
    assert table["number"] == [9] * 5
    assert Table.of_frame(FRAME)["number"] == [1, None, 3, 4, 5]
    assert table.renamed(name="key").names == ["name", "number", "flag", "day", "word"]
    assert table.only("word", "key").names == ["word", "key"]
    with pytest.raises(KeyError, match="both tables have key"):
        table.beside(Table.of_frame(FRAME).only("key"))


def test_a_table_is_made_of_rows() -> None:
    assert list(Table.of_rows(("a", "b"), [(1, "x"), (2, "y")]).each("b", "a")) == [("x", 1), ("y", 2)]
    empty = Table.of_rows(("a", "b"), [])
    assert (empty.rows, empty.names, empty["b"]) == (0, ["a", "b"], [])


def test_rows_are_chosen_and_repeated() -> None:
    table = Table.of_frame(FRAME)
    assert table.where(flag for flag in table["flag"])["number"] == [1, 3, 5]
    assert table.where(True for _ in table["flag"]) is table
    assert table.at([]).rows == 0
    missing = table.at([2, -1])
    assert [missing[name] for name in missing.names] == [["a", None], [3, None], [True, None], [NOW, None]]
    repeated = table.at([0, 2]).repeated([["p", "q"], []], "item")
    assert list(repeated.each("key", "item")) == [("b", "p"), ("b", "q"), ("a", None)]


def test_what_is_looked_up_has_the_same_key() -> None:
    found = Table.of_frame(FRAME).looked_up(OTHER, ["key"])
    assert found["found"] == ["y", None, "x", "y", None]
    assert found["number"] == [1, None, 3, 4, 5]
    inner = Table.of_frame(FRAME).looked_up(OTHER.renamed(other="key"), ["key"], other_on=["other"], inner=True)
    assert list(inner.each("number", "found")) == [(1, "y"), (3, "x"), (4, "y")]
    assert "other" not in inner.names


def test_a_missing_key_finds_nothing_and_several_partners_give_several_rows() -> None:
    other = Table(3, {"key": ["b", None, "b"], "found": ["x", "y", "z"]})
    found = Table.of_frame(FRAME).looked_up(other, ["key"])
    assert list(found.each("key", "found")) == [
        ("b", "x"), ("b", "z"), (None, None), ("a", None), ("b", "x"), ("b", "z"), ("z", None),
    ]  # fmt: skip


def test_two_keys_are_looked_up_together() -> None:
    other = Table(2, {"key": ["b", "b"], "number": [4, None], "found": ["x", "y"]})
    assert Table.of_frame(FRAME).looked_up(other, ["key", "number"])["found"] == [None, None, None, "x", None]


@pytest.mark.parametrize(
    ("column", "values", "dtype"),
    [
        (text("a", "A."), ["x", None], "str"),
        (integer("a", "A."), [1, None], "Int64"),
        (flag("a", "A."), [True, False], "bool"),
        (number("a", "A."), [1.5, None], "float64"),
        (time("a", "A."), [pd.Timestamp(NOW), None], "datetime64[us, UTC]"),
        (Column("a", Dtype.FLAG_OR_MISSING, "A."), [True, None], "boolean"),
        (Column("a", Dtype.BYTES, "A."), [b"x", None], "object"),
        (Column("a", Dtype.CHOICE, "A.", ("x", "y")), ["y", None], "category"),
        (Column("a", Dtype.OUTCOME, "A."), ["fail", "open"], "category"),
    ],
)
def test_a_list_becomes_an_array_of_the_declared_dtype(column: Column, values: list[object], dtype: str) -> None:
    array = array_of(values, column)
    assert str(array.dtype) == dtype
    assert array.dtype == column.pandas_dtype
    assert Table(2, {"a": array})["a"] == values
    assert array_of(array, column) is array
    empty = array_of([], column)
    assert empty.dtype == column.pandas_dtype
    assert len(empty) == 0


def test_yes_or_no() -> None:
    assert yes_no_of([True, False]) == ["yes", "no"]


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("CN=a", "CN=a"),
        (" CN=a\n\t b ", "CN=a b"),
        ("", "the certificate without a subject 0123456789abcdef"),
        (" \n", "the certificate without a subject 0123456789abcdef"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200 + "…"),
    ],
)
def test_a_certificate_is_named_in_one_line_of_bounded_length(subject: str, words: str) -> None:
    assert certificate_in_words(subject, "0123456789abcdef0") == words


def test_some_of_many_names_by_key() -> None:
    pairs = [("a", "x"), ("b", None), ("a", "w"), (None, "v"), ("a", "z"), ("a", "y"), ("a", "x")]
    assert some_by(["b", "a", "a"], pairs) == [None, "w, x, y and 1 more", "w, x, y and 1 more"]
