"""Default values of an import, for the fields that a row leaves blank."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.names import no_such
from segtui.domain.text import clean, name_key, require_length, without_controls
from segtui.errors import InvalidInput

FIELD: Final = "set"
"""The field that an InvalidInput about default values names."""
_FORM: Final = "FIELD=VALUE, such as source=Webinar"
_YES: Final = frozenset(("yes", "true", "1"))
_IDENTIFIERS: Final = ("phone", "email")
SETTABLE: Final = (*(name for name in TEXT_FIELDS if name not in _IDENTIFIERS), "do_not_call")
"""The fields that can have a default value, besides custom fields."""


@dataclass(frozen=True, slots=True)
class DefaultValues:
    """Values for every row where its own is blank: of text fields, of custom fields by name, and the mark."""

    texts: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, str] = field(default_factory=dict)
    do_not_call: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.texts or self.custom or self.do_not_call)

    @property
    def by_field(self) -> dict[str, str]:
        """The values by field, as they are recorded with an import."""
        custom = {CUSTOM + name: value for name, value in self.custom.items()}
        return {**self.texts, **custom, **({"do_not_call": "yes"} if self.do_not_call else {})}


NO_VALUES: Final = DefaultValues()


def parse_line(text: str) -> DefaultValues:
    """Return the default values for a line such as `source=Webinar; custom.booth=12`. Raises InvalidInput."""
    return parse(part for part in text.split(";") if part.strip())


def parse(texts: Iterable[str]) -> DefaultValues:
    """Return the default values for texts such as `source=Webinar`.

    Raises InvalidInput for a field that cannot be set, with the nearest one, for a blank value, and for a field that is
    set twice.
    """
    values: dict[str, str] = {}
    for name, value in map(_checked, texts):
        if name_key(name) in map(name_key, values):
            raise InvalidInput(f"{clean(name)} is set twice: give it one value.", FIELD)
        values[name] = value
    custom = {name.removeprefix(CUSTOM): value for name, value in values.items() if name.startswith(CUSTOM)}
    fields = {name: value for name, value in values.items() if name in TEXT_FIELDS}
    return DefaultValues(fields, custom, "do_not_call" in values)


def _checked(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    name, value = without_controls(name).strip(), without_controls(value).strip()
    if not sign or not name:
        raise InvalidInput(f"A value is set as {_FORM}; “{clean(text)}” does not have that form.", FIELD)
    require_length(name, "The name of a field", FIELD)
    require_length(value, "A value", FIELD)
    if not value:
        raise InvalidInput(f"{clean(name)} has no value: write {_FORM}.", FIELD)
    if name[: len(CUSTOM)].casefold() == CUSTOM:
        return _custom_field(name[len(CUSTOM) :]), value
    name = name.casefold()
    if name in _IDENTIFIERS:
        raise InvalidInput(f"Each contact has its own {name}: it cannot be set for all rows.", FIELD)
    if name not in SETTABLE:
        hint = str(no_such("field", name, (*SETTABLE, CUSTOM + "NAME")))
        raise InvalidInput(f"{hint} A field of your own is custom.NAME.", FIELD)
    if name == "do_not_call" and value.casefold() not in _YES:
        raise InvalidInput("An import cannot clear do-not-call marks: only do_not_call=yes can be set.", FIELD)
    return name, value


def _custom_field(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1].strip()
    if not name:
        raise InvalidInput("A custom field needs a name: custom.NAME=VALUE.", FIELD)
    return CUSTOM + name
