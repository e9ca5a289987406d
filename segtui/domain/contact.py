"""Contact fields, one declaration each, under the names of the specification.

The database columns, the form, the columns and orders of lists, the fields of the command line, JSON, exports and the
search text are made from the declarations.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal

Group = Literal["person", "address", "country", ""]
"""Part of the contact view that has the field; "" for fields with a separate part."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """Column of a field in lists of contacts; widths are in terminal cells.

    On a narrow terminal, columns with the highest `priority` are dropped first. A column is shown with at least
    `minimum` cells, grows to `ideal`, and takes a share of the rest in proportion to `flex`. On the command line it has
    at least `printed` characters.
    """

    minimum: int
    ideal: int
    priority: int
    flex: int = 0
    printed: int = 8


@dataclass(frozen=True, slots=True)
class ContactField:
    """Declaration of one field. `name` is its column, its JSON key, and its name on the command line.

    Only `text` fields are texts in the database. `hint` stands in the empty box of the form. The values of `searched`
    fields are lines of the search text, in the order of the declarations: adding one needs a migration that writes
    every search text anew. Fields with a `column` are columns of lists of contacts.
    """

    name: str
    label: str
    kind: Literal["text", "flag", "object", "name", "time"] = "text"
    group: Group = ""
    hint: str = ""
    searched: bool = False
    column: ListColumn | None = None


_METADATA: Final = "contact field"


def _text(
    label: str, group: Group = "", *, hint: str = "", searched: bool = False, column: ListColumn | None = None
) -> Any:  # noqa: ANN401  a dataclass field, which stands for its default
    declaration = ContactField("", label, "text", group, hint, searched, column)
    return field(default="", metadata={_METADATA: declaration})


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactValues:
    """Values of a contact that a person or a file can set. A text that is missing is an empty string."""

    phone: str = _text(
        "Phone", "person", hint="+1 602 555 0199; a phone or an e-mail is needed",
        searched=True, column=ListColumn(17, 17, priority=2, printed=13),
    )  # fmt: skip
    first_name: str = _text("First name")
    last_name: str = _text("Last name")
    email: str = _text(
        "E-mail", "person", hint="name@example.com",
        searched=True, column=ListColumn(17, 30, priority=4, flex=2, printed=14),
    )  # fmt: skip
    organization: str = _text("Organization", "person", searched=True, column=ListColumn(16, 22, priority=5, flex=1))
    job_title: str = _text("Job title", "person")
    address: str = _text("Address", "address")
    city: str = _text("City", "address", searched=True, column=ListColumn(9, 14, priority=6))
    state: str = _text("State", "address", searched=True, column=ListColumn(6, 8, priority=7, printed=5))
    country: str = _text("Country", "country")
    postal_code: str = _text("Postal code", "address")
    timezone: str = _text("Time zone", "country", hint="such as America/Phoenix")
    source: str = _text("Source", "person", searched=True, column=ListColumn(8, 14, priority=8))
    status: str = _text("Status", "person", searched=True, column=ListColumn(12, 19, priority=3, printed=11))
    do_not_call: bool = field(default=False, metadata={_METADATA: ContactField("", "Do not call", "flag")})
    custom_fields: dict[str, str] = field(
        default_factory=dict, metadata={_METADATA: ContactField("", "Custom fields", "object")}
    )

    @property
    def name(self) -> str:
        """The name as it is shown, "First Last"."""
        return full_name(self.first_name, self.last_name)


CONTACT_FIELDS: Final[tuple[ContactField, ...]] = tuple(
    replace(attribute.metadata[_METADATA], name=attribute.name) for attribute in fields(ContactValues)
)
"""Fields that a person or a file can set, in the order in which forms, JSON and exports have them."""
NAME: Final = ContactField("name", "Name", "name", column=ListColumn(14, 24, priority=1, flex=2, printed=14))
PHONE: Final = next(declared for declared in CONTACT_FIELDS if declared.name == "phone")
ADDED: Final = ContactField("added", "Added", "time", column=ListColumn(10, 10, priority=9, printed=16))
_TIMES: Final = (ADDED, ContactField("created", "Created", "time"), ContactField("updated", "Updated", "time"))

FIELDS: Final = tuple(declared.name for declared in CONTACT_FIELDS)
TEXT_FIELDS: Final = tuple(declared.name for declared in CONTACT_FIELDS if declared.kind == "text")
EDITABLE_FIELDS: Final = (*TEXT_FIELDS, "do_not_call")
"""Fields of `contacts add` and `edit`, beside custom fields by their names."""
LISTED_FIELDS: Final = tuple(declared for declared in CONTACT_FIELDS if declared.column is not None)
"""Fields that are columns of a list, between the name and the day the contact was added."""
SEARCHED_FIELDS: Final = (NAME.name, *(declared.name for declared in CONTACT_FIELDS if declared.searched))
"""Lines of the search text, in their order."""
LABELS: Final = {declared.name: declared.label for declared in (NAME, *CONTACT_FIELDS, *_TIMES)}
"""Words for each field on the screen."""


def fields_in(*groups: Group) -> tuple[ContactField, ...]:
    """Return the fields of these parts of the view of a contact, part by part."""
    return tuple(declared for group in groups for declared in CONTACT_FIELDS if declared.group == group)


LARGEST_CAMPAIGN: Final = 10_000
"""Contacts up to which one campaign calls a segment; a larger one is best split."""


def size_of(contacts: int) -> str:
    """Return the size badge of a segment with `contacts` contacts: test, standard, large or split."""
    if contacts < 100:
        return "test"
    if contacts <= 1_000:
        return "standard"
    if contacts <= LARGEST_CAMPAIGN:
        return "large"
    return "split"


_SIZE_ADVICE = {
    "test": "good for testing",
    "standard": "standard campaign size",
    "large": "large campaign, monitor closely",
    "split": "split into several campaigns",
}


def size_words(size: str) -> str:
    """Return the badge with its advice: `test: good for testing`, `standard campaign size`."""
    advice = _SIZE_ADVICE[size]
    return advice if advice.startswith(size) else f"{size}: {advice}"


def full_name(first: str | None, last: str | None) -> str:
    """Return "First Last", or the part that exists."""
    return " ".join(part for part in (first, last) if part)


RESULT_COLUMNS = ("campaign_state", "campaign_outcome", "campaign_reason", "campaign_attempts", "campaign_next_at")
"""The columns of a results file with a contact's result in a campaign. Imports ignore them."""
OLD_RESULT_COLUMNS = tuple(name.removeprefix("campaign_") for name in RESULT_COLUMNS)
"""The earlier names of these columns: an import of such a file must not read `state` as the contact's."""
