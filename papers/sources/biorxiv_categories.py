"""Subjects of bioRxiv and medRxiv as the codes of our tags. Pure."""

import re

_IN_BRACKETS = re.compile(r"\(.*?\)")


def codes(text: str) -> tuple[str, ...]:
    """Return the codes of a subject as a source writes it: none for a blank one, else one.

    “HIV/AIDS”, “hiv aids” and “HIV_AIDS” are one, and so are “Infectious Diseases (except HIV/AIDS)”
    and “infectious diseases”. Other names of a subject are synonyms among the tags.
    """
    code = " ".join(re.findall(r"[a-z0-9]+", _IN_BRACKETS.sub(" ", text.lower())))
    return (code,) if code else ()
