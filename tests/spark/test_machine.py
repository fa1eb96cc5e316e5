"""What Spark lacks is told in one sentence."""

import socket
from pathlib import Path

import pytest

from orchestration.errors import EmporiumError
from orchestration.spark import machine


def test_no_java_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EmporiumError, match=r"Spark needs Java 17 or 21, and there is none in"):
        machine.require_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmporiumError, match="there is none on the PATH"):
        machine.require_java()


def test_another_java_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EmporiumError, match=r"is Java 11: install Java 17 or 21"):
        machine.require_java()
    java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.2\" 2022-01-18' >&2\n")
    machine.require_java()


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(EmporiumError, match=f"Port {port} is in use"):
            machine.require_free_port(port)
    machine.require_free_port(port)


def test_a_cluster_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        machine.require_master(f"spark://127.0.0.1:{port}")
    with pytest.raises(EmporiumError, match="No Spark cluster answers"):
        machine.require_master(f"spark://127.0.0.1:{port}")
    with pytest.raises(EmporiumError, match="write it as spark://host:port"):
        machine.require_master("local[2]")


def test_too_little_memory_is_told() -> None:
    machine.require_memory("1m", "1k")
    with pytest.raises(EmporiumError, match="MiB of memory and"):
        machine.require_memory("1m", "1000t")
    with pytest.raises(EmporiumError, match="is no size of memory"):
        machine.require_memory("much")
