"""By when a job of the work list is due: the end of the certificate that it replaces, or of a CA on its path."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import mcuaudit
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.summary.work_list import ANY_TIME, TODAY, work_list
from tests.authority import LONG_AGO, NOW, rsa_key
from tests.clean_export import DEVICE, HOST, ISSUING, LOCAL_NAMES, ROOT, CleanExport, certificate, chain

COUNTS = ("refused", "undetermined", "locked_out")


def test_a_job_is_due_when_the_first_certificate_of_the_path_ends(tmp_path: Path) -> None:
    end = NOW + timedelta(days=20)
    ending = ROOT.intermediate("Ending CA", key=rsa_key(9), not_before=LONG_AGO, not_after=end)
    export = CleanExport()
    local = certificate(HOST, ending, san=LOCAL_NAMES, not_after=NOW + timedelta(days=300))
    export.files[f"{DEVICE}/local-certificate.pem"] = chain(local, ending)
    audit = export.audit(tmp_path / "export")
    assert not audit.connections["outcome"].eq("fail").any()
    reissue = Remedy(RemedyKind.REISSUE, target=Place(Slot.LOCAL_CERTIFICATE, DEVICE)).remedy_id
    room = Remedy(RemedyKind.REISSUE, target=Place(Slot.PEER_CERTIFICATE, "room", "peers/room.pem")).remedy_id
    plain = {"in_words": "", "who": "", "restored": "", "let_in": ""}
    plain |= {f"{name}_{side}": 1 for name in COUNTS for side in ("before", "after")}
    jobs = build_frame(
        "first_jobs",
        [
            {"number": number, "remedies": join_names([remedy]), **plain, **differs}
            for number, (remedy, differs) in enumerate(
                [(reissue, {}), (room, {}), (reissue, {"refused_after": 0})], start=1
            )
        ],
    )
    due, later, now = work_list(audit, jobs)
    assert (due.due(), due.ends) == (f"{end.day} {end:%b %Y}", end)
    # The certificate itself is replaced for its own end, which the place still has.
    assert due.places[0].ends == local.record.not_after
    assert (later.due(), now.due()) == (ANY_TIME, TODAY)
    # The frame of the deadlines has the first instant after the end.
    ends = mcuaudit.deadlines(audit)
    assert ends.loc[ends["connections"] > 0, "on"].min() == end + timedelta(seconds=1)
    assert ISSUING.record.not_after > end
