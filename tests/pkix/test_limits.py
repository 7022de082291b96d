"""Limits by which a hostile export cannot make the work unbounded: each is a decision, or a limit of OpenSSL's."""

from __future__ import annotations

from mcuaudit.pkix import candidates, constraints, paths, signatures


def test_limits_of_openssl_are_those_of_openssl():
    assert paths.LONGEST_PATH == 100, "verification depth"
    assert constraints.MOST_COMPARISONS == 2**20, "NAME_CHECK_MAX"
    assert signatures.LARGEST_RSA_KEY == 16_384, "OPENSSL_RSA_MAX_MODULUS_BITS"


def test_limits_of_the_search_are_as_decided():
    assert (paths.MOST_STEPS, candidates.MOST_CANDIDATES) == (250, 2_000)
    assert paths.MOST_STEPS > paths.LONGEST_PATH, "so that one path at least comes to its end"
