"""Where the package gives a hint, which test follows each hint literally, and what a test has seen of them.

A hint is made by `did_you_mean`, `not_allowed` or `suggestion` of mcuaudit.errors; each function that calls one of them
is a place. While a test of the register runs, the places that gave a hint are recorded, and its own must be among them.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import mcuaudit
from mcuaudit import errors

PACKAGE: Final = Path(mcuaudit.__file__).parent
HELPERS: Final = ("did_you_mean", "not_allowed", "suggestion")
_HINT: Final = re.compile(r'Did you mean(?: one of)?:? ["\']?([^"\'?]+?)["\']?\?')

_EXPORT: Final = "tests/frames/test_hints.py"
_PLACES: Final = "tests/frames/test_wrong_places.py"
_STRAYS: Final = "tests/frames/test_stray_devices.py"
_NEAR_PEERS: Final = "tests/frames/test_near_peers.py"
_COMMAND: Final = "tests/command/test_hints.py"
_CHANGES: Final = "tests/variants/test_hints.py::test_a_hint_for_a_change_leads_on"
_HINTS_OF_EXPORTS: Final = f"{_EXPORT}::test_a_hint_leads_on"
_HINTS_OF_COMMANDS: Final = f"{_COMMAND}::test_a_hint_of_a_command_leads_on"
_HINTS_OF_FUNCTIONS: Final = f"{_COMMAND}::test_a_hint_of_a_function_leads_on"
_AFTERNOON: Final = "tests/gather/test_afternoon.py::test_a_drawer_a_list_and_notes_become_the_audit_of_the_fleet"
_HINTS_OF_RULES: Final = "tests/rules/test_declaration.py::test_a_wrong_word_is_refused_with_the_nearest"

FOLLOWED: Final[dict[str, tuple[str, ...]]] = {
    "gather/known.py check_has_device": ("tests/gather/test_sort.py::test_a_hint_for_an_export_leads_on",),
    "gather/corrected.py _unknown_owner": (_AFTERNOON,),
    "decode/device_list.py DeviceList.remark": (_AFTERNOON,),
    "system/cluster.py _check_protocol": ("tests/pipeline/test_in_parts.py::test_a_hint_for_a_protocol_leads_on",),
    "gather/peer_entries.py _columns": (_AFTERNOON,),
    "gather/peer_entries.py _place": (_AFTERNOON,),
    "gather/peer_entries.py _no_file": (_AFTERNOON,),
    "gather/stores.py _answered": (
        "tests/gather/test_sort.py::test_a_hint_for_a_trust_store_leads_on",
        "tests/gather/test_sort.py::test_a_hint_for_the_site_of_a_trust_store_leads_on",
    ),
    "variants/selection.py _none": (
        f"{_CHANGES}[a device]",
        "tests/variants/test_request_configuration.py::test_the_hint_for_a_pattern_without_a_device_leads_on",
    ),
    "summary/inspection.py _called": ("tests/summary/test_inspection.py::test_a_hint_for_a_device_leads_on",),
    "variants/new_files/check_new.py _device_called": (f"{_CHANGES}[the owner of a new file]",),
    "variants/of_settings.py _no_user": (f"{_CHANGES}[a user]",),
    "variants/of_settings.py setting_called": (f"{_CHANGES}[a setting]",),
    "variants/of_stores.py authority_called": (f"{_CHANGES}[a CA]",),
    "variants/of_stores.py rows_of_peer": (f"{_CHANGES}[a peer]",),
    "variants/of_stores.py slot_called": (f"{_CHANGES}[a store]",),
    "collect/walk.py check_directory": (f"{_HINTS_OF_COMMANDS}[the directory]",),
    "collect/file_places.py _response_outside": (f"{_PLACES}::test_a_hint_for_a_response_in_a_wrong_place_leads_on",),
    "collect/file_places.py _name_advice": (
        f"{_HINTS_OF_EXPORTS}[the name of a store]",
        f"{_EXPORT}::test_a_hint_for_a_response_leads_on",
    ),
    "command/plan.py _known": (f"{_HINTS_OF_COMMANDS}[a format of a plan]",),
    "command/output.py _known": (f"{_HINTS_OF_COMMANDS}[a format]",),
    "command/report.py _pseudonyms": (
        "tests/redaction/test_redacted_audits.py::test_a_hint_for_a_site_of_a_redacted_report_leads_on",
    ),
    "command/output.py _known_for_comparisons": (f"{_HINTS_OF_COMMANDS}[a format of a comparison]",),
    "decode/keys.py unknown_column": (f"{_EXPORT}::test_a_hint_for_a_column_leads_on",),
    "decode/keys.py unknown_key": (f"{_HINTS_OF_EXPORTS}[a key]",),
    "decode/peers.py _one_of.check": (f"{_HINTS_OF_EXPORTS}[a product]",),
    "decode/peers.py _product": (f"{_HINTS_OF_EXPORTS}[a product by its common name]",),
    "decode/peers.py _outside": (f"{_HINTS_OF_EXPORTS}[the word peer]",),
    "decode/peers.py _unknown": (f"{_HINTS_OF_EXPORTS}[a key of a peer]",),
    "decode/site.py _why_unknown": (f"{_EXPORT}::test_a_hint_for_a_site_leads_on[a key]",),
    "decode/site.py decode_site": (f"{_EXPORT}::test_a_hint_for_a_site_leads_on[a time zone]",),
    "decode/response_members.py member": (f"{_EXPORT}::test_a_hint_in_a_response_leads_on[a member]",),
    "decode/response_services.py _read_service": (f"{_EXPORT}::test_a_hint_in_a_response_leads_on[a service]",),
    "decode/settings.py decode_settings_toml": (f"{_HINTS_OF_EXPORTS}[a table]",),
    "decode/settings.py ReadSettings.refuse_key": (f"{_HINTS_OF_EXPORTS}[a key by its label]",),
    "decode/table_columns.py _means_device": (f"{_EXPORT}::test_a_hint_for_a_header_leads_on",),
    "decode/values.py _label": (f"{_HINTS_OF_EXPORTS}[a label]",),
    "decode/values.py _user": (f"{_HINTS_OF_EXPORTS}[a privilege]",),
    "frames/build.py _report_unknown_devices": (f"{_EXPORT}::test_a_hint_for_a_device_with_other_stores_leads_on",),
    "frames/containers.py site_of": (f"{_HINTS_OF_FUNCTIONS}[select]",),
    "frames/peers.py PeerResolver._another_mcu": (f"{_EXPORT}::test_a_hint_for_another_device_leads_on",),
    "frames/peers.py _without_connections": (f"{_NEAR_PEERS}::test_a_hint_for_a_name_without_connections_leads_on",),
    "frames/peers.py _misspelt": (f"{_NEAR_PEERS}::test_a_hint_for_the_name_of_a_peer_leads_on",),
    "frames/peers.py PeerResolver._file": (f"{_HINTS_OF_EXPORTS}[a file of a peer]",),
    "frames/stray_devices.py _misspelt": (f"{_STRAYS}::test_a_hint_for_a_directory_leads_on",),
    "frames/table_rows.py _unknown_device": (f"{_EXPORT}::test_a_hint_for_a_row_leads_on",),
    "gather/fetch/targets.py _check_named": (
        "tests/gather/fetch/test_fetch.py::test_a_hint_for_a_device_or_site_leads_on",
    ),
    "identity/matcher.py _comparison": (f"{_HINTS_OF_FUNCTIONS}[match, a standard]",),
    "identity/purpose.py sip_purpose": (f"{_HINTS_OF_FUNCTIONS}[match, a TLS purpose]",),
    "notebook/show.py show": (f"{_HINTS_OF_FUNCTIONS}[show, a view]",),
    "pkix/anchor_use.py anchor_use": (f"{_HINTS_OF_FUNCTIONS}[validate, limits of anchors]",),
    "pkix/revocation_inputs.py checked_use": (f"{_HINTS_OF_FUNCTIONS}[validate, revocation]",),
    "pkix/policy_inputs.py policy_inputs": (f"{_HINTS_OF_FUNCTIONS}[validate, what to do with policies]",),
    "pkix/purposes.py purpose_outcome": (f"{_HINTS_OF_FUNCTIONS}[a path, a purpose]",),
    "pkix/validator.py PathValidator._use": (f"{_HINTS_OF_FUNCTIONS}[validate, a purpose]",),
    "policy/layers.py _key_of_variable": (f"{_COMMAND}::test_a_hint_for_a_variable_leads_on",),
    "policy/layers.py _no_such_file": (f"{_HINTS_OF_COMMANDS}[the file of a policy]",),
    "policy/schema.py _sentence": (f"{_HINTS_OF_COMMANDS}[a word of the policy]",),
    "policy/schema.py _unknown": (
        f"{_HINTS_OF_COMMANDS}[a section of the policy]",
        f"{_HINTS_OF_COMMANDS}[a key of the policy]",
    ),
    "report/execute.py check_parameters": (f"{_COMMAND}::test_a_hint_for_a_parameter_of_a_notebook_leads_on",),
    "rules/declaration.py _word": (f"{_HINTS_OF_RULES}[wishes1-needs-modell-model]",),
    "rules/declaration.py declaration_errors": (f"{_HINTS_OF_RULES}[wishes0-view-device-devices]",),
    "summary/descriptions.py _nothing": (f"{_HINTS_OF_FUNCTIONS}[describe]",),
    "summary/why.py _known": (f"{_HINTS_OF_FUNCTIONS}[why, a device]",),
    "writers/csv_table.py _chosen": (f"{_HINTS_OF_COMMANDS}[a frame]",),
    "writers/formats/__init__.py _format": (f"{_HINTS_OF_FUNCTIONS}[write, a format]",),
}
"""By place, the tests that follow its hints: at least one for each call of a helper."""
BY_TEST: Final = {
    test: {place for place, followed in FOLLOWED.items() if test in followed}
    for test in itertools.chain.from_iterable(FOLLOWED.values())
}


def places_of_hints() -> Counter[str]:
    """How often each function of the package calls a helper: file, and the names of the functions around the call."""
    found: Counter[str] = Counter()
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        # To parse takes most of the time, and few files have a hint.
        if file.name != "errors.py" and any(name in text for name in HELPERS):
            found.update(f"{file.relative_to(PACKAGE).as_posix()} {name}" for name in _calling(ast.parse(text), ()))
    return found


def _calling(node: ast.AST, around: tuple[str, ...]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        inner = around
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner = (*around, child.name)
        elif isinstance(child, ast.Call) and _name(child.func) in HELPERS:
            yield ".".join(around)
        yield from _calling(child, inner)


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


@contextmanager
def hints_given() -> Iterator[set[str]]:
    """The places that give a hint meanwhile."""
    given: set[str] = set()
    look_alike = errors._look_alike

    def recorded(word: str, found: str) -> str:
        given.add(_place(inspect.currentframe()))
        return look_alike(word, found)

    errors._look_alike = recorded
    try:
        yield given
    finally:
        errors._look_alike = look_alike


def _place(frame: FrameType | None) -> str:
    while (frame and frame.f_code.co_filename in (__file__, errors.__file__)) or _is_anonymous(frame):
        frame = frame.f_back if frame else None
    if frame is None or not Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
        return ""
    name = frame.f_code.co_qualname.replace("<locals>.", "")
    return f"{Path(frame.f_code.co_filename).relative_to(PACKAGE).as_posix()} {name}"


def _is_anonymous(frame: FrameType | None) -> bool:
    """A comprehension or lambda; the function around it is the place."""
    return frame is not None and frame.f_code.co_name.startswith("<")


def hint_of(words: str) -> str:
    """The one word that a text suggests."""
    (found,) = set(_HINT.findall(words.replace("\n", " ")))
    return str(found)
