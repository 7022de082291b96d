"""XML-RPC and system.xml: each value as one of Python, what stands in the place of one that is not read, refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mcuaudit.decode.xml_rpc import (
    Nil,
    Unread,
    date_time,
    response_members,
    root_of,
    scalar_text,
    scalars,
    system_members,
    without_headers,
)
from mcuaudit.errors import Undecodable


def members(xml: str) -> dict[str, Any]:
    response = f"<methodResponse><params><param>{xml}</param></params></methodResponse>"
    return response_members(root_of(response.encode()), "device.query")


def struct(**found: str) -> str:
    inner = "".join(f"<member><name>{name}</name>{xml}</member>" for name, xml in found.items())
    return f"<value><struct>{inner}</struct></value>"


def value(xml: str) -> Any:
    """What becomes of the content of a <value>."""
    return members(struct(a=f"<value>{xml}</value>"))["a"]


# Headers


@pytest.mark.parametrize(
    ("data", "rest"),
    [
        (b"<a/> ", b"<a/> "),
        (b" \r\n<a/>", b"<a/>"),
        (b"\xef\xbb\xbf\n<a/>", b"<a/>"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n<a/>", b"<a/>"),
        (b"\xef\xbb\xbfHTTP/1.0 200 OK\n\n \n<a/>", b"<a/>"),
        (b"HTTP/2 200\nA: b\n \t\n\n<a/>", b"<a/>"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n<a>\n\n</a>", b"<a>\n\n</a>"),
        (b"HTTP/1.1 200 OK\r\nA: b", b""),
        (b"HTTP/1.1 20 OK\r\n\r\n<a/>", b"HTTP/1.1 20 OK\r\n\r\n<a/>"),
        (b"HTTP 200\n\n<a/>", b"HTTP 200\n\n<a/>"),
        (b"", b""),
    ],
)
def test_headers_of_http_stand_before_the_xml(data: bytes, rest: bytes) -> None:
    assert without_headers(data) == rest


# Files that are not XML


DECLARED = '<?xml version="1.0" encoding="UTF-16"?><a/>'


@pytest.mark.parametrize(
    "data",
    [b"<a/>", b" <a/>", b"\xef\xbb\xbf<a/>", b"HTTP/1.1 200 OK\n\n<a/>", DECLARED.encode("utf-16"),
     b"\xfe\xff" + DECLARED.encode("utf-16-be"), b"\xff\xfe" + DECLARED.encode("utf-16-le")],
)  # fmt: skip
def test_the_root_is_found(data: bytes) -> None:
    assert root_of(data).tag == "a"


def refused(code: str) -> str:
    return (
        f"the device refused the request with HTTP status {code}; save the response again, with the name and password "
        "of an administrator in the request"
    )


def no_xml(code: str) -> str:
    return f"expected XML, found an answer with HTTP status {code} without XML; save the response again"


def found(what: str) -> str:
    return f"expected XML, found {what}; save the response of the device itself, which begins with <"


EMPTY = "expected XML, found an empty file; save the response again"
NOT_READ = (
    "XML with entities, a document type or an unsupported encoding is not read; save the response of the device "
    "itself, as UTF-8"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", EMPTY),
        (b" \r\n\t", EMPTY),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", refused("401")),
        (b"HTTP/1.1 403 Forbidden\r\nA: b", refused("403")),
        (b"HTTP/1.1 100 Continue\n\nHTTP/1.1 401 x\n\n<html><br></html>", refused("401")),
        (b"HTTP/1.1 401 x\n\n<!DOCTYPE html><html></html>", refused("401")),
        (b"HTTP/1.1 401 x\n\nHTTP/1.1 500 x\n\n", no_xml("500")),
        (b"HTTP/1 402 x\n\n", no_xml("402")),
        (b"HTTP/1.1 100 a\n\nHTTP/1.1 200 b\n\nHTTP/1.1 404 c\n\noops", no_xml("404")),
        (b"HTTP/1.1 200 OK\n\n{}", no_xml("200")),
        (b"HTTP/1.1 500 x\n\n<a>", "not XML (no element found): line 1, character 4; save the response again"),
        (b"HTTP/1.1 500 x\n\n<html><br></html>", found("a web page")),
        (b"<!DOCTYPE html><html></html>", found("a web page")),
        (b" <!doctype HTML PUBLIC ''>", found("a web page")),
        (b"<HTML><br></HTML>", found("a web page")),
        (b"<html", found("a web page")),
        (b'{"a": 1}', found("JSON")),
        (b"[1]", found("JSON")),
        (b"From: a@b\nSubject: x\n\n<a/>", found("a mail")),
        (b"MIME-Version: 1.0\n", found("a mail")),
        (b"received: by x", found("a mail")),
        (b"From", "not XML: line 1, character 1; save the response again"),
        (b"a: b", "not XML: line 1, character 1; save the response again"),
        (b"HTTP/1.1 200", no_xml("200")),
        (b"text HTTP/1.1 401 x", "not XML: line 1, character 1; save the response again"),
        (b"<a>\n <b></c></a>", "not XML (mismatched tag): line 2, character 7; save the response again"),
        (b"<a/><b/>", "not XML (junk after document element): line 1, character 5; save the response again"),
        (b"<a>&b;</a>", "not XML (undefined entity): line 1, character 4; save the response again"),
        (b"<!DOCTYPE a><a/>", NOT_READ),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', NOT_READ),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', NOT_READ),
        (b"HTTP/1.1 401 x\n\n<!DOCTYPE a><a/>", refused("401")),
    ],
)
def test_what_is_not_xml_is_refused_with_what_to_do(data: bytes, reason: str) -> None:
    with pytest.raises(Undecodable) as error:
        root_of(data)
    assert (error.value.reason, error.value.where, error.value.kind) == (reason, "", "unreadable")


# Roots


SAVED_REQUEST = (
    "a saved request, which holds the password in plain text; remove it, and save the response (<methodResponse>)"
)
NO_STRUCT = "expected a <struct> in the response, found none; save the response again"


@pytest.mark.parametrize(
    ("xml", "reason", "kind"),
    [
        ("<methodCall/>", SAVED_REQUEST, "saved_request"),
        (
            "<a/>",
            "expected <methodResponse> of device.query, found <a>; save the response of device.query again",
            "unreadable",
        ),
        ("<methodResponse/>", NO_STRUCT, "unreadable"),
        ("<methodResponse><params/></methodResponse>", NO_STRUCT, "unreadable"),
        ("<methodResponse><params><param><value>x</value></param></params></methodResponse>", NO_STRUCT, "unreadable"),
        (
            "<methodResponse><params><param><value><int>x</int></value></param></params></methodResponse>",
            'a <value> of type <int> cannot be read: expected a whole number, found "x"',
            "unreadable",
        ),
    ],
)
def test_another_root_is_no_response(xml: str, reason: str, kind: str) -> None:
    with pytest.raises(Undecodable) as error:
        response_members(root_of(xml.encode()), "device.query")
    assert (error.value.reason, error.value.kind) == (reason, kind)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            struct(faultCode="<value><int>14</int></value>", faultString="<value>no rights</value>"),
            "fault 14: no rights",
        ),
        (struct(faultString="<value>no rights</value>", x="<value>y</value>"), "fault no rights"),
        (struct(faultCode="<value><int>14</int></value>"), "fault 14"),
        (struct(x="<value>y</value>"), "a fault"),
        ("<value>x</value>", "a fault"),
        ("<value/>", "a fault"),
    ],
)
def test_a_fault_is_told(fault: str, words: str) -> None:
    xml = f"<methodResponse><fault>{fault}</fault></methodResponse>"
    with pytest.raises(Undecodable) as error:
        response_members(root_of(xml.encode()), "device.query")
    assert error.value.reason == f"the device answered with {words}. Send the request again, and save its response"


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        ("<system/>", {}),
        ("<system>text</system>", {}),
        ("<system><a> x </a><b/></system>", {"a": "x", "b": ""}),
        ("<system><a><b>x</b><c> y</c></a></system>", {"a": {"b": "x", "c": "y"}}),
        ("<system><a>x</a><a>y</a><b>z</b><a>v</a></system>", {"a": ["x", "y", "v"], "b": "z"}),
        ("<system><a><b>x</b></a><a>y</a></system>", {"a": [{"b": "x"}, "y"]}),
    ],
)
def test_the_elements_of_system_xml_are_members(xml: str, found: dict[str, Any]) -> None:
    assert system_members(root_of(xml.encode())) == found


def test_another_root_is_no_system_xml() -> None:
    for xml, reason in (
        (b"<methodCall/>", SAVED_REQUEST),
        (b"<methodResponse/>", "expected system.xml with <system>, found <methodResponse>"),
    ):
        with pytest.raises(Undecodable) as error:
            system_members(root_of(xml))
        assert error.value.reason == reason


# Values


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("", ""),
        (" text ", " text "),
        ("<string> x </string>", " x "),
        ("<string/>", ""),
        ("<base64>eA==</base64>", "eA=="),
        *((f"<{kind}> -12 </{kind}>", -12) for kind in ("int", "i1", "i2", "i4", "i8")),
        ("<int>+5</int>", 5),
        (f"<int>{'9' * 40}</int>", int("9" * 40)),
        ("<boolean>1</boolean>", True),
        ("<boolean> TRUE\n</boolean>", True),
        ("<boolean>0</boolean>", False),
        ("<boolean>False</boolean>", False),
        ("<double>1.5</double>", 1.5),
        ("<nil/>", Nil()),
        ("<dateTime.iso8601> 20261109T10:20:30 </dateTime.iso8601>", datetime(2026, 11, 9, 10, 20, 30, tzinfo=UTC)),
        ("<struct/>", {}),
        ("<array><data/></array>", []),
        ("<array><data><value>a</value><value><int>1</int></value></data></array>", ["a", 1]),
        (
            "<struct><member><name> b </name><value><boolean>1</boolean></value></member></struct>",
            {"b": True},
        ),
        ("<struct><member><value>x</value></member></struct>", {"": "x"}),
        ("<struct><member><name>b</name></member></struct>", {"b": Unread("the member has no <value>")}),
        ("<int>1</int><int>2</int>", Unread("a <value> has two types")),
        ("<i5>1</i5>", Unread("a <value> of type <i5> cannot be read; XML-RPC has no such type")),
        ("<array/>", Unread("an <array> has <data>, and nothing else")),
        ("<array><data/><data/></array>", Unread("an <array> has <data>, and nothing else")),
        ("<array><date/></array>", Unread("an <array> has <data>, and nothing else")),
        ("<array><data><value/><x/><y/></data></array>", Unread("the <data> of an <array> has <x>")),
        ("<struct><x/></struct>", Unread("a <struct> has <member>, found <x>")),
    ],
)
def test_each_value_becomes_one_of_python_or_says_why_not(xml: str, expected: Any) -> None:
    found = value(xml)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "expected", "texts"),
    [
        ("int", "a whole number", ("x", "", "1.5", "1 2", "١", "9" * 41)),
        ("i4", "a whole number", ("--1",)),
        ("boolean", "0 or 1", ("2", "", "yes")),
        ("double", "a number", ("x", "")),
        (
            "dateTime.iso8601",
            "a time such as 20261123T10:00:00",
            ("2026-11-23", "", "20261123T10:00", "20261323T10:00:00"),
        ),
    ],
)
def test_a_text_that_is_none_of_its_type_is_shown_with_what_is_expected(
    kind: str, expected: str, texts: tuple[str, ...]
) -> None:
    for text in texts:
        reason = f'a <value> of type <{kind}> cannot be read: expected {expected}, found "{text}"'
        assert value(f"<{kind}>{text}</{kind}>") == Unread(reason)


def test_of_a_long_text_80_characters_are_shown() -> None:
    before = 'a <value> of type <int> cannot be read: expected a whole number, found "'
    assert value(f"<int>{'x' * 80}</int>") == Unread(f'{before}{"x" * 80}"')
    assert value(f"<int>{'x' * 81}</int>") == Unread(f'{before}{"x" * 77}..."')


def test_a_member_that_stands_twice_is_read_if_it_says_the_same() -> None:
    twice = "<member><name>a</name><value>{}</value></member>"
    for second, expected in (("x", "x"), ("y", Unread("the member is there twice"))):
        inner = twice.format("x") + "<member><name>b</name><value>y</value></member>" + twice.format(second)
        assert members(f"<value><struct>{inner}</struct></value>") == {"a": expected, "b": "y"}


@pytest.mark.parametrize("text", ["20261109T10:20:30", " 20261109T10:20:30Z\n"])
def test_a_time_without_a_zone_is_in_utc(text: str) -> None:
    assert date_time(text) == datetime(2026, 11, 9, 10, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-11-09T10:20:30", "20261109T10:20:30+01", "20261109 10:20:30", "20260230T10:20:30"]
)
def test_another_form_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller needs its type alone
        date_time(text)


def test_every_scalar_has_its_path() -> None:
    found = {"a": 1, "b": {"c": [True, {"d": "x"}], "e": {}}, "f": [], 5: Nil()}
    assert list(scalars(found)) == [("a", 1), ("b.c[0]", True), ("b.c[1].d", "x"), ("5", Nil())]
    assert list(scalars(["x", ["y"]], "p")) == [("p[0]", "x"), ("p[1][0]", "y")]
    assert list(scalars("x")) == [("", "x")]


@pytest.mark.parametrize(
    ("scalar", "text"),
    [(True, "true"), (False, "false"), (1, "1"), (1.5, "1.5"), (" x", " x"), (Nil(), ""),
     (datetime(2026, 11, 9, tzinfo=UTC), "2026-11-09T00:00:00+00:00")],
)  # fmt: skip
def test_a_scalar_is_a_text_in_the_frames(scalar: Any, text: str) -> None:
    assert scalar_text(scalar) == text
