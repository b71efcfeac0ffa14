"""Tokens of secret links."""

import re

from pytest_django import Settings

from papers.secret_links import TOKEN_PATTERN, digest_of, new_link, shown_token, token_for


def test_a_token_has_128_bits_in_22_characters() -> None:
    token = token_for(1, new_link(1).nonce)
    assert re.fullmatch(TOKEN_PATTERN, token)
    assert len(token) == 22


def test_the_owner_can_be_shown_the_token_again() -> None:
    link = new_link(7)
    token = shown_token(7, link.nonce, link.digest)
    assert token == token_for(7, link.nonce)
    assert digest_of(token) == link.digest


def test_each_link_has_another_token() -> None:
    assert len({token_for(7, new_link(7).nonce) for _number in range(50)}) == 50


def test_lists_with_one_nonce_have_different_tokens() -> None:
    assert token_for(1, "same") != token_for(2, "same")


def test_what_the_database_holds_opens_nothing_without_the_secret_key(settings: Settings) -> None:
    link = new_link(7)
    settings.SECRET_KEY = "another site's"
    assert shown_token(7, link.nonce, link.digest) is None
