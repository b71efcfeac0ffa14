"""No relation to a paper is forgotten by a merge."""

from django.apps import apps

from papers.merging.relations import RELATIONS, Fate
from papers.models import Paper, PaperTag


def test_every_relation_to_a_paper_says_what_becomes_of_it() -> None:
    """A new one goes into papers/merging/relations.py: does it move with its paper, or stay?"""
    found = {
        (field.model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.concrete and not field.many_to_many and field.related_model is Paper
    }
    declared = [(relation.model, relation.column) for relation in RELATIONS]
    assert set(declared) == found
    assert len(declared) == len(set(declared))


def test_a_many_to_many_field_is_its_table_of_pairs() -> None:
    """What joins papers to something is a model of its own, or was made; both are walked above."""
    through = {
        field.remote_field.through
        for model in apps.get_models()
        for field in model._meta.local_many_to_many
        if Paper in (model, field.related_model)
    }
    assert through == {PaperTag}


def test_what_may_collide_names_the_partner_of_its_unique_pair() -> None:
    for relation in RELATIONS:
        if relation.fate is not Fate.WHERE_FREE:
            continue
        unique = [
            set(constraint.fields)
            for constraint in relation.model._meta.constraints
            if hasattr(constraint, "fields") and not getattr(constraint, "condition", None)
        ]
        assert {relation.column, relation.partner} in unique, relation.name
        assert relation.why, relation.name
