"""Files of settings and peers without a key: only one that says that nothing is meant is read as nothing."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from mcuaudit.decode.nothing import empty_tables, holds_a_key, refuse_nothing
from mcuaudit.errors import Undecodable

DO = "If that is intended, write the line # none into it; otherwise export it again"


def refusal(data: bytes) -> tuple[str, str, str] | None:
    """The reason, place and kind of the problem; None for a file that is not refused."""
    try:
        refuse_nothing(tomllib.loads(data.decode("utf-8-sig")), data)
    except Undecodable as error:
        return error.reason, error.where, error.kind
    return None


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"# a remark\n", "contains no settings, only comments"),
        (b"\n# nonexistent\n", "contains no settings, only comments"),
        (b"[device]\n", "contains no settings, only tables without keys"),
        (b"# a remark\n[device]\n[tls.sip]\n", "contains no settings, only tables without keys"),
    ],
)
def test_a_file_without_a_key_is_refused_with_what_it_holds(data: bytes, found: str) -> None:
    assert refusal(data) == (f"the file {found}. {DO}", "", "unreadable")


@pytest.mark.parametrize(
    "data",
    [b"# none", b"#none\n", b"# empty\n", b"#empty", b"  #   NONE  \n", b"\xef\xbb\xbf# None", b"[device]\n# none\n",
     b"# a remark\n# none\n"],
)  # fmt: skip
def test_a_line_that_says_so_means_nothing(data: bytes) -> None:
    assert refusal(data) is None


@pytest.mark.parametrize("data", [b"other = 1", b"[device]\nserial = ''", b"[a]\n[a.b]\nc = 0", b"users = []"])
def test_a_file_with_a_key_is_not_refused(data: bytes) -> None:
    assert refusal(data) is None


def test_the_key_of_a_setting_is_one_though_its_value_is_an_empty_table() -> None:
    assert refusal(b"users = {}") is None
    assert refusal(b"other = {}") == (
        f"the file contains no settings, only tables without keys. {DO}",
        "",
        "unreadable",
    )


@pytest.mark.parametrize(
    ("value", "holds"),
    [({}, False), ({"a": {}}, False), ({"a": {"b": {}}}, False), ({"a": {}, "b": 0}, True), ({"a": {"b": ""}}, True),
     ([], True), (None, True), (False, True)],
)  # fmt: skip
def test_a_key_counts_at_any_depth_and_whatever_its_value(value: Any, holds: bool) -> None:
    assert holds_a_key(value) is holds


def test_tables_without_a_key_are_named_with_all_that_is_above_them() -> None:
    tables = {"device": {}, "tls": {"sip": {}, "web": {"level": 1}, "more": {"deep": {}}}, "users": [], "a": ""}
    assert list(empty_tables(tables)) == ["device", "tls.sip", "tls.more.deep"]
