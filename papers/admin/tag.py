"""Tags. Their addresses are public, so scheme, code and slug stay as they were made."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin_base import LongTableAdmin
from config.admin_generics import ModelForm
from papers.admin.base import SeenByModerators
from papers.models import Paper, PaperTag, Tag

# As deep as arXiv's own tree; the tag page collects no more levels.
MAX_DEPTH = 4


class TagForm(ModelForm[Tag]):
    def clean_parent(self) -> Tag | None:
        """Keep the tree a tree, and no deeper than its readers expect."""
        parent: Tag | None = self.cleaned_data["parent"]
        depth, above = _height(self.instance), parent
        while above is not None:
            depth += 1
            if above.pk == self.instance.pk:
                raise ValidationError(_("A tag cannot stand below itself."))
            if depth > MAX_DEPTH:
                raise ValidationError(
                    _("The tree has at most %(depth)d levels.") % {"depth": MAX_DEPTH}
                )
            above = above.parent
        return parent

    def clean_synonym_of(self) -> Tag | None:
        """Let a synonym lead to a tag in use, and have no papers that nobody would find."""
        target: Tag | None = self.cleaned_data["synonym_of"]
        if target is None:
            return None
        if target.pk == self.instance.pk:
            raise ValidationError(_("A tag cannot be its own synonym."))
        if target.synonym_of_id is not None:
            raise ValidationError(_("That tag is a synonym itself. Choose the one it stands for."))
        if self.instance.pk and is_in_use(self.instance):
            raise ValidationError(
                _("Papers, other tags or synonyms still refer to this tag. Move them first.")
            )
        return target


@admin.register(Tag)
class TagAdmin(SeenByModerators, LongTableAdmin[Tag]):
    form = TagForm
    list_display = ("code", "name", "scheme", "parent", "synonym_of")
    list_select_related = ("parent", "synonym_of")
    list_filter = ("scheme", ("synonym_of", admin.EmptyFieldListFilter))
    search_fields = ("code__istartswith", "slug__startswith", "name__icontains")
    search_help_text = gettext_lazy("The code, or a part of the name.")
    ordering = ("code",)
    autocomplete_fields = ("parent", "synonym_of")
    fields = ("scheme", "code", "slug", "name", "parent", "synonym_of")

    def get_readonly_fields(self, request: HttpRequest, obj: Tag | None = None) -> tuple[str, ...]:
        return ("scheme", "code", "slug") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        """One unused tag at a time: with a tag in use every paper would lose it."""
        if obj is None or is_in_use(obj):
            return False
        return super().has_delete_permission(request, obj)


def is_in_use(tag: Tag) -> bool:
    """Whether papers carry the tag or other tags refer to it."""
    return (
        PaperTag.objects.filter(tag=tag).exists()
        or Paper.objects.filter(primary_tag=tag).exists()
        or Tag.objects.filter(Q(parent=tag) | Q(synonym_of=tag)).exists()
    )


def _height(tag: Tag) -> int:
    """Levels of the tree from the tag down, itself included."""
    level, height = [tag.pk], 0
    while level:
        level = list(Tag.objects.filter(parent__in=level).values_list("pk", flat=True))
        height += 1
    return height
