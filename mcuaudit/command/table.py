"""The commands: name, what each does in a sentence, and where its function is, which is loaded when it is called.

`mcuaudit --help` and completion need names and sentences only, so they import none of the functions.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One command."""

    module: str
    """The module of this package that has its function."""
    summary: str
    """What it does: the first paragraph of the function's documentation (a test compares them)."""


COMMANDS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "check": Entry("check", "Audit an export and print the findings, or write them to a file."),
        "report": Entry(
            "report", "Audit an export and write an HTML report per site, one for the fleet, and an index."
        ),
        "compare": Entry("compare", "Print what differs: connections, findings, certificates, settings."),
        "remedies": Entry(
            "remedies",
            "Print what to do first: remedies that were applied to the fleet in memory and evaluated again.",
        ),
        "what-if": Entry(
            "what_if", "Print what would fail, work or be verified, and who could log in, if something were changed."
        ),
        "plan": Entry(
            "plan",
            "Print the steps to a target, in a safe order, with what to test after each and how it is taken back.",
        ),
        "deadlines": Entry(
            "deadlines",
            "Print when certificates and CAs end, and the connections, logins and lock-outs that end with them.",
        ),
        "calls": Entry("calls", "Count the calls between all MCUs by outcome and reason, however many there are."),
        "csr-config": Entry(
            "csr_config", "Write an OpenSSL request configuration for the new certificate of each device and peer."
        ),
        "check-new": Entry(
            "check_new",
            "Check a certificate or trust store before it is uploaded: what it repairs, what it breaks, what it lacks.",
        ),
        "init": Entry(
            "init",
            "Begin an export: directories for the sites and devices of a list, with files of settings and peers to "
            "fill in.",
        ),
        "sort": Entry(
            "sort",
            "Print what each file of a heap is, where it belongs in an export and why; copy what is sure with --into.",
        ),
        "fetch": Entry("fetch", "Read certificates and settings from devices into an export, by queries alone."),
        "inspect": Entry(
            "inspect", "Print what an export has for one device: each value with the file that it comes from."
        ),
        "verify": Entry(
            "verify",
            "Compare the files of a saved audit or bundle with the digests in its manifest, and check its signature.",
        ),
        "unredact": Entry("unredact", "Print a text with the names behind its pseudonyms, ids and digests."),
        "rules": Entry("explain", "List the rules: code, severity, what each finds, and its source."),
        "describe": Entry("explain", "Explain a rule, a frame, a column, a reading or a setting."),
        "match": Entry(
            "explain", "Check whether a certificate matches a name under each standard (MCU, RFC 5922, RFC 9525)."
        ),
        "policy": Entry("explain", "Print the policy in force as TOML, each value with its origin."),
        "sample": Entry("sample", "Copy the sample fleet to a new directory, or make a fleet of any size there."),
        "lab": Entry("lab", "Open JupyterLab with copies of the notebooks, set up for the export or saved audit."),
    }
)
"""In the order of the help."""


def function_of(name: str) -> Callable[..., object]:
    """The function of a command, from its module."""
    module = importlib.import_module(f"mcuaudit.command.{COMMANDS[name].module}")
    function: Callable[..., object] = getattr(module, name.replace("-", "_"))
    return function
