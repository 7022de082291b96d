"""A rule that is declared wrongly is refused when it is registered, with what was found and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from mcuaudit.domain.cause import CauseKind
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.rule_codes import RETIRED, is_own_code
from mcuaudit.rules import Context, registered_rules
from mcuaudit.rules.causes import EXPORT, CauseTemplate, setting
from mcuaudit.rules.declaration import placeholders
from mcuaudit.rules.remedies import REISSUE, RemedyTemplate, to_device, to_export, to_local_certificate, to_setting
from mcuaudit.rules.remedy_subjects import OR_MORE, OR_NONE, SUBJECTS, fits
from mcuaudit.rules.rule import RuleError, rule
from mcuaudit.wording.remedies import remedy_sentence
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


any_cause: Any = CauseTemplate
any_remedy: Any = RemedyTemplate
to_local: Any = to_local_certificate
"""The same, for values that mypy would refuse: others have no mypy."""
UNSAID = (RemedyKind.REMOVE_CERTIFICATE,)
"""Kinds whose sentence leaves out the second part, which identifies the first."""
OPEN: dict[str, Any] = {"undetermined": judge, "reading": "A12"}
"""What a rule declares that has a second function."""


@pytest.fixture(autouse=True)
def _nothing_stays_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcuaudit.rules.rule._REGISTER", dict(registered_rules()))


def registered(**wishes: Any) -> Callable[..., Any]:
    return rule(**{**RIGHT, **wishes})(judge)


def test_a_right_one_is_registered() -> None:
    registered(adds=("seen",), message="{device_id}: {seen}", needs=("model",), when={"service_ftp": ("true",)})
    assert registered_rules()["TEST999"].adds == ("seen",)


def test_texts_are_set_by_a_function_and_declared() -> None:
    registered(adds=("seen",), message="{seen}", texts=judge)
    assert registered_rules()["TEST999"].texts is judge
    with pytest.raises(RuleError, match="texts sets the columns that `adds` declares, and `adds` is empty"):
        registered(code="TEST998", texts=judge)
    with pytest.raises(RuleError, match="texts is a text; write the function, without quotes"):
        registered(code="TEST998", adds=("seen",), texts="judge")


@pytest.mark.parametrize(
    ("wishes", "key", "found", "meant"),
    [
        ({"view": "device"}, "view: unknown view", "device", "devices"),
        ({"needs": ("modell",)}, "needs: unknown column", "modell", "model"),
        ({"when": {"service_ftpp": ("true",)}}, "when: unknown column", "service_ftpp", "service_ftp"),
        ({"when": {"service_ftp": ("True",)}}, "when service_ftp: unknown value", "True", "true"),
        (
            {"when": {"local_certificate_state": ("presnt",)}},
            "when local_certificate_state: unknown value",
            "presnt",
            "present",
        ),
        ({"view": "connections", "when": {"outcome": ("fial",)}}, "when outcome: unknown value", "fial", "fail"),
        ({"message": "{device_ids}: found."}, "message: unknown placeholder", "device_ids", "device_id"),
        ({"remedy": to_export(RemedyKind.EXPORT_AGAIN, "{modell}")}, "remedy: unknown placeholder", "modell", "model"),
        ({"fix": "Change {modell}."}, "fix: unknown placeholder", "modell", "model"),
        ({"cause": setting("{sit}")}, "cause: unknown placeholder", "sit", "site"),
        ({"reference": "{sites}"}, "reference: unknown placeholder", "sites", "site"),
        (
            {**OPEN, "undetermined_message": "{deviced}"},
            "undetermined_message: unknown placeholder",
            "deviced",
            "device",
        ),
        ({"adds": ("seen",), "message": "{sen}"}, "message: unknown placeholder", "sen", "seen"),
        ({"severity": "warn"}, "severity: unknown value", "warn", "warning"),
        ({"grade": "docs"}, "grade: unknown value", "docs", "doc"),
        ({"cause": setting("services.htp")}, "cause: unknown setting", "services.htp", "services.http"),
        ({"remedy": to_setting("users2", "x")}, "remedy: unknown setting", "users2", "users"),
        (
            {"remedy": to_device(RemedyKind.SWITCH_OFF, "service.ftp")},
            "remedy: unknown setting",
            "service.ftp",
            "services.ftp",
        ),
        (
            {"remedy": to_setting("services.ftp", "True")},
            "remedy: unknown value of services.ftp",
            "True",
            "true",
        ),
        ({"slot": "sip_truststore"}, "slot: unknown slot", "sip_truststore", "sip_trust_store"),
        ({**OPEN, "reading": "A112"}, "reading: unknown reading", "A112", "A12"),
    ],
)
def test_a_wrong_word_is_refused_with_the_nearest(wishes: dict[str, Any], key: str, found: str, meant: str) -> None:
    with pytest.raises(RuleError) as error:
        registered(**wishes)
    text = str(error.value)
    assert re.match(rf'the rule TEST999 judge: {re.escape(key)} "{found}"(; expected |\. Did you mean )', text)
    assert f'"{meant}"' in re.split("[Ee]xpected ", text)[1]
    assert f'Did you mean "{meant}"?' in text
    assert len(text) < 330, "a long list is shortened, and the hint comes first"
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
    if callable(wish):
        return wish
    return replace(wish, subject=_corrected(wish.subject, found, meant))


def refused(**wishes: Any) -> str:
    """The error of a declaration, without the name of the rule."""
    with pytest.raises(RuleError) as error:
        registered(**wishes)
    assert "TEST999" not in registered_rules()
    begin = "the rule TEST999 judge: "
    assert str(error.value).startswith(begin)
    return str(error.value).removeprefix(begin)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{", 'the brace of "{" is not closed; '),
        ("valid to {model", 'the brace of "{model" is not closed; '),
        ("{serial} to {model, {site}", 'the brace of "{model, " is not closed; '),
        ("}", 'the brace after "" was not opened; '),
        ("{site} is model}", 'the brace after " is model" was not opened; '),
        ("{model.x}", '"{model.x}" is not the name of a column in braces'),
        ("{model[0]}", '"{model[0]}" is not the name of a column in braces'),
        ("{}", '"{}" is not the name of a column in braces'),
        ("{0}", '"{0}" is not the name of a column in braces'),
        ("{model!r}", '"{model!r}" has more in braces than the name of a column; write "{model}"'),
        ("{model:>9}", '"{model:>9}" has more in braces than the name of a column; write "{model}"'),
        (
            "{collected_at:%Y}",
            '"{collected_at:%Y}" has more in braces than the name of a column; write "{collected',
        ),
    ],
)
@pytest.mark.parametrize("key", ["message", "fix", "reference"])
def test_only_a_name_stands_in_braces(key: str, template: str, said: str) -> None:
    assert refused(**{key: template}).startswith(f"{key}: {said}")


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"needs": "key_algorithm"}, 'needs is a text; write ("key_algorithm",).'),
        ({"needs": ["model", "serial"]}, 'needs is a list; write ("model", "serial").'),
        ({"needs": (5,)}, "needs has a number in its tuple; write texts."),
        ({"needs": None}, "needs is None; write a tuple of texts."),
        ({"adds": "exponent"}, 'adds is a text; write ("exponent",).'),
        ({"when": {"service_ftp": "true"}}, 'when service_ftp is a text; write ("true",).'),
        ({"when": {"service_ftp": True}}, 'when service_ftp is True; write ("true",).'),
        ({"when": {"service_ftp": {"true"}}}, 'when service_ftp is a set; write ("true",).'),
        ({"when": {"service_ftp": ()}}, "when service_ftp has no values, so that the rule would never apply."),
        ({"when": {5: ("true",)}}, "when has a number as a column; write its name as a text."),
        ({"when": "service_ftp"}, "when is a text; write a column and its values, such as {"),
        ({"view": "local_certificates", "when": {"is_ca": ("true",)}}, "when is_ca: the column has values of the"),
        ({"fix": ""}, "fix is empty; write a text."),
        ({"message": " "}, "message is empty; write a text."),
        ({"source": ""}, "source is empty; write a text."),
        ({"section": None}, "section is None; write a text."),
        ({"severity": ["note"]}, "severity is a list; write a text."),
        ({"cause": "local certificate"}, "cause is a text; write one of mcuaudit/rules/causes.py"),
        ({"cause": setting}, "cause is a function; write one of mcuaudit/rules/causes.py"),
        ({"cause": any_cause("setting", ("x",))}, "cause has a text as its kind; write one of CauseKind"),
        ({"cause": CauseTemplate(CauseKind.EXPORT, ())}, "cause has no subject; write identifiers, or columns"),
        ({"cause": any_cause(CauseKind.EXPORT, "{site}")}, 'the subject of cause is a text; write ("{site}",).'),
        ({"remedy": "reissue"}, "remedy is a text; write one of mcuaudit/rules/remedies.py"),
        ({"remedy": RemedyKind.REISSUE}, "remedy is a text; write one of mcuaudit/rules/remedies.py"),
        ({"remedy": to_local("reissue")}, "remedy has a text as its kind; write RemedyKind.REISSUE ("),
        ({"remedy": to_local("RESTART")}, "remedy has a text as its kind; write RemedyKind.RESTART ("),
        ({"remedy": to_local("renew")}, "remedy has a text as its kind; write one of RemedyKind ("),
        ({"remedy": to_local(REISSUE)}, "remedy has a RemedyTemplate as its kind; write one of Re"),
        (
            {"remedy": to_local_certificate(RemedyKind.REISSUE_WITH_PURPOSE)},
            "remedy: RemedyKind.REISSUE_WITH_PURPOSE needs at least one subject: the purpose, and any number of",
        ),
        (
            {"remedy": to_device(RemedyKind.CHANGE_SETTING, "services.ftp")},
            "remedy: RemedyKind.CHANGE_SETTING needs two subjects: the key of the setting and the value; found 1 (",
        ),
        (
            {"remedy": to_local_certificate(RemedyKind.REISSUE, "it")},
            "remedy: RemedyKind.REISSUE needs no subject; found 1 (",
        ),
        ({"remedy": to_local(RemedyKind.REISSUE_WITH_NAMES, 5)}, "the subject of remedy has a number in its"),
        ({"remedy": to_export(RemedyKind.EXPORT_AGAIN, "")}, "the subject of remedy has an empty part; write a text"),
        ({"remedy": any_remedy(RemedyKind.RESTART, owner=5)}, "the owner of remedy is a number; write a text, or a"),
        ({"remedy": any_remedy(RemedyKind.EXPORT_AGAIN, "{site}")}, "the subject of remedy is a text; write ("),
        ({"undetermined": "judge"}, "undetermined is a text; write the function, without quotes."),
        ({"undetermined": judge}, "undetermined: nothing names what such a row depends on; set view["),
        ({"undetermined_message": "x"}, "undetermined_message is for rows that `undetermined` leaves open; declare"),
        ({"reading": "A12"}, "reading is for rows that `undetermined` leaves open; declare"),
        ({"adds": ("seen",), "needs": ("seen",)}, 'needs is "seen", which is in `adds`; `needs` and `when` take'),
        ({"adds": ("seen",), "when": {"seen": ("x",)}}, 'when is "seen", which is in `adds`; `needs` and `when` take'),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_with_what_to_write(wishes: dict[str, Any], said: str) -> None:
    text = refused(**wishes)
    assert text.startswith(said)
    assert text.endswith(".")
    assert len(text.splitlines()) == 1


def test_a_column_of_the_view_that_the_function_replaces_can_be_needed() -> None:
    registered(adds=("model",), needs=("model",))
    assert registered_rules()["TEST999"].needs == ("model",)


@pytest.mark.parametrize(
    "wishes",
    [
        OPEN,
        {"undetermined": judge, "adds": ("missing_evidence",)},
        {"undetermined": judge, "adds": ("readings",), "undetermined_message": "{readings}"},
        {"undetermined": judge, "view": "connections"},
    ],
)
def test_a_rule_whose_undetermined_rows_name_what_they_rest_on_is_registered(wishes: dict[str, Any]) -> None:
    registered(**wishes)
    assert registered_rules()["TEST999"].undetermined is judge


def own(code: str, module: str) -> None:
    def judge(view: pd.DataFrame, context: Context) -> pd.Series:
        """A rule that says that it is of mcuaudit."""
        return view["model"].eq("x")

    judge.__module__ = module
    rule(**{**RIGHT, "code": code})(judge)


@pytest.mark.parametrize("code", ["MCU699", "MCU799", "MCU824", "MCU899"])
def test_the_first_digit_of_an_own_code_is_a_group(code: str) -> None:
    with pytest.raises(RuleError, match=f'^the rule judge: the code is "{code}"; its first digit is the group: 1 cert'):
        own(code, "mcuaudit.rules.settings.judge")


def test_the_group_of_a_code_is_the_directory_of_the_rule() -> None:
    own("MCU499", "mcuaudit.rules.settings.judge")
    with pytest.raises(RuleError, match=r'^the rule judge: the code is "MCU199" in the directory settings; its first'):
        own("MCU199", "mcuaudit.rules.settings.judge")


@pytest.mark.parametrize("code", RETIRED)
def test_a_retired_code_is_not_used_again(code: str) -> None:
    with pytest.raises(RuleError, match=rf"^the rule judge: the code {code} is retired \(.*; the next free code"):
        own(code, "mcuaudit.rules.settings.judge")


def test_each_gap_between_the_codes_is_a_retired_one() -> None:
    codes = {code for code in registered_rules() if is_own_code(code) and code[-2] != "9"} | {*RETIRED}
    highest = {group: max(int(code[4:]) for code in codes if code[3] == group) for group in "123459"}
    assert codes == {f"MCU{group}{number:02}" for group, last in highest.items() for number in range(1, last + 1)}


def test_a_code_of_two_rules_names_both_and_the_next_free_one() -> None:
    """Which of two modules is imported first says nothing about which is new."""
    with pytest.raises(RuleError) as error:
        own("MCU419", "mcuaudit.rules.settings.judge")
    free = max(int(code[3:]) for code in registered_rules() if re.fullmatch(r"MCU4[0-8]\d", code)) + 1
    assert re.fullmatch(
        r"the code MCU419 is used by two rules: ocsp_without_server "
        r"\(mcuaudit/rules/settings/ocsp_without_server\.py, line \d+\) and judge \(mcuaudit/rules/settings/judge\.py, "
        rf"line \d+\); the next free code of the group is MCU{free}",
        str(error.value),
    )


def test_function_and_file_of_a_rule_have_one_name() -> None:
    own("MCU498", "mcuaudit.rules.settings.judge")
    with pytest.raises(RuleError, match=r"MCU497 judge: the function judge is in the file judgment\.py; give both the"):
        own("MCU497", "mcuaudit.rules.settings.judgment")


@pytest.mark.parametrize("code", [120, None, ["TEST120"]])
def test_a_code_is_a_text(code: Any) -> None:
    with pytest.raises(
        RuleError, match=r'^the rule judge: the code is (a number|None|a list); write a text, such as "'
    ):
        registered(code=code)


@pytest.mark.parametrize("kind", RemedyKind)
def test_the_subject_of_each_kind_of_remedy_makes_its_sentence(kind: RemedyKind) -> None:
    """With all parts a sentence names each of them; one part less is refused, except where the kind can do without."""
    parts = [f"part{number}" for number, word in enumerate(SUBJECTS.get(kind, ())) if word != OR_MORE]
    assert fits(kind, len(parts))
    sentence = remedy_sentence(Remedy(kind, tuple(parts)))
    said = {part for part in parts if part in sentence}
    assert said == set(parts) - {"part1"} if kind in UNSAID else said == set(parts)
    assert fits(kind, len(parts) + 1) == (OR_MORE in SUBJECTS.get(kind, ()))
    assert not parts or fits(kind, len(parts) - 1) == (kind in OR_NONE)


def test_every_error_is_listed() -> None:
    with pytest.raises(RuleError) as error:
        registered(severity="x", needs=("y",), message="{z}")
    assert [line.split(": ")[1] for line in str(error.value).splitlines()] == ["severity", "needs", "message"]


def test_placeholders_are_the_names_in_braces_each_once() -> None:
    assert placeholders("{a} and {b}, {a}; {{not}}") == ("a", "b")
