"""Secret links of unlisted lists: who has one may read, and a copy of the database opens nothing.

A link's token is made of the site's secret key, the list's id and a nonce that is stored with the
list, so its owner can be shown it again. Lists are found by the token's SHA-256: how long a look-up
takes says nothing about how much of a guess was right.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

TOKEN_BYTES = 16
# In an address: base64url without padding.
TOKEN_PATTERN = r"[A-Za-z0-9_-]{22}"  # noqa: S105  # the shape of one


@dataclass(frozen=True)
class SecretLink:
    """What a list keeps of its link."""

    nonce: str
    digest: str


def new_link(list_id: int) -> SecretLink:
    """A link that nobody has yet; storing it revokes the one before."""
    nonce = secrets.token_hex(TOKEN_BYTES)
    return SecretLink(nonce, digest_of(token_for(list_id, nonce)))


def token_for(list_id: int, nonce: str) -> str:
    """The token of 22 characters, 128 bits, that the link of a list with this nonce ends in."""
    mac = salted_hmac("papers.secret_links", f"{list_id}:{nonce}", algorithm="sha256").digest()
    return urlsafe_b64encode(mac[:TOKEN_BYTES]).rstrip(b"=").decode()


def digest_of(token: str) -> str:
    """By which the list of a token is found: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def shown_token(list_id: int, nonce: str, digest: str | None) -> str | None:
    """The token to show to the list's owner.

    None when the site's secret key has changed since: the link works on, but cannot be made again.
    """
    token = token_for(list_id, nonce)
    return token if digest_of(token) == digest else None
