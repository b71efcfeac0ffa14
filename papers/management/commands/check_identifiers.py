"""`manage.py check_identifiers PATH…`: whether every id in files has an address that leads back."""

import sys
from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.core.management.base import BaseCommand, CommandParser
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext as _

from papers.exports import FORMATS
from papers.identifiers import Identifier, key_has_safe_url, parse_identifier
from papers.sources.cleaning import shown
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceFile, find_files
from papers.sources.record import Parsed

STATUS_FAILED = 1


class Command(BaseCommand):
    help = (
        "Take every id of a paper in the files, make its key and its address, resolve the address "
        "and read the key from it again. Nothing is imported. The exit status is 1 when one does "
        "not come back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=_existing_path, metavar="PATH")

    def handle(self, *args: Any, **options: Any) -> None:
        files, seen, failures = Counter[str](), set[Identifier](), 0
        for path in options["paths"]:
            for file in find_files(path, self._unreadable):
                for identifier in self._identifiers(file, files):
                    if identifier in seen:
                        continue
                    seen.add(identifier)
                    if reason := why_lost(identifier):
                        failures += 1
                        self.stderr.write(f"{shown(identifier.key, 300)}: {reason}")
        kinds = Counter(identifier.kind for identifier in seen)
        unsafe = sum(not key_has_safe_url(identifier.key) for identifier in seen)
        self.stdout.write(
            _("%(read)d files were read, %(refused)d not.")
            % {"read": files["read"], "refused": files["refused"]}
        )
        self.stdout.write(
            _("%(number)d DOIs have no address of their own; their papers get one with op:.")
            % {"number": unsafe}
        )
        self.stdout.write(
            f"arxiv={kinds['arxiv']} doi={kinds['doi']} op={kinds['op']} failures={failures}"
        )
        if failures:
            sys.exit(STATUS_FAILED)

    def _identifiers(self, path: Path, files: Counter[str]) -> Iterator[Identifier]:
        """Yield the ids of a file's records, those that are made for want of another included."""
        file = SourceFile(path)
        try:
            for entry in find_format(file).parse(file):
                if not isinstance(entry, Parsed):
                    continue
                for kind, value in entry.record.identifiers:
                    # What a record holds was checked; as a key it is read once more.
                    found = parse_identifier(value if kind == "arxiv" else f"{kind}:{value}")
                    yield found or Identifier(kind, value)  # type: ignore[arg-type]
                if entry.record.needs_offprint_key:
                    yield Identifier("op", entry.record.offprint_key().removeprefix("op:"))
        except FileRefused as refusal:
            files["refused"] += 1
            self._unreadable(path, refusal.reason)
        else:
            files["read"] += 1

    def _unreadable(self, path: Path, reason: str) -> None:
        self.stderr.write(
            _("%(file)s is passed over: %(reason)s") % {"file": shown(path, 300), "reason": reason}
        )


def why_lost(identifier: Identifier) -> str:
    """Say at which step an id does not come back from its address; "" if it does at each."""
    key = identifier.key
    if parse_identifier(key) != identifier:
        return _("the key is not read as the id that it was made of.")
    if not key_has_safe_url(key):
        return ""
    page = reverse("papers:paper", kwargs={"key": key})
    if parse_identifier(f"https://offprint.example{page}") != identifier:
        return _("its pasted address is not read as the id.")
    addresses = {page: "paper"} | {
        f"{page.removesuffix('/')}.{each.suffix}": f"paper_{each.suffix.replace('.', '_')}"
        for each in FORMATS
    }
    for address, name in addresses.items():
        match = _match(address)
        if match is None or match.view_name != f"papers:{name}" or match.kwargs["key"] != key:
            return _("%(address)s leads elsewhere.") % {"address": shown(address, 300)}
    return ""


def _match(address: str) -> ResolverMatch | None:
    try:
        return resolve(unquote(address))
    except Resolver404:
        return None


def _existing_path(text: str) -> Path:
    path = Path(text)
    if not text or not path.exists():
        raise ArgumentTypeError(f"there is no {text or 'path without a name'}")
    return path
