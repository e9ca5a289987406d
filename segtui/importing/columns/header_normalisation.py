"""Headers without their spelling: `E-mail 1 - Value`, `email1Value` and `EMAIL_1_VALUE` are one."""

import re

from segtui.domain.text import fold

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")
# The suffix of custom fields of Salesforce.
_SUFFIX = re.compile(r"__[cr]$")


def words_of(header: str) -> tuple[str, ...]:
    """Return the words of a header, folded."""
    apart = _CAMEL.sub(" ", _SUFFIX.sub("", header.strip()).replace("WhatsApp", "Whatsapp"))
    return tuple(word for word in _NOT_WORD.split(fold(apart)) if word)


def compact(header: str) -> str:
    """Return a header without case, accents, blanks and punctuation."""
    return "".join(words_of(header))
