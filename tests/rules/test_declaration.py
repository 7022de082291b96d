"""A rule that is declared wrongly is refused when it is registered, with what was found and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules import Context, registered_rules
from mcuaudit.rules.causes import EXPORT, setting
from mcuaudit.rules.declaration import placeholders
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import RuleError, rule
from tests.hints import hint_of

RIGHT: dict[str, Any] = {
    "code": "TEST999",
    "view": "devices",
    "severity": "note",
    "source": "the source",
    "section": "the section",
    "grade": "doc",
    "message": "{device_id}: found.",
    "fix": "Change it.",
    "cause": EXPORT,
}


def judge(view: pd.DataFrame, context: Context) -> pd.Series:
    """A rule of this test."""
    return view["model"].eq("x")


@pytest.fixture(autouse=True)
def _nothing_stays_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcuaudit.rules.rule._REGISTER", dict(registered_rules()))


def registered(**wishes: Any) -> Callable[..., Any]:
    return rule(**{**RIGHT, **wishes})(judge)


def test_a_right_one_is_registered() -> None:
    registered(adds=("seen",), message="{device_id}: {seen}", needs=("model",), when={"service_ftp": ("true",)})
    assert registered_rules()["TEST999"].adds == ("seen",)


@pytest.mark.parametrize(
    ("wishes", "key", "found", "meant"),
    [
        ({"view": "device"}, "view", "device", "devices"),
        ({"needs": ("modell",)}, "needs", "modell", "model"),
        ({"when": {"service_ftpp": ("true",)}}, "when", "service_ftpp", "service_ftp"),
        ({"when": {"service_ftp": ("True",)}}, "when service_ftp", "True", "true"),
        ({"when": {"local_certificate_state": ("presnt",)}}, "when local_certificate_state", "presnt", "present"),
        ({"view": "connections", "when": {"outcome": ("fial",)}}, "when outcome", "fial", "fail"),
        ({"message": "{device_ids}: found."}, "message", "device_ids", "device_id"),
        ({"remedy": to_export(RemedyKind.EXPORT_AGAIN, "{modell}")}, "remedy", "modell", "model"),
        ({"fix": "Change {modell}."}, "fix", "modell", "model"),
        ({"cause": setting("{sit}")}, "cause", "sit", "site"),
        ({"reference": "{sites}"}, "reference", "sites", "site"),
        ({"undetermined_message": "{deviced}"}, "undetermined_message", "deviced", "device"),
        ({"adds": ("seen",), "message": "{sen}"}, "message", "sen", "seen"),
        ({"severity": "warn"}, "severity", "warn", "warning"),
        ({"grade": "docs"}, "grade", "docs", "doc"),
        ({"slot": "sip_truststore"}, "slot", "sip_truststore", "sip_trust_store"),
        ({"reading": "A112"}, "reading", "A112", "A12"),
    ],
)
def test_a_wrong_word_is_refused_with_the_nearest(wishes: dict[str, Any], key: str, found: str, meant: str) -> None:
    with pytest.raises(RuleError) as error:
        registered(**wishes)
    text = str(error.value)
    assert text.startswith(f'the rule TEST999 judge: {key}: unknown word "{found}"; expected ')
    assert f'"{meant}"' in text.partition("; expected ")[2]
    assert f'Did you mean "{meant}"?' in text
    assert "TEST999" not in registered_rules()
    # The hint, followed literally.
    registered(**_corrected(wishes, found, hint_of(text)))
    assert "TEST999" in registered_rules()


def _corrected(wish: Any, found: str, meant: str) -> Any:
    """What a declaration has, with one word replaced wherever it stands."""
    if isinstance(wish, dict):
        return {_corrected(key, found, meant): _corrected(value, found, meant) for key, value in wish.items()}
    if isinstance(wish, tuple):
        return tuple(_corrected(value, found, meant) for value in wish)
    if isinstance(wish, str):
        return re.sub(rf"(?<!\w){re.escape(found)}(?!\w)", meant, wish)
    return replace(wish, subject=_corrected(wish.subject, found, meant))


@pytest.mark.parametrize("template", ["{", "}", "{model.x}", "{model[0]}", "{model!r}", "{model:>9}", "{}"])
def test_only_a_name_stands_in_braces(template: str) -> None:
    with pytest.raises(RuleError, match="the rule TEST999 judge: message: "):
        registered(message=template)


def test_every_error_is_listed() -> None:
    with pytest.raises(RuleError) as error:
        registered(severity="x", needs=("y",), message="{z}")
    assert [line.split(": ")[1].split(" is ")[0] for line in str(error.value).splitlines()] == [
        "severity",
        "needs",
        "message",
    ]


def test_placeholders_are_the_names_in_braces_each_once() -> None:
    assert placeholders("{a} and {b}, {a}; {{not}}") == ("a", "b")
