"""A certificate in full, as titles and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.pkix.purposes import purposes_in_words
from mcuaudit.report.html import Html, code, element, join
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import is_missing, said, short_date


def certificate_facts(one: pd.Series, file: str, at: datetime, zone: tzinfo) -> Iterator[tuple[str, object]]:
    """Each fact with its title: subject, each name on a line, issuer, dates, key, purposes, digests and file."""
    yield "Subject", said(one["subject"]) or "none"
    kinds = (("DNS", "dns_names"), ("URI", "uris"), ("IP", "ip_addresses"))
    names = [f"{kind} {name}" for kind, column in kinds for name in split_names(said(one[column]))]
    absent = "no entry of DNS, URI or IP" if one["has_subject_alternative_name"] else "none, so the CN counts"
    yield "subjectAltName", join(element("div", name) for name in names) if names else absent
    yield "Issuer", "self-issued" if one["self_issued"] else said(one["issuer"])
    days = (one["not_after"] - pd.Timestamp(at)).days if not is_missing(one["not_after"]) else None
    left = ""
    if days is not None:
        left = f", {plural(days, 'day')} left" if days >= 0 else f", expired {plural(-days, 'day')} ago"
    begin, end = (short_date(one[name], zone) or "unreadable" for name in ("not_before", "not_after"))
    yield "Valid", f"{begin} to {end}{left}"
    size = "" if is_missing(one["key_size"]) else f" {one['key_size']}"
    yield "Key, signature", f"{one['key_algorithm']}{size}, {one['signature_algorithm']}"
    yield "Purposes", purposes_in_words(split_names(said(one["extended_key_usage"]))) or "not restricted"
    yield "Serial number", code(said(one["serial_number"]))
    yield "SHA-256", code(said(one["certificate"]))
    yield "File", code(file)


def facts_list(facts: Iterable[tuple[str, object]]) -> Html:
    """Titles and values, a line each."""
    return element("dl", *(join((element("dt", term), element("dd", value))) for term, value in facts), class_="facts")
