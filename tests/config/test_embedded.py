"""The development servers as their users see them: joined, shared, left."""

import stat

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded import EmbeddedError, joined, urls
from config.embedded.places import Places
from tests.config.checkouts import (
    addresses_of,
    kill,
    kill_everything_in,
    leave,
    processes_in,
    servers_live,
    start_member,
    temporary_checkout,
)


def test_addresses_are_known_before_anything_runs_and_stay_the_same() -> None:
    with temporary_checkout() as checkout:
        first = urls(checkout)
        assert first == urls(checkout)
        assert first.database_url.startswith("postgresql://offprint@/offprint?host=/")
        assert first.redis_url.startswith("redis://:")
        assert not processes_in(checkout)
        assert stat.S_IMODE((checkout / ".data" / "valkey.json").stat().st_mode) == 0o600


def test_servers_run_for_the_length_of_the_block() -> None:
    with temporary_checkout() as checkout:
        with joined(checkout) as addresses:
            assert addresses == urls(checkout)
            with psycopg.connect(addresses.database_url, autocommit=True) as connection:
                # A test run makes databases of its own.
                connection.execute("CREATE DATABASE another")
                tcp = connection.execute("SHOW listen_addresses").fetchone()
                assert tcp == ("",)
                assert connection.execute("SHOW fsync").fetchone() == ("on",)
            once = Retry(NoBackoff(), 0)
            with redis.Redis.from_url(addresses.redis_url, retry=once) as client:
                assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
                assert client.config_get("appendonly") == {"appendonly": "yes"}
                assert client.config_get("bind") == {"bind": "127.0.0.1"}
                # Another user of the machine can reach the port, and has no password.
                with pytest.raises(redis.AuthenticationError):
                    client.execute_command("AUTH", "guessed")
            places = Places.of(checkout)
            for folder in (places.postgres, places.valkey, places.socket_folder):
                assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert not servers_live(checkout)
        assert not processes_in(checkout)


def test_the_last_user_out_stops_the_servers() -> None:
    with temporary_checkout() as checkout:
        member = start_member(checkout)
        database_url, _ = addresses_of(member)
        with joined(checkout):
            pass
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        leave(member)
        assert not servers_live(checkout)


def test_a_long_path_with_spaces_and_quotes_is_no_obstacle() -> None:
    name = 'Ada\'s "own" check out, ' + "ü" * 60
    with temporary_checkout(name) as checkout, joined(checkout) as addresses:
        with psycopg.connect(addresses.database_url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("offprint",)
        assert len(str(Places.of(checkout).socket_folder / ".s.PGSQL.5432")) < 100
    assert not Places.of(checkout).socket_folder.exists()


def test_a_cluster_of_another_version_is_named_and_left_alone() -> None:
    with temporary_checkout() as checkout:
        places = Places.of(checkout)
        places.make_folders()
        places.make_private(places.postgres)
        (places.postgres / "PG_VERSION").write_text("14\n")
        advice = "made by PostgreSQL 14.*Remove that folder"
        with pytest.raises(EmbeddedError, match=advice), joined(checkout):
            pass
        assert (places.postgres / "PG_VERSION").read_text() == "14\n"


@pytest.mark.long
def test_several_processes_may_start_the_servers_at_once() -> None:
    with temporary_checkout() as checkout:
        members = [start_member(checkout) for _ in range(6)]
        assert len({addresses_of(member) for member in members}) == 1
        for member in members:
            leave(member)
        assert not servers_live(checkout)


@pytest.mark.long
def test_users_that_come_and_go_never_meet_a_stopped_server() -> None:
    with temporary_checkout() as checkout:
        for _ in range(10):
            members = [start_member(checkout) for _ in range(3)]
            for member in members:
                database_url, redis_url = addresses_of(member)
                with psycopg.connect(database_url) as connection:
                    connection.execute("SELECT 1")
                with redis.Redis.from_url(redis_url) as client:
                    client.ping()
                leave(member)
        assert not servers_live(checkout)


@pytest.mark.long
def test_data_survives_the_killing_of_everything() -> None:
    with temporary_checkout() as checkout:
        for count in range(3):
            member = start_member(checkout)
            database_url, redis_url = addresses_of(member)
            with psycopg.connect(database_url) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
                connection.execute("INSERT INTO kept VALUES (1)")
            with redis.Redis.from_url(redis_url) as client:
                client.incr("kept")
                client.execute_command("WAITAOF", 1, 0, 5000)  # until it is on disk
            kill(member)
            kill_everything_in(checkout)
            with joined(checkout) as addresses:
                with psycopg.connect(addresses.database_url) as connection:
                    kept = connection.execute("SELECT count(*) FROM kept").fetchone()
                    assert kept == (count + 1,)
                with redis.Redis.from_url(addresses.redis_url) as client:
                    assert client.get("kept") == str(count + 1).encode()


@pytest.mark.long
def test_a_killed_user_keeps_nobody_from_stopping_the_servers() -> None:
    with temporary_checkout() as checkout:
        member = start_member(checkout)
        addresses_of(member)
        kill(member)
        assert servers_live(checkout)
        with joined(checkout):
            pass
        assert not servers_live(checkout)
