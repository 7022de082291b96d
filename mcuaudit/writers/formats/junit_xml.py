"""`junit`: JUnit XML, for build servers."""

from __future__ import annotations

from mcuaudit.writers.interface import Format, Request


def _make(request: Request) -> str:
    from mcuaudit.writers.junit import junit_xml

    return junit_xml(request.audit, request.name)


FORMAT = Format(
    name="junit",
    ending=".xml",
    meaning="JUnit XML, for build servers: a suite per device, a case per rule and subject",
    make=_make,
)
