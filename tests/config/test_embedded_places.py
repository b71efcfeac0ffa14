"""Where the servers' files lie, and who may enter there."""

import os
import stat
import sys
from pathlib import Path

import pytest

from config.embedded import EmbeddedError, joined
from config.embedded.places import Account, Places, may_enter, may_read
from tests.config.checkouts import servers_live, temporary_checkout

STRANGER = Account("stranger", uid=54321, gid=54321)


def test_an_account_enters_by_the_modes_of_every_folder_above() -> None:
    with temporary_checkout() as checkout:
        inner = checkout / "inner"
        inner.mkdir(mode=0o700)
        owner = Account("owner", inner.stat().st_uid, inner.stat().st_gid)
        assert may_enter(inner, owner)
        assert not may_enter(inner, STRANGER)
        inner.chmod(0o711)
        assert may_enter(inner, STRANGER)
        checkout.chmod(0o700)
        assert not may_enter(inner, STRANGER)
        checkout.chmod(0o710)
        assert may_enter(inner, Account("member", STRANGER.uid, checkout.stat().st_gid))


def test_an_account_reads_a_file_by_its_mode_and_the_folders_above() -> None:
    with temporary_checkout() as checkout:
        file = checkout / "file"
        file.touch()
        file.chmod(0o604)
        assert may_read(file, STRANGER)
        file.chmod(0o600)
        assert not may_read(file, STRANGER)
        file.chmod(0o604)
        checkout.chmod(0o700)
        assert not may_read(file, STRANGER)


def test_the_folders_that_will_be_made_do_not_stand_in_the_way() -> None:
    with temporary_checkout() as checkout:
        assert may_enter(checkout / "not" / "yet", STRANGER)


@pytest.mark.parametrize("name", ["a b", "o'clock", "a,b", "x" * 90, "ü"])
def test_the_socket_folder_is_short_and_plain_whatever_the_checkout_is_called(name: str) -> None:
    with temporary_checkout(name) as checkout:
        folder = str(Places.of(checkout).socket_folder)
        assert folder.isascii()
        assert not set(folder) & set(" ,'\"@")
        assert len(folder) <= 75
        assert folder == str(Places.of(checkout).socket_folder)


def test_two_checkouts_never_share_a_socket_folder() -> None:
    with temporary_checkout("a b") as one, temporary_checkout("a b") as other:
        assert Places.of(one).socket_folder != Places.of(other).socket_folder


def test_a_folder_of_somebody_else_is_refused_for_the_socket() -> None:
    with temporary_checkout() as checkout:
        places = Places.of(checkout)
        places.make_locks()
        folder = places.data / "run"
        folder.mkdir()
        folder.chmod(0o755)
        with pytest.raises(EmbeddedError, match="mode 0700"):
            places.make_folders()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_link_in_place_of_the_socket_folder_is_refused() -> None:
    with temporary_checkout() as checkout:
        places = Places.of(checkout)
        places.make_locks()
        (checkout / "elsewhere").mkdir(mode=0o700)
        (places.data / "run").symlink_to(checkout / "elsewhere")
        with pytest.raises(EmbeddedError, match="must be a folder"):
            places.make_folders()


def test_the_umask_does_not_matter() -> None:
    for umask in (0o000, 0o077):
        before = os.umask(umask)
        try:
            with temporary_checkout() as checkout:
                places = Places.of(checkout)
                places.make_folders()
                assert stat.S_IMODE(places.data.stat().st_mode) in (0o700, 0o710)
                assert stat.S_IMODE(places.valkey.stat().st_mode) == 0o700
                if places.account:
                    assert may_enter(places.valkey, places.account)
        finally:
            os.umask(before)


def test_windows_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(EmbeddedError, match=r"WSL.*DATABASE_URL"):
        Places.of(tmp_path)


@pytest.mark.long
def test_a_private_checkout_of_root_keeps_its_servers_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For an ordinary user, who enters their own folders, a private checkout is like any other."""
    with temporary_checkout() as checkout, temporary_checkout() as system_home:
        checkout.chmod(0o700)
        monkeypatch.setattr("config.embedded.places.SYSTEM_HOME", system_home)
        places = Places.of(checkout)
        with joined(checkout):
            is_root = os.geteuid() == 0
            assert places.home.is_relative_to(system_home if is_root else checkout)
            assert (places.home / "postgres" / "PG_VERSION").exists()
        assert not servers_live(checkout)
        assert stat.S_IMODE(checkout.stat().st_mode) == 0o700
