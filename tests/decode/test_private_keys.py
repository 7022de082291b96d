"""Private keys in texts and keystores: where they are, and what of them no message repeats."""

from __future__ import annotations

from mcuaudit.decode.private_keys import holds_private_key, key_lines


def test_the_private_part_of_a_json_web_key_is_one() -> None:
    text = 'x = 1\n{"kty": "EC", "x": "public", "d": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"}'
    assert [row for _, row in key_lines(text)] == ["c2VjcmV0LXNlY3JldC1zZWNyZXQ"]
    assert list(key_lines(text.replace('"d"', '"e"'))) == []


def _keystore(*kinds: int, version: int = 2) -> bytes:
    """A Java keystore with entries of these kinds: 1 for a key, 2 for a certificate."""
    certificate = (b"\x00\x05X.509" if version > 1 else b"") + b"\x00\x00\x00\x03abc"
    entries = b"".join(kind.to_bytes(4, "big") + b"\x00\x05alias" + bytes(8) + certificate for kind in kinds)
    return b"\xfe\xed\xfe\xed" + version.to_bytes(4, "big") + len(kinds).to_bytes(4, "big") + entries + bytes(20)


def test_a_keystore_is_read_entry_by_entry() -> None:
    for version in (1, 2):
        assert holds_private_key(_keystore(2, 2, 1, version=version))
        assert not holds_private_key(_keystore(2, 2, 2, version=version))
