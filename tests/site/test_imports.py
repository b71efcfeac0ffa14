"""A room knows its neighbours below it and nothing above it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What a room may not import, by the beginning of the module's name.
WEB = (
    "papers.views",
    "papers.access",
    "papers.viewer",
    "papers.forms",
    "papers.admin",
    "papers.middleware",
    "papers.context_processors",
    "papers.urls",
    "django.http",
    "django.shortcuts",
)
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "accounts": ("papers",),
    "papers/identifiers": ("django", "accounts", "config", "papers.models", "papers.querysets"),
    "papers/mathtext": ("django", "accounts", "config", "papers.models", "papers.querysets"),
    "papers/exports": ("django", "accounts", "config", "papers.models", "papers.querysets"),
    "papers/exporting.py": ("papers.services", "papers.tasks", *WEB),
    "papers/why_not.py": ("papers.models", "papers.services", "papers.tasks", *WEB),
    "papers/ranking/heat.py": ("django", "papers.models", "accounts", "config"),
    "papers/charts.py": ("papers", "accounts", "config", "django.db", "django.conf"),
    "papers/periods.py": ("django", "papers", "accounts", "config"),
    "papers/search/language.py": ("django", "papers", "accounts", "config"),
    "papers/search/marks.py": ("django", "papers", "accounts", "config"),
    "papers/search/vector.py": ("papers", "accounts", "config"),
    "papers/search/conditions.py": ("papers.models", "papers.querysets", *WEB),
    "papers/search": ("papers.services", "papers.sources", "papers.tasks", *WEB),
    "papers/querysets": ("papers.models", "papers.services", "papers.ranking", *WEB),
    "papers/models": ("papers.services", "papers.ranking", "papers.sources", "papers.tasks", *WEB),
    "papers/merging": ("papers.services", "papers.sources", "papers.tasks", *WEB),
    "papers/ranking": ("papers.services", "papers.sources", "papers.tasks", *WEB),
    "papers/rings/lockstep.py": ("django", "papers", "accounts", "config"),
    "papers/rings/newcomers.py": ("django", "papers", "accounts", "config"),
    "papers/rings": ("papers.services", "papers.ranking", "papers.sources", "papers.tasks", *WEB),
    "papers/sources": ("papers.services", "papers.harvest", "papers.tasks", *WEB),
    "papers/harvest": ("papers.services", "papers.tasks", *WEB),
    "papers/tasks.py": ("papers.services", *WEB),
    "papers/services": ("papers.tasks", *WEB),
    "papers/access.py": ("papers.views", "papers.services", "papers.tasks"),
    "papers/viewer.py": ("papers.views", "papers.services", "papers.tasks"),
    "papers/period_strip.py": ("papers.services", "papers.tasks", *WEB),
    "papers/corrections.py": ("papers.services", "papers.tasks", *WEB),
    "papers/badges.py": ("django", "papers", "accounts", "config"),
    "papers/history.py": ("papers.services", "papers.tasks", *WEB),
    "papers/winners.py": ("papers.services", "papers.tasks", *WEB),
    "papers/listing_pages.py": ("papers.services", "papers.tasks", *WEB),
    "papers/library": ("papers.views", "papers.tasks", "papers.admin"),
    "papers/filters.py": ("papers.views", "papers.services", "papers.tasks"),
    "papers/about_ranking.py": ("papers.services", "papers.tasks", *WEB),
    "papers/authors.py": ("papers.services", "papers.tasks", *WEB),
    "papers/sorting.py": ("papers.services", "papers.tasks", *WEB),
    "papers/tag_counts.py": ("papers.services", "papers.tasks", *WEB),
    "papers/tag_tree.py": ("papers.services", "papers.tasks", *WEB),
    "papers/time_limit.py": ("papers", "accounts"),
    "papers/views": ("papers.tasks", "papers.admin"),
    "config/embedded": ("papers", "accounts"),
}

# The process runner migrates, builds the demo community and prints its log-ins: it stands above
# all rooms.
NOT_OF_THE_ROOM = {ROOT / "config/embedded/runner.py", ROOT / "config/embedded/prepare.py"}


def imports_of(path: Path) -> Iterator[str]:
    """The modules that a file imports, also inside functions; not those for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files_of(room: str) -> list[Path]:
    path = ROOT / room
    return [path] if path.is_file() else sorted(set(path.rglob("*.py")) - NOT_OF_THE_ROOM)


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_nothing_from_above_it(room: str) -> None:
    files = files_of(room)
    assert files, f"{room} has no files: is the room's name still right?"
    broken = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in imports_of(file)
        for above in FORBIDDEN[room]
        if module == above or module.startswith(f"{above}.")
    ]
    assert broken == []
