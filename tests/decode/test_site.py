"""site.toml: what is read, and what is refused while the rest is kept."""

from __future__ import annotations

import pytest

from mcuaudit.decode.site import decode_site


def test_a_site_has_a_title_a_time_zone_and_notes() -> None:
    site = decode_site(b'title = " Leeds "\ntime_zone = "Europe/London"\nnotes = "x"')
    assert (site.title, site.time_zone, site.notes, site.problems) == ("Leeds", "Europe/London", "x", ())
    assert decode_site(b"").problems == ()
    assert decode_site(b'title = "Leeds"').notes == ""


@pytest.mark.parametrize(
    ("toml", "where", "words"),
    [
        ('time_zone = "Europe/Londn"', "time_zone", 'Did you mean "Europe/London"?'),
        ('time_zone = "../etc/passwd"', "time_zone", "expected a name"),
        ("time_zone = 3", "time_zone", "expected a string"),
        ('timezone = "Europe/London"', "timezone", 'Did you mean "time_zone"?'),
        ("title = []", "title", "expected a string"),
    ],
)
def test_what_is_wrong_with_a_site_is_a_problem_and_the_rest_is_kept(toml: str, where: str, words: str) -> None:
    site = decode_site(f'{toml}\nnotes = "x"'.encode())
    (problem,) = site.problems
    assert (site.title, site.time_zone, site.notes) == ("", "", "x")
    assert (problem.kind, problem.where) == ("unreadable", where)
    assert words in problem.reason


def test_settings_in_a_site_file_are_damage_and_are_to_be_moved() -> None:
    decoded = decode_site(b'title = "Leeds"\n[services]\nhttps = false\n[ssl_certificates.ocsp]\nenabled = true\n')
    damaged = {item.setting for item in decoded.damaged}
    assert "services.https" in damaged
    assert "ssl_certificates.ocsp.enabled" in damaged
    assert {problem.reason for problem in decoded.problems} == {
        "settings are not read from site.toml; move this table to settings.toml in the same directory"
    }
