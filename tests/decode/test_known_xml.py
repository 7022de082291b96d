"""XML files of a device that are recognised by their root element, under whatever name."""

from __future__ import annotations

import pytest

from mcuaudit.decode.known_xml import problems_by_root, root_name


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
