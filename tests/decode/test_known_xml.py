"""XML files of a device that are recognised by their root element, under whatever name."""

from __future__ import annotations

import pytest

from mcuaudit.decode.known_xml import BACKUP, problems_by_root, root_name
from mcuaudit.decode.records import Problem


@pytest.mark.parametrize(
    "data",
    [
        b"<configuration/>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<!-- a <b> -->\n<configuration product="MCU">',
        b"<!DOCTYPE configuration SYSTEM 'x'>\n<configuration>",
        b'<!DOCTYPE configuration [<!ENTITY a "b">]><configuration>',
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<?xml version='1.0'?><configuration>",
        '<?xml version="1.0"?><configuration>'.encode("utf-16"),
        b'<x:configuration xmlns:x="urn:x">',
    ],
)
def test_a_backup_is_known_by_its_root_element(data: bytes) -> None:
    found = problems_by_root(data)
    assert found is not None
    assert [problem.kind for problem in found] == ["secret"]
    assert "a backup of the device" in found[0].reason


@pytest.mark.parametrize(
    "data", [b"", b"x <configuration>", b"<system><configuration/></system>", b"<configurations/>"]
)
def test_another_file_is_none(data: bytes) -> None:
    assert problems_by_root(data) is None


def test_an_audit_log_is_no_problem() -> None:
    assert root_name(b"<?xml version='1.0'?><audit_log>") == "audit_log"
    assert problems_by_root(b"<audit_log/>") == ()


def test_a_backup_is_to_be_removed_with_one_problem_for_the_whole_file() -> None:
    assert problems_by_root(b"<configuration/>") == (Problem("secret", "", BACKUP),)


@pytest.mark.parametrize(
    ("data", "root"),
    [
        (b"<a.b-c_1 x='y'>", "a.b-c_1"),
        (b"<x:system>", "system"),
        (b"  \n<system>", "system"),
        (b"text", ""),
        (b"<1system>", ""),
        (b"", ""),
        (b"<!DOCTYPE system [<!ENTITY a 'b'>]>\n<system>", "system"),
        (b"\xfe\xff" + "<system>\U0001f600".encode("utf-16-be"), "system"),
        ("<system>".encode("utf-16") + b"\x00\xd8\x41", "system"),
        ("<!-- ".encode("utf-16") + b"\x00\xd8\x41\x00" + "--><system>".encode("utf-16-le"), "system"),
    ],
)
def test_the_root_is_named_in_any_encoding_even_of_damaged_characters(data: bytes, root: str) -> None:
    assert root_name(data) == root


def test_the_root_is_looked_for_in_the_first_64_kilobytes() -> None:
    name = b"<configuration>"
    assert root_name(b" " * (65536 - len(name)) + name) == "configuration"
    assert root_name(b" " * (65537 - len(name)) + name) == "configuration"
    assert root_name(b" " * (65536 - len(name) + 2) + name) == "configuratio"
