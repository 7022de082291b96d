"""The files of a new export: every line that may be filled in, as a comment, in the order of the device's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mcuaudit.decode.device_list import ListedDevice
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.domain.settings import SETTINGS, TLS_FEATURES, Setting, ValueKind
from mcuaudit.system.toml_text import toml_value
from mcuaudit.wording.device_pages import page_of_setting

NOTHING_YET: Final = "# none"
"""The line that says that a file holds nothing: without it, a file of comments counts as damaged."""
_LISTED: Final = ("device.addresses", "device.host_names", "device.serial", "device.model", "device.software_version")
_NOT_TYPED: Final = ("device.current_time", "device.restart_required")
"""A saved response has them, and no page."""
_OF_ONE_DEVICE: Final = ("device.serial", "device.addresses", "device.host_names", "ssl_certificates.shown.subject",
                         "ssl_certificates.shown.issuer", "ssl_certificates.shown.issued",
                         "ssl_certificates.shown.expires", "ssl_certificates.private_key")  # fmt: skip
_EXAMPLES: Final = {
    "ssl_certificates.private_key": ("Key matches certificate", "Key does not match certificate"),
    "device.features": (list(TLS_FEATURES), [], list(TLS_FEATURES[:1]), list(TLS_FEATURES[1:])),
    "users": (
        [{"name": "admin", "privilege": "administrator"}, {"name": "guest", "privilege": "conference list only"}],
    ),
    "feedback_receivers": ([], [""]),
}
_REMARKS: Final = {
    ValueKind.TIME: "as 2026-11-23",
    ValueKind.VERSION: "as 4.4(3.57)",
    ValueKind.ADDRESSES: 'as ["10.1.2.3", "2001:db8::3"]',
    ValueKind.NAMES: 'as ["mcu-1.example.com"]',
    ValueKind.URIS: "[] if there are none",
    ValueKind.USERS: "all users of the page, in one line",
    ValueKind.URL: "as http://ocsp.example.com/",
}
_ELSEWHERE: Final = {"device.collected_at": "the day on which you looked at the device"}
_HOW: Final = """\
# Remove the # before each line that is so, and write the value between the quotes where there is none. Leave what
# you do not know: it stays undetermined. A line of a device comes before one of its site, and that before the fleet's.
"""
_NOTHING: Final = f"""\
{NOTHING_YET}
# The line above says that nothing is filled in yet. It can stay.
"""


def typed_settings() -> tuple[Setting, ...]:
    """The settings that a person fills in, in the order of the device's pages."""
    return tuple(setting for setting in SETTINGS if setting.key not in _NOT_TYPED)


def device_settings(device: ListedDevice) -> str:
    """The settings.toml of a device: what the list says of it, and the rest as comments."""
    known = [setting for setting in SETTINGS if device.values.get(setting.key) and setting.key in _LISTED]
    lines = [f"{setting.key} = {toml_value(_value(setting, device.values[setting.key]))}" for setting in known]
    head = f"# Settings of {device.device_id}.\n{_HOW}"
    given = "\n".join(lines) + "\n" if lines else _NOTHING
    return f"{head}{given}{''.join(_blocks(without={one.key for one in known}))}"


def shared_settings(whose: str) -> str:
    """The settings.toml of a site or of the fleet, for values that its devices have in common."""
    head = f"# Settings that all devices of {whose} have in common; a device overrides them one by one.\n{_HOW}"
    return f"{head}{_NOTHING}{''.join(_blocks(without=set(_OF_ONE_DEVICE)))}"


def _value(setting: Setting, text: str) -> object:
    return list(split_names(text)) if setting.kind in (ValueKind.ADDRESSES, ValueKind.NAMES) else text


def _blocks(without: set[str]) -> Iterator[str]:
    """For each setting where it is found, and a line for each value that it can have."""
    for setting in typed_settings():
        if setting.key not in without:
            remark = _REMARKS.get(setting.kind, "")
            choice = "" if len(values_of(setting)) < 2 else "one of these lines"
            about = ", ".join(part for part in (remark, choice) if part)
            yield f"\n# {_ELSEWHERE.get(setting.key) or page_of_setting(setting.key)}{f' ({about})' if about else ''}\n"
            yield from (f"# {setting.key} = {toml_value(value)}\n" for value in values_of(setting))


def values_of(setting: Setting) -> tuple[object, ...]:
    """The values that a setting can have, or what is filled in in their place."""
    if setting.key in _EXAMPLES:
        return _EXAMPLES[setting.key]
    if setting.kind is ValueKind.BOOLEAN:
        return (True, False)
    if setting.kind in (ValueKind.ADDRESSES, ValueKind.NAMES):
        return ([""],)
    return setting.labels or ("",)


_SIP: Final = (ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP)
_OF_PRODUCTS: Final = {
    "Expressway": ("expressway", _SIP, "expressway.example.com"),
    "Unified CM": ("cucm", _SIP, "cucm.example.com"),
    "endpoint": ("room-1", _SIP, "10.1.2.200"),
    "TMS": ("tms", (ConnectionType.FEEDBACK_RECEIVER,), "tms.example.com"),
    "Conductor": ("conductor", (ConnectionType.API_USER,), ""),
    "browser": ("ann.lee", (ConnectionType.WEB_USER,), ""),
    "": ("ocsp", (ConnectionType.OCSP_SERVER,), "ocsp.example.com"),
}
"""By the product, the name of its example, its connections, and by what the device reaches it."""


def peers_file(whose: str) -> str:
    """The peers.toml of a site or of the fleet: an example for each product, as a comment."""
    head = (
        f"# The peers of all devices of {whose}: call control, endpoints, users and servers.\n"
        "# Copy the example of a product for each of them, remove the # before its lines, and write its own names.\n"
        "# Their certificates are files in peers/, beside this file. docs/export-layout.md has every key.\n"
    )
    return head + _NOTHING + "".join(_peer(product) for product in (*PRODUCTS, ""))


def _peer(product: str) -> str:
    name, connections, identifier = _OF_PRODUCTS[product]
    keys: dict[str, object] = {"name": name}
    keys |= {"product": product} if product else {}
    keys["connections"] = [one.value for one in connections]
    keys |= {"identifiers": [identifier]} if identifier else {"user": name}
    keys |= {"certificate": f"peers/{name}.pem", "trust_store": f"peers/{name}-trusted.pem"}
    lines = ["[[peer]]", *(f"{key} = {toml_value(value)}" for key, value in keys.items())]
    return "\n" + "".join(f"# {line}\n" for line in lines)
