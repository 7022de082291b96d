"""The explorer has every connection, device and certificate of the audit, and each of its links leads somewhere."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from mcuaudit.frames.containers import Audit
from mcuaudit.report import explorer
from mcuaudit.report.explorer import explorer_page
from mcuaudit.summary.certificates_in_use import certificates_in_use
from mcuaudit.triage.counting import connection_words


@pytest.fixture(scope="module")
def page(sample_audit: Audit) -> str:
    return explorer_page(sample_audit, pages={"leeds": "sites/leeds.html"}).text


def _section(text: str, kind: str) -> list[str]:
    return re.findall(rf'<section class="{kind}">.*?</section>', text, re.DOTALL)


def _words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def test_each_connection_has_its_outcome_and_reason_on_the_card_of_its_device(page: str, sample_audit: Audit) -> None:
    cards = {
        match[1]: _words(card)
        for section in _section(page, "site")
        for card in section.split('<details class="card">')[1:]
        if (match := re.match(r'<summary id="[^"]*" title="[^"]*"><strong>(.*?)</strong>', card))
    }
    assert set(cards) == set(sample_audit.devices["device"])
    words = connection_words(sample_audit.connections)
    for row, word in zip(sample_audit.connections.to_dict("records"), words, strict=True):
        if row["outcome"] in ("fail", "open"):
            assert row["reason"] in cards[row["device"]], row["connection_id"]
        if word != "not applicable":
            assert row["peer"] in cards[row["device"]], row["connection_id"]
    assert page.count('class="ladder"') == sample_audit.connections["outcome"].isin(["fail", "open"]).sum()
    assert '<a href="sites/leeds.html">' in page


def test_each_certificate_in_use_has_a_card_with_its_paths(page: str, sample_audit: Audit) -> None:
    (section,) = _section(page, "certificates")
    cards = section.split('<details class="card">')[1:]
    by_digest = {re.findall(r"<dt>SHA-256</dt><dd><code>(.*?)</code>", card)[0]: card for card in cards}
    assert set(certificates_in_use(sample_audit, with_site=True)["certificate"]) <= set(by_digest)
    paths = sample_audit.paths
    for sha256, card in by_digest.items():
        own = paths[paths["certificate"] == sha256]
        lines = own.drop_duplicates(["trust_store", "trust", "path", "reason"])
        assert len(re.findall(r'class="mark"', card)) == len(lines)
        assert card.count('aria-label="fails"') == lines["trust"].eq("fail").sum()
        for digest in {one for path in own["path"].dropna() for one in path.split()}:
            assert f">{digest[:8]}</code>" in card


def test_each_link_leads_to_an_id_and_each_id_is_there_once(page: str) -> None:
    identifiers = re.findall(r' id="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    targets = re.findall(r'href="#([^"]+)"', page)
    assert len([one for one in targets if one.startswith("certificate-")]) > 100
    assert set(targets) <= set(identifiers)


def test_a_selection_has_its_devices_alone(sample_audit: Audit) -> None:
    connections = sample_audit.connections
    chosen = connections[connections["device_id"].eq("leeds/mcu-lobby") & connections["outcome"].eq("open")]
    text = explorer_page(sample_audit, connections=chosen, note="Site leeds.").text
    assert "<p>Site leeds.</p>" in text
    assert f"<h1>Selection: {len(chosen)} of {len(connections)} connections</h1>" in text
    none = explorer_page(sample_audit, connections=connections.head(0)).text
    assert "<p>No certificate is in the selection.</p>" in none
    assert len(_section(text, "site")) == 1
    assert text.count('class="ladder"') == len(chosen)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r' id="([^"]+)"', text))


def test_a_page_that_would_be_too_large_says_what_it_leaves_out(
    sample_audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "WITH_STEPS", 40_000)
    monkeypatch.setattr(explorer, "OF_DEVICES", 90_000)
    monkeypatch.setattr(explorer, "OF_CERTIFICATES", 30_000)
    text = explorer_page(sample_audit).text
    assert "The pages of the sites" not in text, "no page is beside it"
    assert (
        explorer_page(sample_audit, pages={"leeds": "a.html"}).text.count("The pages of the sites and the folder") > 2
    )
    assert "have their reason and no steps: " in text
    sections = _section(text, "site")
    said = "".join(map(_words, sections))
    for device_id in sample_audit.devices["device_id"]:
        name = device_id.partition("/")[2]
        assert f"<strong>{name}</strong>" in "".join(sections) or device_id in said
    assert " more devices would make this page too large: " in said
    assert re.search(r"\d+ more certificates would make this page too large", text)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r' id="([^"]+)"', text))


@pytest.mark.parametrize(("kind", "most"), [("site", "OF_DEVICES"), ("certificates", "OF_CERTIFICATES")])
def test_the_size_of_a_card_is_that_of_its_bytes_with_its_links(
    page: str, sample_audit: Audit, monkeypatch: pytest.MonkeyPatch, kind: str, most: str
) -> None:
    cards = "".join(re.findall(r'<details class="card">.*</details>', "\n".join(_section(page, kind))))
    monkeypatch.setattr(explorer, most, len(cards.encode("utf-8")) - 1)
    text = explorer_page(sample_audit).text
    assert len(re.findall("1 more (device|certificate) would make this page too large", text)) == 1


def test_explore_gives_the_page_for_a_notebook_and_for_a_file(sample_audit: Audit, page: str, tmp_path: Path) -> None:
    made = sample_audit.explore(static=True)  # type: ignore[attr-defined]
    (frame,) = re.findall(r'<iframe srcdoc="([^"]*)"', made._repr_html_())
    # The policy of the page names its style and script by their digests, so each character counts.
    assert html.unescape(frame) == made.text
    assert 'sandbox="allow-scripts"' in made._repr_html_()
    assert made.write(tmp_path / "explorer.html").read_text(encoding="utf-8") == made.text
    assert made.text.replace("<footer></footer>", "") == page.replace("<footer></footer>", "").replace(
        '<p><a href="sites/leeds.html">Page of the site</a></p>', ""
    )
