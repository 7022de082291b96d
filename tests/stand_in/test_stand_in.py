"""The stand-in answers as the API documents say, to a client that is not mcuaudit's."""

from __future__ import annotations

import http.client
import ssl
import xmlrpc.client

import pytest

from tests.authority import Authority
from tests.stand_in.answers import NOT_AUTHORISED, NOT_SUPPORTED, Facts
from tests.stand_in.device import PASSWORD, USER, Asks, Manner, Presenting, StandIn

ROOT = Authority.root("Stand-in Root")
ISSUING = ROOT.intermediate("Stand-in Issuing CA")
CHAIN = (ISSUING.leaf("mcu-1.example.com"), ISSUING)


def unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def called(device: StandIn, method: str, password: str = PASSWORD) -> object:
    with xmlrpc.client.ServerProxy(
        f"https://{device.address}:{device.https_port}/RPC2", context=unverified()
    ) as server:
        return getattr(server, method)({"authenticationUser": USER, "authenticationPassword": password})


@pytest.mark.parametrize(("api", "has_serial"), [("2.8", False), ("2.10", True)])
def test_it_answers_queries_in_each_version_and_records_them(api: str, has_serial: bool) -> None:
    with StandIn(Presenting(CHAIN), Facts(api=api)) as device:
        found = called(device, "device.query")
        assert isinstance(found, dict)
        assert (found["model"], "serial" in found) == ("Codian MCU 4510", has_serial)
        for method, password, code in (
            ("no.such.query", PASSWORD, NOT_SUPPORTED), ("sip.query", "wrong", NOT_AUTHORISED)
        ):  # fmt: skip
            with pytest.raises(xmlrpc.client.Fault) as refused:
                called(device, method, password)
            assert refused.value.faultCode == code
        client = http.client.HTTPSConnection(device.address, device.https_port, context=unverified())
        client.request("GET", "/system.xml")
        assert b"<hostName>mcu-1</hostName>" in client.getresponse().read()
        client.close()
    assert device.methods == ["device.query", "no.such.query", "sip.query"]
    assert device.paths == ["/system.xml"]


def test_it_presents_its_chain_on_both_ports_and_demands_a_certificate() -> None:
    with StandIn(Presenting(CHAIN), sip=Presenting(CHAIN, Asks.DEMANDS, (ROOT,))) as device:
        sent = ssl.get_server_certificate((device.address, device.https_port))
        assert ssl.PEM_cert_to_DER_cert(sent) == CHAIN[0].der
        with pytest.raises(ssl.SSLError, match="handshake"):
            ssl.get_server_certificate((device.address, device.sip_port))


@pytest.mark.parametrize("manner", [Manner.NOT_TLS, Manner.GARBLED])
def test_what_is_not_tls_or_not_a_certificate_ends_the_handshake(manner: Manner) -> None:
    with StandIn(Presenting(CHAIN), manner=manner) as device, pytest.raises(OSError, match=r"(?i)ssl|wrong|asn1"):
        ssl.get_server_certificate((device.address, device.https_port))
