"""Search by stems, without accents, and weighted; the table of words.

The column `search` is computed anew for every paper: a rewrite of the table, some minutes for each
million papers, in which papers cannot be read.
"""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.contrib.postgres.search import (
    CombinedSearchVector,
    SearchConfig,
    SearchVector,
    SearchVectorField,
)
from django.db import migrations, models

# Snowball's stems without its list of stop words: "Will" is a name, and a phrase may hold "of the".
CONFIGURATIONS = """
create text search dictionary offprint_stems (template = pg_catalog.snowball, language = english);

create text search configuration offprint_english (copy = pg_catalog.english);
alter text search configuration offprint_english
    alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part
    with unaccent, offprint_stems;
alter text search configuration offprint_english
    alter mapping for numword, numhword, hword_numpart with unaccent, simple;

create text search configuration offprint_simple (copy = pg_catalog.simple);
alter text search configuration offprint_simple
    alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part,
                      numword, numhword, hword_numpart
    with unaccent, simple;
"""

UNDO_CONFIGURATIONS = """
drop text search configuration offprint_simple;
drop text search configuration offprint_english;
drop text search dictionary offprint_stems;
"""


def column(name):
    return models.Func(
        name,
        models.Value("-/@<>&+"),
        models.Value("       "),
        function="translate",
        output_field=models.TextField(),
    )


SEARCH = models.GeneratedField(
    db_persist=True,
    expression=CombinedSearchVector(
        CombinedSearchVector(
            SearchVector(column("title_text"), config="offprint_english", weight="A"),
            "||",
            SearchVector(column("abstract_text"), config="offprint_english", weight="C"),
            SearchConfig("offprint_english"),
        ),
        "||",
        models.Func(
            SearchVector(
                models.Func(
                    column("authors_text"),
                    models.Value(","),
                    models.Value(" 0 "),
                    function="replace",
                    output_field=models.TextField(),
                ),
                config="offprint_simple",
                weight="B",
            ),
            models.Value("0"),
            function="ts_delete",
            output_field=SearchVectorField(),
        ),
        None,
    ),
    output_field=SearchVectorField(),
)


def part_of_search(weight):
    return models.Func(
        "search",
        output_field=SearchVectorField(),
        template=f"ts_filter(%(expressions)s, '{{{weight}}}')",
    )


class Migration(migrations.Migration):
    dependencies = [("papers", "0005_library_of_list_entries")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(CONFIGURATIONS, UNDO_CONFIGURATIONS),
        migrations.RemoveIndex(model_name="paper", name="paper_search"),
        migrations.RemoveField(model_name="paper", name="search"),
        migrations.AddField(model_name="paper", name="search", field=SEARCH),
        migrations.AddIndex(
            model_name="paper",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="paper_search"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=django.contrib.postgres.indexes.GinIndex(
                part_of_search("a"), name="paper_search_title"
            ),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=django.contrib.postgres.indexes.GinIndex(
                part_of_search("b"), name="paper_search_authors"
            ),
        ),
        migrations.AddField(
            model_name="libraryentry",
            name="note_search",
            field=models.GeneratedField(
                db_persist=True,
                expression=SearchVector(column("note"), config="offprint_english"),
                output_field=SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="readinglist",
            index=django.contrib.postgres.indexes.GinIndex(
                SearchVector(column("title"), config="offprint_english"),
                condition=models.Q(visibility="public"),
                name="readinglist_title_search",
            ),
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "word",
                    models.CharField(
                        db_collation="C", max_length=40, primary_key=True, serialize=False
                    ),
                ),
                ("stem", models.CharField(max_length=40)),
                (
                    "papers",
                    models.IntegerField(help_text="Papers that have it, at the last count."),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["stem"], name="searchword_stem"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="searchword_similar", opclasses=["gin_trgm_ops"]
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(papers__gte=1), name="searchword_is_of_a_paper"
                    )
                ],
            },
        ),
    ]
