"""File systems to read exports from and to write reports to: one in memory, and S3 from a server of this machine."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator

import fsspec
import pytest
from moto.server import ThreadedMotoServer

BUCKET = "fleet-bucket"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 server on loopback."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> fsspec.AbstractFileSystem:
    """The file system of that server, with an empty bucket, configured as a user would: by the environment."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "AKIATESTING",
        "AWS_SECRET_ACCESS_KEY": "a/secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/nowhere",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    system = fsspec.filesystem("s3")
    system.clear_instance_cache()
    system = fsspec.filesystem("s3")
    monkeypatch.setattr(system, "retries", 1)
    urllib.request.urlopen(f"{s3_server}/moto-api/reset", data=b"").close()
    system.mkdir(BUCKET)
    return system


@pytest.fixture
def memory() -> fsspec.AbstractFileSystem:
    """An empty file system in memory."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    return system
