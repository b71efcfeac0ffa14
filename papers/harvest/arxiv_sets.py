"""arXiv's archives and categories, and the sets by which OAI-PMH knows them."""

from django.conf import settings

# The archives of the group physics; every other archive is a group of its own.
_PHYSICS = frozenset(
    """
    astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics
    quant-ph
    """.split()
)
ARCHIVES = tuple(sorted({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat", *_PHYSICS}))


def wanted() -> tuple[str, ...]:
    """Return the archives and categories that the site reads; all archives unless it says so."""
    return tuple(dict.fromkeys(settings.ARXIV_CATEGORIES)) or ARCHIVES


def wanted_sets() -> tuple[str, ...]:
    """Return the sets to ask for; one that is "" means everything."""
    return tuple(set_of(code) for code in dict.fromkeys(settings.ARXIV_CATEGORIES)) or ("",)


def set_of(code: str) -> str:
    """Return the set of an archive or category: "cs:cs:LG" of "cs.LG", "physics:hep-th", "cs"."""
    archive, _dot, subject = code.partition(".")
    if archive in _PHYSICS:
        parts = ["physics", archive]
    elif subject:
        parts = [archive, archive]
    else:
        parts = [archive]
    return ":".join([*parts, subject] if subject else parts)
