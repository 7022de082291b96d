"""What breaks the rules about settings."""

from __future__ import annotations

from typing import Any, Final

from tests.clean_export import DEVICE, ELSEWHERE, CleanExport, certificate, chain
from tests.rules.breakages.base import Break, all_of, file, ocsp_server, setting

STRANGE_OCSP_SERVER: Final = chain(certificate("o", ELSEWHERE, 8, san=["DNS:ocsp.example.com"]))


def ocsp(**facts: Any) -> Break:
    """OCSP is on, with these settings."""

    def apply(export: CleanExport) -> None:
        export.settings["ssl_certificates"]["ocsp"] = {"enabled": True, **facts}

    return apply


def user(name: str, privilege: str = "administrator") -> Break:
    """The device has one more user."""
    return lambda export: export.settings["users"].append({"name": name, "privilege": privilege})


def web_user(name: str, **facts: Any) -> Break:
    """One more administrator, who comes with a certificate of her own unless `facts` say otherwise."""

    def apply(export: CleanExport) -> None:
        user(name)(export)
        export.files[f"peers/{name}.pem"] = chain(certificate(name, key=9))
        told = {"certificate": f"peers/{name}.pem", "user": name, **facts}
        export.peers[name] = {**export.peers["alice"], **told}

    return apply


def current_time(text: str) -> Break:
    """A saved response tells the device's own clock, which has no zone."""
    system = "".join(
        f"<member><name>{name}</name><value>{value}</value></member>"
        for name, value in (("model", "MCU 4510"), ("softwareVersion", "4.4(3.57)"))
    )
    time = f"<value><dateTime.iso8601>{text}</dateTime.iso8601></value>"
    member = f"{system}<member><name>currentTime</name>{time}</member>"
    body = f"<methodResponse><params><param><value><struct>{member}</struct></value></param></params></methodResponse>"
    return file(f"{DEVICE}/api/device.query.xml", body.encode())


TAKEN: Final = setting("device", collected_at="2026-06-10T09:00:00Z")
PASSWORDS_REFUSED: Final = all_of(
    setting("ssl_certificates", client_certificate_security="Certificate-based authentication required"),
    setting("security", require_administrator_login=True),
)

FAILS: Final[dict[str, Break]] = {
    "MCU401": setting("ssl_certificates", verification_settings="No verification"),
    "MCU402": setting("ssl_certificates", verification_settings="Outgoing calls only"),
    "MCU403": setting("ssl_certificates", server_certificate_security="No verification"),
    "MCU404": lambda export: export.settings["feedback_receivers"].append({"uri": "http://10.1.2.9/RPC2"}),
    "MCU406": setting("device", software_version="4.3(2.18)"),
    "MCU411": file("peers/alice.pem", chain(certificate("alice", issuer=ELSEWHERE, key=6))),
    "MCU412": setting("services", sips_tcp=False),
    "MCU413": setting("device", features=["Video firewall"]),
    "MCU415": all_of(setting("services", http=True), setting("security", redirect_http_to_https=False)),
    "MCU416": setting("services", ftp=True),
    "MCU417": PASSWORDS_REFUSED,
    "MCU418": lambda export: export.settings["feedback_receivers"].append({"uri": "https://10.1.2.9/feedback"}),
    "MCU419": ocsp(server_url=""),
    "MCU420": all_of(ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER)),
    "MCU421": user("admin"),
    "MCU422": setting("security", advanced_account_security=True),
    "MCU423": all_of(TAKEN, setting("device", current_time="2026-06-10T09:05:01Z")),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU401": lambda export: export.settings["ssl_certificates"].pop("verification_settings"),
    "MCU411": lambda export: export.settings["services"].pop("https"),
    "MCU412": lambda export: export.settings["services"].pop("sips_tcp"),
    "MCU414": setting("sip", use_local_certificate_for_outgoing=False),
    "MCU415": lambda export: export.settings["services"].pop("http"),
    "MCU416": lambda export: export.settings["services"].pop("ftp"),
    "MCU417": all_of(PASSWORDS_REFUSED, web_user("bob", certificate="peers/lost.pem")),
    "MCU419": ocsp(),
    "MCU421": lambda export: export.settings.pop("users"),
    "MCU422": lambda export: export.settings["security"].pop("advanced_account_security"),
    "MCU423": all_of(TAKEN, current_time("20260610T11:00:20")),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {
    "MCU413": setting("device", features=["encryption"]),
    "MCU415": setting("services", http=True),
    "MCU417": all_of(PASSWORDS_REFUSED, web_user("bob")),
    "MCU419": ocsp_server,
    "MCU420": ocsp_server,
    "MCU423": all_of(TAKEN, setting("device", current_time="2026-06-10T09:05:00Z")),
}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
