"""The keys of settings: which setting one names, and which one a misspelt key was meant for."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Final

from mcuaudit.domain.likeness import words_in
from mcuaudit.domain.settings import SETTING_BY_KEY, SETTINGS, Setting, ValueKind
from mcuaudit.errors import nearest, suggestion

TABLES: Final = tuple(dict.fromkeys(setting.key.rpartition(".")[0] for setting in SETTINGS if "." in setting.key))
_SERVICES: Final = [
    setting.key.removeprefix("services.") for setting in SETTINGS if setting.key.startswith("services.")
]
_OTHER_SERVICES: Final = frozenset({"bfcp", "conferenceme", "gatekeeper", "mms", "rtsp"})
"""Services of some versions on which nothing depends here."""
_SERVICE_NAMES: Final = {
    **dict.fromkeys(
        re.split(
            " ",
            "encrypted_sip sip_encrypted encrypted secure_sip sip_secure sips sip_tls sips_tls sip_tls_tcp "
            "sip_over_tls tls_sip tls encrypted_sip_tls",
        ),
        ("services.sips_tcp",),
    ),
    **dict.fromkeys(("secure_web", "secure_http", "web_secure", "secure_management"), ("services.https",)),
    "tls": ("services.sips_tcp", "services.https"),
    **dict.fromkeys(("web", "www"), ("services.http", "services.https")),
    **dict.fromkeys(("h323", "h_323", "incoming_h323"), ("services.h225",)),
    "sip": ("services.sip_tcp", "services.sip_udp", "services.sips_tcp"),
}
"""Other words for a service, and the services that each may mean."""
_OTHER_WORDS: Final = {
    **dict.fromkeys(("sn", "s_n", "serial_no", "serial_number", "serialno", "seriennummer"), "device.serial"),
    **dict.fromkeys(("fqdn", "fqdns", "hostname", "hostnames", "host", "dns_name", "dns_names"), "device.host_names"),
    **dict.fromkeys(("type", "device_type", "hardware", "product", "typ", "modell"), "device.model"),
    **dict.fromkeys(("ip", "ips", "ipv4", "ipv6", "ip_address", "ip_addresses"), "device.addresses"),
    **dict.fromkeys(("version", "software", "firmware", "release", "sw_version"), "device.software_version"),
    **dict.fromkeys(("private_key_status", "key_status"), "ssl_certificates.private_key"),
}
"""Other words for a setting of a device, at the top or in its table."""
_OF_OCSP: Final = frozenset({"host", "url", "uri", "server", "address", "responder", "ocsp_server", "ocsp_url"})
"""Other words for the URL of the OCSP server, in its table."""
_SECTIONS: Final = sorted({setting.key.split(".")[0] for setting in SETTINGS})
_LISTS: Final = [key for key in SETTING_BY_KEY if "." not in key]
_LAST: Final = frozenset(key.rpartition(".")[2] for key in SETTING_BY_KEY if not key.startswith("services."))
"""The names of settings that are no services, without their tables."""
_LEAST_LAST: Final = 0.8
_LEAST_LIST: Final = 0.75
_LEAST_ALIKE: Final = 0.7
_AS_NEAR: Final = 0.06
"""How much less similar than the nearest key another one may be, to be meant as well: htps may be http or https."""


_REMARKS: Final = frozenset(
    ["note", "notes", "comment", "comments", "remark", "remarks", "description", "contact", "owner", "location"]
)
"""Keys under which people write something for each other."""


def is_remark(key: str) -> bool:
    """Whether a key is one under which people write remarks, which means no setting."""
    return not _REMARKS.isdisjoint(re.findall(r"[a-z]+", key.rpartition(".")[2].casefold()))


def setting_named(key: str) -> Setting | None:
    """The setting with that key; services beyond the usual ones differ by version, so any plain name is accepted.

    A name that is like that of a known service, or another word for one, is none.
    """
    name = key.removeprefix("services.")
    plain = key not in SETTING_BY_KEY and name not in _LAST and re.fullmatch(r"services\.[a-z][a-z0-9_]*", key)
    if plain and not nearest(name, _SERVICES) and not _by_words(key):
        return Setting(key, ValueKind.BOOLEAN, "A service of this software version.", "API services.query")
    return SETTING_BY_KEY.get(key)


def unknown_service(key: str) -> str:
    """Why a service is kept with a problem: nothing is known of it; "" for a known service, and for another setting."""
    name = key.removeprefix("services.")
    if key in SETTING_BY_KEY or not key.startswith("services.") or name in _OTHER_SERVICES:
        return ""
    return (
        f"unknown service, which no check uses. Known are {', '.join((*_SERVICES, *sorted(_OTHER_SERVICES)))}. Remove "
        "the line or column if the device has no service of this name"
    )


def _words(text: str) -> str:
    return "_".join(words_in(text))


_BY_LABEL: Final = {
    words: (setting.key,)
    for setting in SETTINGS
    for words in (_words(setting.label.partition("(")[0]), _words(setting.label))
}


def _by_words(key: str) -> tuple[str, ...]:
    """The settings that a page or people call so: by label, whatever stands before it, or other words for a service."""
    # In this order a table comes before the one above it.
    table = next((known for known in sorted(TABLES, reverse=True) if key.startswith(f"{known}.")), "")
    label = re.split("[>:]", key.removeprefix(f"{table}."))[-1]
    words, without_brackets = _words(label), _words(label.partition("(")[0])
    if table == "ssl_certificates.ocsp" and words in _OF_OCSP:
        return ("ssl_certificates.ocsp.server_url",)
    if words in _OTHER_WORDS and table in ("", _OTHER_WORDS[words].rpartition(".")[0]):
        return (_OTHER_WORDS[words],)
    found = _BY_LABEL.get(words) or _BY_LABEL.get(without_brackets)
    return found or (
        _SERVICE_NAMES.get(words) or _SERVICE_NAMES.get(without_brackets, ()) if table in ("", "services") else ()
    )


def is_service(name: str) -> bool:
    """Whether a device has a service of that name, used by a check or not."""
    return name in _SERVICES or name in _OTHER_SERVICES


def services_called(name: str) -> tuple[str, ...]:
    """The names of the services that a page or people call so; empty for none."""
    found = (key for key in _by_words(f"services.{name}") if key.startswith("services."))
    return tuple(key.removeprefix("services.") for key in found)


def near_settings(key: str) -> tuple[str, ...]:
    """The keys that an unknown key may be meant for, the nearest first; empty if none is near."""
    key = unicodedata.normalize("NFKC", key)
    if is_remark(key):
        return ()
    if key in TABLES:
        # A value where a table is expected is in the place of every key of it.
        return tuple(known for known in SETTING_BY_KEY if known.startswith(f"{key}."))
    above = next((known for known in SETTING_BY_KEY if key.startswith(f"{known}.")), None)
    first = above or nearest(key.partition(".")[0], _LISTS, least=_LEAST_LIST)
    if first:
        return (first,)
    last = _words(key.rpartition(".")[2])
    same = tuple(known for known in SETTING_BY_KEY if known.rpartition(".")[2] == last)
    if same or _by_words(key):
        return same or _by_words(key)
    found = difflib.get_close_matches(key.casefold().strip(), SETTING_BY_KEY, n=len(SETTING_BY_KEY))
    return tuple(known for known in found if _similarity(key, known) >= _similarity(key, found[0]) - _AS_NEAR)


def is_alike(key: str, near: tuple[str, ...]) -> bool:
    """Whether a key is similar to the nearest setting in more than the table; else its value may say what it means."""
    if key in TABLES or near[0] in (*_LISTS, *_by_words(key)) or key.startswith(f"{near[0]}."):
        return True
    last, known = (_words(unicodedata.normalize("NFKC", one).rpartition(".")[2]) for one in (key, near[0]))
    return last == known or nearest(last.upper(), [known], least=_LEAST_ALIKE) is not None


def repeats_its_table(key: str) -> str:
    """The setting of a key that has its table twice, as written inside the table; "" for any other key."""
    for table in TABLES:
        meant = key.removeprefix(f"{table}.")
        if meant != key and meant.startswith(f"{table}.") and meant in SETTING_BY_KEY:
            return meant
    return ""


def _similarity(key: str, known: str) -> float:
    return difflib.SequenceMatcher(None, known, key.casefold().strip()).ratio()


def near_columns(name: str) -> tuple[str, ...]:
    """The keys that an unknown column may be meant for: similar ones, or with a similar last word (Modell)."""
    plain = "".join(part for part in unicodedata.normalize("NFD", name) if not unicodedata.combining(part))
    # In capitals, because `nearest` skips a candidate that is equal to the word.
    last = nearest(plain.upper(), [key.rpartition(".")[2] for key in SETTING_BY_KEY], least=_LEAST_LAST)
    words = set(words_in(unicodedata.normalize("NFKC", name)))
    # A word of the column is a service (HTTPS enabled), unless it is one of a dotted key.
    by_word = not (_by_words(name) or "." in name)
    services = tuple(f"services.{one}" for one in _SERVICES if by_word and one in words)
    return services or near_settings(name) or tuple(key for key in SETTING_BY_KEY if key.rpartition(".")[2] == last)


def unknown_column(name: str) -> str:
    """Why a column is refused: the keys that it may be meant for, or those that are allowed, by table."""
    near = near_columns(name)
    if near:
        return f"unknown key.{suggestion(name, *near[:3])}"
    return f"unknown key; allowed columns: device, site and the keys {allowed_columns()}"


def allowed_columns() -> str:
    """The keys of the columns, each table once: ``device.model .serial``."""
    by_table: dict[str, list[str]] = {}
    for key in SETTING_BY_KEY:
        table, _, last = key.rpartition(".")
        by_table.setdefault(table, []).append(last)
    lists = by_table.pop("", [])
    tables = (f"{table}.{' .'.join(words)}" for table, words in by_table.items() if not table.endswith(".shown"))
    return ", ".join((*tables, *lists))


def near_table(table: str) -> str | None:
    """The table that a misspelt one is meant for: a similar one, or one that it is the end of; None for a known one."""
    if table in TABLES or table in SETTING_BY_KEY:
        return None
    ends = [known for known in TABLES if known.endswith(f".{table.casefold()}")]
    near = ends[0] if ends else nearest(table, TABLES)
    return None if table.startswith(f"{near}.") else near


def _as_tables(key: str) -> str:
    tables = SETTING_BY_KEY[key].kind in (ValueKind.USERS, ValueKind.URIS)
    return f", or is written with double brackets, as in [[{key}]]" if tables else ""


def unknown_key(key: str) -> str:
    """Why a key is refused: it is unknown, with those that it may be meant for, or those that are allowed there."""
    near = near_settings(key)
    if key in TABLES:
        return f"expected a table [{key}] with keys such as {near[0].removeprefix(f'{key}.')}, found a value"
    if near and key.startswith(f"{near[0]}."):
        return f'unknown key. "{near[0]}" has no keys below it{_as_tables(near[0])}.'
    if near:
        return f"unknown key.{suggestion(key, *near[:3])}"
    table = key.rpartition(".")[0]
    allowed = [known.removeprefix(f"{table}.") for known in SETTING_BY_KEY if known.rpartition(".")[0] == table]
    if table and allowed:
        return f"unknown key; allowed in [{table}]: {', '.join(allowed)}."
    return f"unknown key; allowed keys: {', '.join(_SECTIONS)}."
