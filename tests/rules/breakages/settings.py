"""What breaks the rules about settings."""

from __future__ import annotations

from typing import Any, Final

from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, CleanExport, certificate, chain
from tests.predict.ocsp_responses import ocsp_response
from tests.rules.breakages.base import Break, all_of, file, formerly, intact, ocsp_server, peer, setting, untold

STRANGE_TMS: Final = chain(certificate("tms-service", ELSEWHERE, 7, san=["DNS:tms.example.com"]))
SECURITY: Final = ("ssl_certificates", "client_certificate_security")
STRANGE_OCSP_SERVER: Final = chain(certificate("o", ELSEWHERE, 8, san=["DNS:ocsp.example.com"]))


def ocsp(**facts: Any) -> Break:
    """OCSP is on, with these settings."""

    def apply(export: CleanExport) -> None:
        export.settings["ssl_certificates"]["ocsp"] = {"enabled": True, **facts}

    return apply


def receiver(uri: str) -> Break:
    """The device has one more feedback receiver."""
    return lambda export: export.settings["feedback_receivers"].append({"uri": uri})


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


def services_query(*ports: dict[str, tuple[int, int]], **services: tuple[int, int]) -> Break:
    """A saved response of services.query: `setting` and `enabled` of each service, on each port or on the only one.

    Nothing else says whether these services are on.
    """

    def apply(export: CleanExport) -> None:
        listed = _array(*(_port(port) for port in (*ports, services) if port))
        body = _struct(f"<member><name>ports</name><value>{listed}</value></member>")
        document = f"<methodResponse><params><param><value>{body}</value></param></params></methodResponse>"
        export.files[f"{DEVICE}/api/services.query.xml"] = document.encode()
        for name in (name for port in (*ports, services) for name in port):
            export.settings["services"].pop(name, None)

    return apply


def _port(services: dict[str, tuple[int, int]]) -> str:
    entries = _array(*(_service(name, *states) for name, states in services.items()))
    return _struct(f"<member><name>services</name><value>{entries}</value></member>")


def _service(name: str, wanted: int, enabled: int) -> str:
    members = {
        "name": f"<string>{name}</string>",
        "setting": f"<int>{wanted}</int>",
        "enabled": f"<int>{enabled}</int>",
    }
    inner = "".join(f"<member><name>{key}</name><value>{value}</value></member>" for key, value in members.items())
    return _struct(inner)


def _struct(members: str) -> str:
    return f"<struct>{members}</struct>"


def _array(*entries: str) -> str:
    return f"<array><data>{''.join(f'<value>{entry}</value>' for entry in entries)}</data></array>"


TAKEN: Final = setting("device", collected_at="2026-06-10T09:00:00Z")
PASSWORDS_REFUSED: Final = all_of(
    setting("ssl_certificates", client_certificate_security="Certificate-based authentication required"),
    setting("security", require_administrator_login=True),
)

NO_OCSP_SETTING: Final[Break] = lambda export: export.settings["ssl_certificates"].pop("ocsp")  # noqa: E731
OCSP_UNDER_REQUIRED: Final = all_of(
    ocsp(server_url="http://ocsp.example.com/"),
    setting("ssl_certificates", client_certificate_security="Certificate-based authentication required"),
)


def good_answer(export: CleanExport) -> None:
    """The OCSP server has said of the certificate of alice that it is good."""
    issued = certificate("alice", key=6)
    export.files["peers/alice.pem"] = chain(issued, ISSUING)
    export.files["peers/alice.ocsp"] = ocsp_response(issued, ISSUING)
    peer("alice", ocsp_response="peers/alice.ocsp")(export)


FAILS: Final[dict[str, Break]] = {
    "MCU401": setting("ssl_certificates", verification_settings="No verification"),
    "MCU402": setting("ssl_certificates", verification_settings="Outgoing calls only"),
    "MCU403": setting("ssl_certificates", server_certificate_security="No verification"),
    "MCU404": receiver("http://10.1.2.9/RPC2"),
    "MCU406": setting("device", software_version="4.3(2.18)"),
    "MCU411": file("peers/alice.pem", chain(certificate("alice", issuer=ELSEWHERE, key=6))),
    "MCU412": setting("services", sips_tcp=False),
    "MCU413": setting("device", features=["Video firewall"]),
    "MCU415": all_of(setting("services", http=True), setting("security", redirect_http_to_https=False)),
    "MCU416": setting("services", ftp=True),
    "MCU417": PASSWORDS_REFUSED,
    "MCU418": receiver("https://10.1.2.9/feedback"),
    "MCU419": ocsp(server_url=""),
    "MCU420": all_of(ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER)),
    "MCU421": user("admin"),
    "MCU422": setting("security", advanced_account_security=True),
    "MCU423": all_of(TAKEN, setting("device", current_time="2026-06-10T09:05:01Z")),
    "MCU424": all_of(OCSP_UNDER_REQUIRED, formerly(intact)),
    "MCU426": file("peers/tms.pem", STRANGE_TMS),
    "MCU427": services_query(https=(1, 0)),
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
    "MCU418": receiver("https://tms.example.com/tms/public/feedback/code.aspx"),
    "MCU419": ocsp(),
    "MCU420": all_of(ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER), untold(*SECURITY)),
    "MCU421": lambda export: export.settings.pop("users"),
    "MCU422": lambda export: export.settings["security"].pop("advanced_account_security"),
    "MCU423": all_of(TAKEN, current_time("20260610T11:00:20")),
    "MCU424": all_of(OCSP_UNDER_REQUIRED, formerly(NO_OCSP_SETTING)),
    "MCU425": OCSP_UNDER_REQUIRED,
    "MCU426": file(f"{DEVICE}/https-trust-store.pem", None),
    "MCU427": services_query(https=(1, 7)),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {
    "MCU413": setting("device", features=["encryption"]),
    "MCU415": setting("services", http=True),
    "MCU417": all_of(PASSWORDS_REFUSED, web_user("bob")),
    "MCU419": ocsp_server,
    "MCU420": ocsp_server,
    "MCU423": all_of(TAKEN, setting("device", current_time="2026-06-10T09:05:00Z")),
    "MCU424": all_of(OCSP_UNDER_REQUIRED, formerly(ocsp(server_url="http://ocsp.example.com/"))),
    "MCU425": all_of(OCSP_UNDER_REQUIRED, good_answer),
    "MCU427": services_query(https=(1, 1)),
}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
