"""From which network an upvote came, told without keeping an address.

What is kept is an HMAC of the network by a key that is drawn each day and deleted after seven: it
tells whether two upvotes of one day came from one network, and nothing else. Without the key nobody
can try addresses out.
"""

import base64
import hashlib
import hmac
import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from itertools import chain

from papers.models import NetworkSecret, VoteOrigin

KEPT = timedelta(days=7)
# What one customer of a provider has: the first bits of an address.
IPV4_BITS, IPV6_BITS = 24, 48
# So many accounts of one network upvoted one paper on one day, …
ACCOUNTS = 6
# … and were this share of all who did, …
SHARE_OF_PAPER = 0.5
# … and this share of those who upvoted anything from there, as a campus has many readers.
SHARE_OF_NETWORK = 0.5


@dataclass(frozen=True, slots=True)
class Nest:
    """Accounts that upvoted papers from one network on one day.

    `papers` has each with the number of these accounts and of all others who upvoted it that day.
    """

    members: frozenset[int]
    day: date
    papers: tuple[tuple[int, int, int], ...]


def network_of(address: str) -> str:
    """Return the network of an internet address: "192.0.2.0/24", "2001:db8:1::/48".

    An IPv4 address in IPv6's clothes is that IPv4 address. Empty for what is no address.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = IPV6_BITS if isinstance(parsed, IPv6Address) else IPV4_BITS
    return str(ip_network((parsed, bits), strict=False))


def digest_of(address: str, now: datetime, key: bytes | None = None) -> tuple[date, str]:
    """Return the UTC day and the digest by which an address is kept; "" for what is no address.

    `key` is that of the day, where it is known already.
    """
    day = now.astimezone(UTC).date()
    network = network_of(address)
    if not network:
        return day, ""
    digest = hmac.digest(key or secret_of(day), network.encode(), hashlib.sha256)
    return day, base64.urlsafe_b64encode(digest).decode().rstrip("=")


def secret_of(day: date) -> bytes:
    """Return the key of a day, drawn when it is first needed."""
    known = NetworkSecret.objects.filter(day=day)
    secret = known.values_list("secret", flat=True).first()
    if secret is None:
        # Of two who draw one at once, both get the one that was stored.
        fresh = NetworkSecret(day=day, secret=secrets.token_bytes(32))
        NetworkSecret.objects.bulk_create([fresh], ignore_conflicts=True)
        secret = known.values_list("secret", flat=True).get()
    return bytes(secret)


def forget(now: datetime) -> None:
    """Delete the origins of upvotes and the keys that are older than seven days."""
    last = (now - KEPT).astimezone(UTC).date()
    VoteOrigin.objects.filter(day__lte=last).delete()
    NetworkSecret.objects.filter(day__lte=last).delete()


def find_nests(
    origins: Iterable[tuple[date, str, int, int]], upvotes: dict[tuple[date, int], int]
) -> list[Nest]:
    """Return the networks from which papers were upvoted as if by one person.

    `origins` are upvotes: day, network, member, paper. `upvotes` says how many upvoted a paper on a
    day, from anywhere.
    """
    voters: dict[tuple[date, str], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for day, network, member, paper in origins:
        voters[day, network][paper].add(member)
    nests = []
    for (day, _network), papers in sorted(voters.items()):
        everybody = len(set(chain.from_iterable(papers.values())))
        suspected = {
            paper: members
            for paper, members in papers.items()
            if _is_nest(members, upvotes.get((day, paper), 0), everybody)
        }
        if suspected:
            # Only the accounts that were at it: others may share the network by chance.
            nests.append(_nest(day, suspected, upvotes))
    return nests


def _is_nest(members: Collection[int], upvotes: int, everybody: int) -> bool:
    return (
        len(members) >= ACCOUNTS
        and len(members) >= SHARE_OF_PAPER * upvotes
        and len(members) >= SHARE_OF_NETWORK * everybody
    )


def _nest(day: date, papers: dict[int, set[int]], upvotes: dict[tuple[date, int], int]) -> Nest:
    counts = Counter({paper: len(members) for paper, members in papers.items()})
    return Nest(
        members=frozenset(chain.from_iterable(papers.values())),
        day=day,
        papers=tuple(
            (paper, count, max(0, upvotes.get((day, paper), 0) - count))
            for paper, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ),
    )
