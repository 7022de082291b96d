"""`mcuaudit verify`: whether a saved audit or a bundle is as it was written, and who signed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mcuaudit.frames.verification import Verification


def verify(
    path: Annotated[
        Path,
        typer.Argument(
            help="A saved audit, a directory of reports, or a zip file of report --bundle.", show_default=False
        ),
    ],
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Ed25519 public key of the signer, in PEM.", show_default=False),
    ] = None,
) -> None:
    """Compare the files of a saved audit or bundle with the digests in its manifest, and check its signature.

    Without --key this detects only accidental damage and changes: anyone who changes a file can change its digest as
    well. Exits with code 1 if something differs or, with --key, if the manifest is not signed with that key.
    """
    from mcuaudit.frames.verification import verify as verify_files
    from mcuaudit.wording.visible import visible

    found = verify_files(path, key=key)
    for line in _lines(found):
        print(visible(line))
    raise typer.Exit(0 if found.unchanged else 1)


def _lines(found: Verification) -> Iterator[str]:
    from mcuaudit.frames.verification import Signature

    manifest = found.manifest
    program = manifest.get("versions")
    version = f", mcuaudit {program.get('mcuaudit')}" if isinstance(program, dict) else ""
    yield f"{found.place}: {found.kind}, as of {manifest.get('at')}{version}"
    if found.files is None:
        yield "The manifest has no digests: mcuaudit writes them from schema 7 on. Nothing could be compared."
    else:
        for words, names in (
            ("changed", found.differences.changed),
            ("missing or unreadable", found.differences.missing),
            ("not in the manifest", found.differences.added),
        ):
            yield from (f"{name}: {words}" for name in names)
        if not found.differences:
            yield f"{found.files} files match the manifest."
    yield {
        Signature.NONE: "The manifest is not signed" + (", so nothing shows who wrote it." if found.key_given else "."),
        Signature.NOT_CHECKED: "The manifest is signed; with --key FILE the signature is verified.",
        Signature.VALID: "The manifest is signed with the key given.",
        Signature.INVALID: "The signature is not valid: another key signed the manifest, or it was changed since.",
    }[found.signature]
