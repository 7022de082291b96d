"""The real pages of the sample: their numbers are those of the saved frames, and a site is printed on few sheets."""

from __future__ import annotations

import base64
import gzip
import html
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from playwright.sync_api import Browser

import mcuaudit
from mcuaudit.report.render import RenderResult, render_reports
from mcuaudit.summary.csv_text import csv_octets
from mcuaudit.variants.requests.certificate_requests import request_files
from mcuaudit.variants.requests.request_configuration import configuration_text
from mcuaudit.variants.requests.requirements import requirements_of

SITES = ("hamburg", "leeds", "oslo", "singapore")
_BAR = ("refused", "undetermined", "accepted, unverified", "accepted, verified by both")


@pytest.fixture(scope="module")
def pages(sample_audit: mcuaudit.Audit, tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """The pages of the sample, as a user makes them."""
    made = render_reports(sample_audit, tmp_path_factory.mktemp("sample") / "out", jobs=2)
    assert made.failed == ()
    return made


def page(pages: RenderResult, site: str | None) -> Path:
    return next(Path(report.page) for report in pages.reports if report.site == site)


def words(connections: pd.DataFrame) -> pd.Series:
    """The outcome of each connection in the words of the bar, by the meaning of the columns alone."""
    verified = connections["authenticated"].eq("both")
    named = connections["outcome"].map({"fail": _BAR[0], "open": _BAR[1], "pass": _BAR[2], "notApplicable": ""})
    return named.astype(str).mask(connections["outcome"].eq("pass") & verified, _BAR[3])


def items(text: str, part: str) -> list[str]:
    """The text of each element of a part of a page."""
    return [html.unescape(re.sub(r"<[^>]*>", "", one)).strip() for one in re.findall(part, text, re.DOTALL)]


@pytest.mark.parametrize("site", [*SITES, None])
def test_the_numbers_of_a_page_are_those_of_the_saved_frames(pages: RenderResult, site: str | None) -> None:
    saved = pages.index.parent / "audit"
    frames = {
        name: pd.read_parquet(saved / f"{name}.parquet")
        for name in ("connections", "administration", "findings", "evidence", "devices", "evaluations")
    }
    part = {name: frame[frame["site"].eq(site)] if site else frame for name, frame in frames.items()}
    text = page(pages, site).read_text(encoding="utf-8")
    counted = words(part["connections"]).value_counts()

    # The bar, and the title of the page.
    bar = items(text, r'<li class="count [a-z]+">(.*?)</li>')
    assert bar[:4] == [f"{counted.get(name, 0):,} {name}" for name in _BAR]
    possible = int(counted.drop("", errors="ignore").sum())
    title = html.unescape(re.findall(r"<title>(.*?)</title>", text)[0])
    assert f"{counted[_BAR[0]]} of {possible:,} connections refused" in title
    locked = int(part["administration"]["outcome"].eq("fail").sum())
    assert (f"{locked} locked out" in title) == bool(locked)

    # The matrix: each cell has the number of connections of its word, so all cells together have the bar.
    by = "site" if site is None else "device"
    matrix = re.findall(rf'aria-label="Connections by {by} and type">(.*?)</table>', text, re.DOTALL)[0]
    chips = re.findall(r'class="chip [a-z]+">([a-z]+) (\d+)<', matrix)
    short = {_BAR[2]: "unverified", _BAR[3]: "accepted"}
    for name in _BAR:
        shown = sum(int(number) for word, number in chips if word == short.get(name, name))
        assert shown == counted.get(name, 0), name

    # Findings, rules and evidence.
    assert f"Download CSV ({len(part['findings'])} finding" in text
    outcomes = part["evaluations"]["outcome"].value_counts()
    assert f"{outcomes['pass']:,} pass, {outcomes['fail']:,} fail, {outcomes['open']:,} undetermined" in text
    files = dict(re.findall(r"<dt>([A-Z][^<]*)</dt><dd>(\d+) of \d+</dd>", text))
    present = part["devices"]["local_certificate_state"].isin(["present"]).sum()
    assert int(files["Local certificates"]) == present


@pytest.mark.parametrize("site", [*SITES, None])
def test_each_table_that_a_page_hands_out_is_whole(pages: RenderResult, site: str | None) -> None:
    """The CSV of findings, connections and evidence, unpacked, has each row of its frame."""
    audit = mcuaudit.open_audit(pages.index.parent / "audit")
    part = audit.select(site) if site else audit
    text = page(pages, site).read_text(encoding="utf-8")
    tables = {}
    for address, name in re.findall(r'href="data:[^"]*;base64,([^"]+)" download="([^"]+)"', text):
        content = base64.b64decode(address)
        plain = gzip.decompress(content) if name.endswith(".gz") else content
        tables[name.removesuffix(".gz").removesuffix(".csv").removeprefix(f"{site or 'fleet'}-")] = plain
    assert len(tables) >= 10
    findings = pd.read_csv(io.BytesIO(tables["findings"]))
    assert sorted(findings["finding_id"]) == sorted(part.findings["finding_id"])
    for name in ("connections", "evidence"):
        columns = list(pd.read_csv(io.BytesIO(tables[name])).columns)
        # The order is that of the table on the page.
        whole = csv_octets(getattr(part, name)[columns], spreadsheet=True)
        assert sorted(tables[name].splitlines()) == sorted(whole.splitlines()), name


def test_a_ca_to_be_added_can_be_saved_as_it_is_in_the_export(pages: RenderResult) -> None:
    text = page(pages, "leeds").read_text(encoding="utf-8")
    saved = re.findall(
        r'href="data:application/x-pem-file;base64,([^"]+)" download="([^"]+)" title="SHA-256 (\w+)"', text
    )
    assert [name for _, name, _ in saved] == ["ca-89da3763.pem"]
    ((content, _, digest),) = saved
    certificate = x509.load_pem_x509_certificate(base64.b64decode(content))
    assert certificate.fingerprint(SHA256()).hex() == digest
    assert certificate.subject.rfc4514_string() == "CN=Example Corp Devices CA 2,O=Example Corp"
    store = (mcuaudit.sample_directory() / "leeds" / "sip-trust-store.pem").read_bytes()
    assert certificate in x509.load_pem_x509_certificates(store)


def test_the_request_of_each_certificate_to_reissue_is_what_csr_config_writes(
    pages: RenderResult, sample_audit: mcuaudit.Audit
) -> None:
    requirements = requirements_of(sample_audit)
    written = {
        one.held.device.device_id: configuration_text(one, file, sample_audit.at)
        for file, one in zip(request_files(requirements), requirements, strict=True)
        if one.held.device and one.content
    }
    text = page(pages, None).read_text(encoding="utf-8")
    saved = re.findall(
        r'base64,([^"]+)" download="([^"]+)\.cnf\.gz" data-file="[^"]+" title="devices/([^"]+)\.cnf of', text
    )
    assert {device for _, _, device in saved} == {
        "hamburg/mcu-alster", "hamburg/mcu-elbe", "leeds/mcu-boardroom", "oslo/mcu-ekeberg", "oslo/mcu-fjord",
    }  # fmt: skip
    for content, name, device in saved:
        assert gzip.decompress(base64.b64decode(content)).decode() == written[device]
        assert name == device.partition("/")[2]


def test_each_link_of_each_page_leads_somewhere(pages: RenderResult) -> None:
    files = sorted(pages.index.parent.rglob("*.html"))
    anchors = {file: set(re.findall(r'\bid="([^"]+)"', file.read_text(encoding="utf-8"))) for file in files}
    followed = 0
    for file in files:
        for address in re.findall(r'<a [^>]*href="([^"]+)"', file.read_text(encoding="utf-8")):
            place, _, part = html.unescape(address).partition("#")
            if place.startswith(("data:", "https:")):
                continue
            target = (file.parent / place).resolve() if place else file
            assert target.is_file(), (file.name, address)
            assert not part or part in anchors[target], (file.name, address)
            followed += 1
    assert followed > 500


def test_a_site_of_five_devices_takes_eight_sheets(browser: Browser, pages: RenderResult, tmp_path: Path) -> None:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(page(pages, "leeds").as_uri())
    opened.pdf(path=tmp_path / "leeds.pdf", prefer_css_page_size=True)
    context.close()
    sheets = len(re.findall(rb"/Type /Page\b", (tmp_path / "leeds.pdf").read_bytes()))
    assert 4 <= sheets <= 8
