"""The glossary of a page explains every word that the page gives as an outcome, a grade or the state of a login."""

from __future__ import annotations

import re

from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import heading_id
from mcuaudit.report.pages import Report
from mcuaudit.summary.verdict import UNDETERMINED_MEANS
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.phrases import GRADE_WORDS


def test_each_word_of_an_outcome_and_grade_is_explained(sample_audit: Audit) -> None:
    text = str(Report(sample_audit, "fleet", by_site=True).words.html)
    explained = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text))
    outcomes = set(connection_words(sample_audit.connections))
    assert len(outcomes) >= 4
    assert outcomes | set(GRADE_WORDS.values()) | {"locked out", "waived"} <= set(explained)
    assert all(meaning.endswith(".") for meaning in explained.values())
    meaning = explained["undetermined"]
    checked = str(Report(sample_audit, "fleet", by_site=True).checks.html)
    assert f"means that {meaning[:1].lower()}{meaning[1:]}" in UNDETERMINED_MEANS in checked
    headings = {heading_id(title) for title in ("What was checked", "What this audit cannot determine")}
    assert set(re.findall(r'href="#([^"]+)"', text)) == headings
