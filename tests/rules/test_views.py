"""Every view has the columns that it declares, with their dtypes and choices, whatever the export holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mcuaudit
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.rules import Context, own_rules
from mcuaudit.rules.views import VIEW_SCHEMAS, Views
from mcuaudit.rules.views.base import ViewError, as_declared, of_view, view
from mcuaudit.rules.views.columns import Carried, flag, integer, text, time
from mcuaudit.rules.views.joins import looked_up, rows, with_columns, yes_or_no
from tests.authority import NOW
from tests.clean_export import CleanExport

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
        (root / "leeds" / "mcu-1" / "settings.toml").write_text("")
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
        ("administration", "administration"), ("settings", "settings"), ("vouching_authorities", "certificates"),
    ):  # fmt: skip
        assert names[frame] <= set(VIEW_SCHEMAS[name].columns), (name, frame)


@pytest.mark.parametrize("code", own_rules())
def test_a_rule_sets_no_other_columns_than_it_declares(code: str, directory: Path) -> None:
    rule, views = own_rules()[code], views_of("sample", directory)
    before = views[rule.view]
    judged = before.copy(deep=False)
    context = Context(pd.Timestamp(NOW), views.policy)
    rule.mask(judged, context)
    if rule.undetermined:
        rule.undetermined(judged, context)
    changed = {name for name in judged.columns if name not in before.columns or not judged[name].equals(before[name])}
    assert changed <= set(rule.adds)
    assert set(rule.adds) <= set(judged.columns)
    assert views[rule.view] is before
    assert set(before.columns) == set(VIEW_SCHEMAS[rule.view].columns)


def test_a_view_that_lacks_a_declared_column_is_an_error() -> None:
    schema = VIEW_SCHEMAS["administration"]
    with pytest.raises(ViewError, match=r"administration.*judged"):
        as_declared(schema, pd.DataFrame(columns=[name for name in schema.columns if name != "judged"]))
    with pytest.raises(ViewError, match=r"administration.*surplus"):
        as_declared(schema, pd.DataFrame(columns=[*schema.columns, "surplus"]))


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


LEFT = pd.DataFrame({"key": ["b", None, "a", "b", "z"], "other": ["1", "1", "1", "2", "1"]}, dtype="str")
RIGHT = pd.DataFrame({"key": ["a", "b"], "number": [1, 2], "flag": [True, False]})


def test_what_is_looked_up_is_what_a_merge_gives() -> None:
    right = RIGHT.astype({"key": "str"})
    for how in ("left", "inner"):
        expected = LEFT.merge(right, on="key", how=how)
        pd.testing.assert_frame_equal(looked_up(LEFT, right, ["key"], how=how), expected, check_dtype=False)
    renamed = right.rename(columns={"key": "theirs"})
    pd.testing.assert_frame_equal(
        looked_up(LEFT, renamed, ["key"], right_on=["theirs"]), LEFT.merge(right, on="key", how="left")
    )


def test_a_key_in_several_rows_gives_several_rows() -> None:
    right = pd.concat([RIGHT, RIGHT.assign(number=3)], ignore_index=True).astype({"key": "str"})
    found = looked_up(LEFT, right, ["key"])
    assert found["number"].dropna().tolist() == [2, 3, 1, 3, 2, 3]


def test_two_keys_are_looked_up_together() -> None:
    right = pd.DataFrame({"key": ["b", "b"], "other": ["2", None], "number": [5, 6]}).astype({"key": "str"})
    assert looked_up(LEFT, right.astype({"other": "str"}), ["key", "other"])["number"].dropna().tolist() == [5]


def test_columns_are_put_beside_or_in_place() -> None:
    found = with_columns(LEFT, other="x", more=np.arange(5))
    assert found["other"].tolist() == ["x"] * 5
    assert found["more"].tolist() == [0, 1, 2, 3, 4]
    assert LEFT["other"].tolist() == ["1", "1", "1", "2", "1"]
    assert rows(LEFT, LEFT["other"].eq("2"))["key"].tolist() == ["b"]
    assert rows(LEFT, LEFT["other"].notna()) is LEFT
    assert yes_or_no(LEFT["other"].eq("2"), ("on", "off")).tolist() == ["off", "off", "off", "on", "off"]
