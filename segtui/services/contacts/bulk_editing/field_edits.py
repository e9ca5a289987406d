"""Edits of fields, the same for many contacts: new values as functions of the old ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Row

from segtui.domain.contact import EDITABLE_FIELDS, TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.emails import is_email
from segtui.domain.names import no_such
from segtui.domain.phones import checked_e164, to_e164
from segtui.domain.text import MAX_VALUE_LENGTH, clean, name_key, require_length, without_controls
from segtui.errors import InvalidInput
from segtui.services.contacts import contact_values
from segtui.services.contacts.bulk_editing.edited_columns import EditedColumns
from segtui.services.contacts.bulk_editing.value_packs import Values

TOO_LONG: Final = f"a value would have more than {MAX_VALUE_LENGTH:,} characters"
NO_PHONE_NUMBER: Final = "the phone would not be a valid number"
NO_EMAIL_ADDRESS: Final = "the e-mail would not be a valid address"
_MAX_CACHED: Final = 10_000
"""Combinations of old values whose new values are cached."""

Edit = Callable[[str], str]
"""The new value of a field from its old one; blank values are empty. Raises NotPossible."""


class NotPossible(Exception):
    """A contact cannot be edited; the text is the reason, as part of a sentence."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Every occurrence of `old` in a field becomes `new`; letter case counts."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class FieldEdits:
    """Checked edits of text fields by name, and of custom fields by the `name_key` of their names.

    `spellings` are the names of the custom fields as they were typed. `mark` is the new do-not-call mark.
    """

    texts: Mapping[str, Edit]
    custom: Mapping[str, Edit]
    spellings: Mapping[str, str]
    mark: bool | None = None
    _cache: dict[tuple[str | None, ...], tuple[Values, Values]] = field(default_factory=dict, repr=False)

    @classmethod
    def checked(cls, values: Mapping[str, str], replacements: Sequence[Replacement], region: str) -> "FieldEdits":
        """Return the checked edits. `region` is that of phones without a country code.

        Raises InvalidInput with the field.
        """
        texts: dict[str, Edit] = {}
        custom: dict[str, Edit] = {}
        spellings: dict[str, str] = {}
        mark = None
        requests: list[tuple[str, str | Replacement]] = [*values.items()]
        requests += [(replacement.field, replacement) for replacement in replacements]
        for name, value in requests:
            if name == "do_not_call" and isinstance(value, str):
                if not value.strip():  # such as a variable of a script that is not set
                    raise InvalidInput("do_not_call is yes or no: nothing was given.", name)
                mark = contact_values.is_yes(value)
                continue
            is_custom = name.startswith(CUSTOM)
            if not is_custom and name not in TEXT_FIELDS:
                raise InvalidInput(_refusal(name), name)
            edit = _replacing(value) if isinstance(value, Replacement) else _setting(name, value, region)
            if is_custom:
                spelling = _custom_name(name)
                key = name_key(spelling)
                custom[key] = _combined(custom.get(key), edit, name)
                spellings.setdefault(key, spelling)
            else:
                texts[name] = _combined(texts.get(name), edit, name)
        if not texts and not custom and mark is None:
            raise InvalidInput("Say what to change, such as status=NEW.", "values")
        if mark is not None and "phone" in texts:
            raise InvalidInput(
                "Change the do-not-call mark and phones in two steps: the mark belongs to the number.", "do_not_call"
            )
        return cls(texts, custom, spellings, mark)

    @property
    def columns(self) -> EditedColumns:
        """The columns that the edits read and write."""
        return EditedColumns(tuple(self.texts), bool(self.custom))

    @property
    def names(self) -> str:
        """The fields in words, without the mark, which has an entry of its own in the audit trail."""
        return ", ".join((*self.texts, *(CUSTOM + clean(spelling) for spelling in self.spellings.values())))

    @property
    def field_names(self) -> tuple[str, ...]:
        """The edited fields."""
        marks = () if self.mark is None else ("do_not_call",)
        return (*self.texts, *(CUSTOM + spelling for spelling in self.spellings.values()), *marks)

    def field_of(self, name: str) -> str:
        """Return the edited field that a field of a contact is: a custom field may be spelled differently there."""
        return CUSTOM + self.spellings[name_key(name.removeprefix(CUSTOM))] if name.startswith(CUSTOM) else name

    @cached_property
    def constants(self) -> Mapping[str, str]:
        """The text fields that get one value for all contacts, with the value."""
        return {name: edit.value for name, edit in self.texts.items() if isinstance(edit, _Setting)}

    def values(self, row: Row[*tuple[Any, ...]]) -> tuple[Values, Values]:
        """Return the changing values of a contact, old and new, by field. Raises NotPossible.

        `row` has the edited columns.
        """
        old = tuple(getattr(row, name) for name in self.columns.edited)
        cached = self._cache.get(old)
        if cached is None:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            cached = self._cache[old] = self._computed(row)
        return cached

    def is_possible(self, row: Row[*tuple[Any, ...]]) -> bool:
        """Return True where `values` returns the values of a contact, False where it raises NotPossible."""
        try:
            self.values(row)
        except NotPossible:
            return False
        return True

    def _computed(self, row: Row[*tuple[Any, ...]]) -> tuple[Values, Values]:
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        for name, edit in self.texts.items():
            old = getattr(row, name) or ""
            before[name], after[name] = old, edit(old)
        if self.custom:
            self._edit_custom(row, before, after)
        for name in [name for name in after if after[name] == before[name]]:
            del before[name], after[name]
        return before, after

    def _edit_custom(self, row: Row[*tuple[Any, ...]], before: dict[str, str], after: dict[str, str]) -> None:
        # A contact keeps its own spelling of a name; of several, the first counts, as in criteria.
        present: dict[str, list[str]] = {}
        custom = contact_values.custom_fields_of(row.custom_fields)
        for name in sorted(custom):
            present.setdefault(name_key(name), []).append(name)
        for key, edit in self.custom.items():
            names = present.get(key, [self.spellings[key]])
            value = edit(custom.get(names[0], ""))
            for name in names if not value else names[:1]:
                before[CUSTOM + name], after[CUSTOM + name] = custom.get(name, ""), value


