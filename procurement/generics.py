"""Generic classes of Django to inherit from: the type checker gives them an argument, which Django does not take."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.forms.models import BaseInlineFormSet

if TYPE_CHECKING:
    AnyInlineFormSet = BaseInlineFormSet[Any, Any, Any]
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyModelChoiceField = forms.ModelChoiceField[Any]
    AnyModelForm = forms.ModelForm[Any]
    AnyTabularInline = admin.TabularInline[Any, Any]
    AnyUserAdmin = UserAdmin[Any]
else:
    AnyInlineFormSet = BaseInlineFormSet
    AnyModelAdmin = admin.ModelAdmin
    AnyModelChoiceField = forms.ModelChoiceField
    AnyModelForm = forms.ModelForm
    AnyTabularInline = admin.TabularInline
    AnyUserAdmin = UserAdmin
