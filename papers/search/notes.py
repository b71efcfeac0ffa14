"""What a page says of the parts of a query that were not understood, in sentences."""

from django.utils.translation import gettext as _

from papers.models import Tag
from papers.search.conditions import tag_names
from papers.search.language import MAX_LENGTH, MAX_TERMS, Note, Query, Trouble


def notes_for(query: Query) -> list[str]:
    """A sentence for each part of the query that was not understood as it may have been meant.

    Looks its tags up, if it names any.
    """
    notes = list(query.notes)
    if names := sorted(tag_names(query)):
        known = Tag.objects.named(names)
        notes += [Note(Trouble.UNKNOWN_TAG, name) for name in names if name not in known]
    return [_sentence(note) for note in notes]


def _sentence(note: Note) -> str:
    sentences = {
        Trouble.NOT_A_DATE: _(
            "“%(text)s” names no date. Write a year, a month or a day, such as 2024, 2024-03 or "
            "2024-03-09. Its word was searched for instead."
        ),
        Trouble.NOTHING_AFTER_FIELD: _("Nothing follows “%(text)s”, so it was left out."),
        Trouble.UNKNOWN_HAS: _(
            "“%(text)s” is not known here, only has:code is. Its word was searched for instead."
        ),
        Trouble.LONE_OR: _(
            "OR stands between two words, and one of them is missing. It was searched for itself."
        ),
        Trouble.TOO_LONG: _("Only the first %(characters)d characters were searched for."),
        Trouble.TOO_MANY_TERMS: _("Only the first %(terms)d words were searched for."),
        Trouble.UNKNOWN_TAG: _("There is no tag “%(text)s”. It was searched for as words instead."),
        Trouble.LONE_YEAR: _(
            "“%(text)s” was searched for as a word. To find the papers of that year, write "
            "after:%(text)s before:%(following)d."
        ),
    }
    following = int(note.text) + 1 if note.trouble is Trouble.LONE_YEAR else 0
    values = {
        "following": following,
        "text": note.text,
        "characters": MAX_LENGTH,
        "terms": MAX_TERMS,
    }
    return sentences[note.trouble] % values
