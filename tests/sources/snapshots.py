"""Lines of arXiv's snapshot as a test needs them; papers and people are made up."""

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
}


def paper(arxiv_id: str = "2603.00011", **fields: Any) -> dict[str, Any]:
    """An object of the snapshot; `journal_ref` stands for the field with a hyphen."""
    made: dict[str, Any] = {
        "id": arxiv_id,
        "submitter": "Ada Weaver",
        "authors": "Ada Weaver and Ben Carder",
        "title": f"On the matter of {arxiv_id}",
        "comments": "12 pages",
        "journal-ref": None,
        "doi": None,
        "report-no": None,
        "categories": "cs.LG stat.ML",
        "license": None,
        "abstract": "  We say little, and prove\nit.\n",
        "versions": [
            {"version": "v1", "created": "Mon, 2 Mar 2026 19:18:42 GMT"},
            {"version": "v2", "created": "Tue, 24 Mar 2026 20:10:27 GMT"},
        ],
        "update_date": "2026-03-25",
        "authors_parsed": [["Weaver", "Ada", ""], ["Carder", "Ben", ""]],
    }
    for name, value in fields.items():
        made[name.replace("journal_ref", "journal-ref")] = value
    return made


def papers(count: int, month: str = "2603") -> list[dict[str, Any]]:
    """So many objects, each of a paper of its own."""
    return [paper(f"{month}.{number:05d}") for number in range(1, count + 1)]


def write_snapshot(folder: Path, lines: list[Any], packing: str = "") -> Path:
    """A file of one JSON value a line; bytes are written as they are."""
    path = folder / f"snapshot.json{packing}"
    content = b"".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines
    )
    path.write_bytes(PACKERS[packing](content))
    return path
