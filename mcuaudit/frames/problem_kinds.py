"""The kind of a problem in a file of the export, as the frame `problems` has it."""

from __future__ import annotations

import re
from typing import Final

from mcuaudit.decode.records import Problem
from mcuaudit.decode.xml_rpc import SAVED_REQUEST

_LICENCE_MEMBER: Final = re.compile(r"(?:^|[._\]])(?:keys?|licen[cs]e\w*)$", re.IGNORECASE)


def kind_of(problem: Problem) -> str:
    """The kind of a problem; of what must not be in an export, licence keys and saved requests have their own.

    The place of a licence key is the member of the response that contains it.
    """
    if problem.reason == SAVED_REQUEST:
        return "saved_request"
    if problem.kind == "secret" and _LICENCE_MEMBER.search(problem.where):
        return "licence"
    return problem.kind
