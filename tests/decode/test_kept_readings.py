"""Odd inputs are read as before: a reader that changes what it makes of one shows it here, whatever else is tested."""

from __future__ import annotations

from tests.decode.readings import KEPT, readings


def test_odd_inputs_are_read_as_before() -> None:
    kept, found = KEPT.read_text(encoding="utf-8").splitlines(), [repr(line) for line in readings()]
    assert len(found) == len(kept) > 800
    different = [f"was: {was}\nnow: {now}" for was, now in zip(kept, found, strict=True) if was != now]
    assert not different, (
        f"{len(different)} inputs are read otherwise than {KEPT.name} says. If that is meant, run python -m "
        "tests.decode.readings and read its difference.\n\n" + "\n\n".join(different[:5])
    )
