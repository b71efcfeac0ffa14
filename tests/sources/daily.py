"""Hugging Face days as a test needs them: entries, lists of them, files."""

import gzip
import json
from pathlib import Path
from typing import Any


def entry(arxiv_id: str = "2603.00011", **paper: Any) -> dict[str, Any]:
    """An entry of the daily list, with these keys of its inner object set or, by None, left out."""
    inner: dict[str, Any] = {
        "id": arxiv_id,
        "authors": [{"name": "Ada Lovelace", "hidden": False}],
        "publishedAt": "2026-02-27T17:50:01.000Z",
        "title": f"On the matter of {arxiv_id}",
        "summary": "We say little, and prove it.",
        "upvotes": 3,
        **paper,
    }
    inner = {name: value for name, value in inner.items() if value is not None}
    return {"paper": inner, "title": inner.get("title"), "numComments": 0}


def entries(count: int, month: str = "2603") -> list[dict[str, Any]]:
    """So many entries, each of a paper of its own."""
    return [entry(f"{month}.{number:05d}") for number in range(1, count + 1)]


def write_day(folder: Path, day: str, content: Any, *, packed: bool = False) -> Path:
    """A file as it is downloaded for `day`; `content` is anything that JSON can say."""
    path = folder / f"daily_papers_{day}.json{'.gz' if packed else ''}"
    body = json.dumps(content).encode()
    path.write_bytes(gzip.compress(body) if packed else body)
    return path
