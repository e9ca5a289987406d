"""The fields of a contact, by the names of the specification: the one list that everything else is made from."""

# Text fields as they lie in the database, in the order in which they are shown and exported.
TEXT_FIELDS = (
    "phone",
    "first_name",
    "last_name",
    "email",
    "organization",
    "job_title",
    "address",
    "city",
    "state",
    "country",
    "postal_code",
    "timezone",
    "source",
    "status",
)

# Every field a person or a file can set.
FIELDS = (*TEXT_FIELDS, "do_not_call", "custom_fields")

# How each is called on a screen.
LABELS = {
    "name": "Name",
    "phone": "Phone",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "organization": "Organization",
    "job_title": "Job title",
    "address": "Address",
    "city": "City",
    "state": "State",
    "country": "Country",
    "postal_code": "Postal code",
    "timezone": "Time zone",
    "source": "Source",
    "status": "Status",
    "do_not_call": "Do not call",
    "custom_fields": "Custom fields",
    "added": "Added",
    "created": "Created",
    "updated": "Updated",
}


def size_of(contacts: int) -> str:
    """Return the size badge of a segment with so many contacts: test, standard, large or split."""
    if contacts < 100:
        return "test"
    if contacts <= 1_000:
        return "standard"
    if contacts <= 10_000:
        return "large"
    return "split"


SIZE_ADVICE = {
    "test": "good for testing",
    "standard": "standard campaign size",
    "large": "large campaign, monitor closely",
    "split": "split into several campaigns",
}


def full_name(first: str | None, last: str | None) -> str:
    """Return "First Last", or what there is of it."""
    return " ".join(part for part in (first, last) if part)


RESULT_COLUMNS = ("campaign_state", "campaign_outcome", "campaign_reason", "campaign_attempts", "campaign_next_at")
"""The columns of a results file that tell what became of a contact in a campaign. No import takes them for fields."""
OLD_RESULT_COLUMNS = tuple(name.removeprefix("campaign_") for name in RESULT_COLUMNS)
"""The names that these columns had before: an import of such a file must not take `state` for the contact's."""