@dataclass(frozen=True, slots=True)
class _Setting:
    """The edit that gives a field one value."""

    value: str

    def __call__(self, _: str) -> str:
        """Return the value."""
        return self.value


def _setting(name: str, value: str, region: str) -> _Setting:
    require_length(value, "A value", name)
    value = without_controls(value).strip()
    if value and name == "phone":
        value = checked_e164(value, region)
    elif value and name == "email" and not is_email(value):
        raise InvalidInput(f"“{clean(value)}” is not a valid e-mail address.", name)
    return _Setting(value)


def _replacing(replacement: Replacement) -> Edit:
    name = replacement.field
    if not replacement.old:
        raise InvalidInput("Say which part of the value is replaced.", name)
    require_length(replacement.new, "A value", name)

    def replaced(old: str) -> str:
        if replacement.old not in old:
            return old
        new = without_controls(old.replace(replacement.old, replacement.new)).strip()
        if len(new) > MAX_VALUE_LENGTH:
            raise NotPossible(TOO_LONG)
        if new and name == "email" and not is_email(new):
            raise NotPossible(NO_EMAIL_ADDRESS)
        if new and name == "phone" and to_e164(new) != new:  # digits are never guessed
            raise NotPossible(NO_PHONE_NUMBER)
        return new

    return replaced


def _combined(first: Edit | None, second: Edit, name: str) -> Edit:
    """Return the edit of a field that makes two replacements. Raises InvalidInput where one sets the value."""
    if first is None:
        return second
    if isinstance(first, _Setting) or isinstance(second, _Setting):
        raise InvalidInput(f"{clean(name)} is given twice: set it, or replace parts of it.", name)
    return lambda old: second(first(old))


def _custom_name(name: str) -> str:
    require_length(name, "The name of a custom field", "custom_fields")
    spelling = without_controls(name.removeprefix(CUSTOM)).strip()
    if not spelling:
        raise InvalidInput("A custom field needs a name: custom.NAME=VALUE.", "custom_fields")
    return spelling


def _refusal(name: str) -> str:
    if name == "do_not_call":
        return "The mark is set or cleared: no part of it can be replaced."
    return str(no_such("field", name, EDITABLE_FIELDS))
