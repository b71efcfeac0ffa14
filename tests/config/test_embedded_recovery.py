"""The development servers after something went wrong."""

import os
import socket

import pytest
import redis

from config.embedded import joined, urls
from config.embedded.places import Places
from tests.config.checkouts import (
    addresses_of,
    kill,
    kill_everything_in,
    leave,
    servers_live,
    start_member,
    temporary_checkout,
)

pytestmark = pytest.mark.long


def test_a_pid_file_that_names_a_living_process_is_no_obstacle() -> None:
    with temporary_checkout() as checkout, temporary_checkout() as other:
        member = start_member(checkout)
        addresses_of(member)
        kill(member)
        kill_everything_in(checkout)
        # As if the number had meanwhile been given to another process of the same account.
        with joined(other):
            alive, *_ = (Places.of(other).postgres / "postmaster.pid").read_text().splitlines()
            places = Places.of(checkout)
            for file in (
                places.postgres / "postmaster.pid",
                places.socket_folder / ".s.PGSQL.5432.lock",
            ):
                file.write_text("\n".join([alive, *file.read_text().splitlines()[1:], ""]))
            with joined(checkout):
                assert servers_live(checkout)


def test_an_empty_pid_file_is_no_obstacle() -> None:
    with temporary_checkout() as checkout:
        with joined(checkout):
            pass
        file = Places.of(checkout).postgres / "postmaster.pid"
        file.touch(0o600)
        with joined(checkout):
            assert servers_live(checkout)


def test_an_interrupted_initdb_is_begun_again() -> None:
    with temporary_checkout() as checkout:
        places = Places.of(checkout)
        places.make_folders()
        half_made = places.home / "postgres.new"
        places.make_private(half_made)
        (half_made / "PG_VERSION").write_text("18\n")
        with joined(checkout):
            assert servers_live(checkout)


def test_valkey_moves_when_another_program_has_taken_its_port() -> None:
    with temporary_checkout() as checkout:
        before = urls(checkout)
        with socket.create_server(("127.0.0.1", int(before.redis_url.rpartition(":")[2]))):
            with joined(checkout) as addresses:
                assert addresses.redis_url != before.redis_url
                assert urls(checkout) == addresses
                with redis.Redis.from_url(addresses.redis_url) as client:
                    assert client.ping()
            assert urls(checkout) == addresses


def test_valkey_starts_empty_when_it_cannot_read_its_log() -> None:
    with temporary_checkout() as checkout:
        with joined(checkout) as addresses, redis.Redis.from_url(addresses.redis_url) as client:
            client.set("kept", "1")
        (log,) = (Places.of(checkout).valkey / "appendonlydir").glob("*.incr.aof")
        log.write_bytes(b"no log at all\r\n" + log.read_bytes())
        with joined(checkout) as addresses, redis.Redis.from_url(addresses.redis_url) as client:
            assert client.get("kept") is None


def test_a_server_that_was_killed_is_started_by_the_next_to_join() -> None:
    with temporary_checkout() as checkout:
        member = start_member(checkout)
        _, redis_url = addresses_of(member)
        with redis.Redis.from_url(redis_url) as client:
            pid = client.info("server")["process_id"]
        os.kill(pid, 9)
        with joined(checkout), redis.Redis.from_url(redis_url) as client:
            assert client.ping()
        leave(member)
        assert not servers_live(checkout)
