"""What make does before there is anything installed."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.bootstrap import CHECKOUT, port_problem, write_env

BOOTSTRAP = CHECKOUT / "config" / "embedded" / "bootstrap.py"


@pytest.mark.parametrize("text", ["eight", "-1", "0", "65536", "80 80", "٨٠٨٠"])
def test_a_port_that_is_none_is_named(text: str) -> None:
    assert f"PORT={text} is not a port" in (port_problem(text) or "")


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_taken_port_is_told_with_one_that_is_free(
    family: socket.AddressFamily, host: str
) -> None:
    with socket.create_server((host, 0), family=family) as server:
        port = server.getsockname()[1]
        problem = port_problem(str(port)) or ""
        assert f"Port {port} is taken" in problem
        other = problem.rpartition("make run PORT=")[2]
        assert port_problem(other) is None


def test_make_run_tells_of_a_taken_port_before_anything_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = subprocess.run(
            ["make", "run", f"PORT={port}"],
            cwd=CHECKOUT,
            env={"PATH": os.environ["PATH"]},  # not that of the make which runs the tests
            capture_output=True,
            text=True,
        )
    assert run.returncode != 0
    assert f"Port {port} is taken" in run.stderr
    assert run.stdout == ""


def test_env_is_written_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    write_env(file)
    first = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "DEBUG=on\n" in first
    write_env(file)
    assert file.read_text() == first


def test_each_env_has_a_secret_key_of_its_own(tmp_path: Path) -> None:
    write_env(tmp_path / "one")
    write_env(tmp_path / "other")
    assert (tmp_path / "one").read_text() != (tmp_path / "other").read_text()


def test_bootstrap_needs_nothing_but_the_standard_library() -> None:
    # -I -S: neither the checkout nor any installed package can be imported.
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import runpy; runpy.run_path({str(BOOTSTRAP)!r})",
    ]
    assert subprocess.run(command).returncode == 0
