"""The admin's classes as type checkers know them: generic, which Django's are not when they run."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.core import paginator

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    UserAdmin = auth_admin.UserAdmin
    ModelForm = forms.ModelForm
    BaseInlineFormSet = forms.BaseInlineFormSet
    Paginator = paginator.Paginator
else:

    class TakesTypes:
        def __class_getitem__(cls, _types: object) -> type:
            return cls

    class ModelAdmin(TakesTypes, admin.ModelAdmin):
        pass

    class TabularInline(TakesTypes, admin.TabularInline):
        pass

    class UserAdmin(TakesTypes, auth_admin.UserAdmin):
        pass

    class ModelForm(TakesTypes, forms.ModelForm):
        pass

    class BaseInlineFormSet(TakesTypes, forms.BaseInlineFormSet):
        pass

    class Paginator(TakesTypes, paginator.Paginator):
        pass


__all__ = [
    "BaseInlineFormSet",
    "ModelAdmin",
    "ModelForm",
    "Paginator",
    "TabularInline",
    "UserAdmin",
]
