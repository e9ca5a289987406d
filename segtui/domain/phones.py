"""Phone numbers by Google's libphonenumber: the only place that decides on validity and format.

`phonenumbers` is imported for the first number, never at start-up.
"""

import re
from functools import lru_cache

from segtui.errors import InvalidInput

DEFAULT_REGION = "US"
# A plus sign and, by ITU-T E.164, fifteen digits.
_LONGEST = 16
# A prefix such as `tel:` and an extension: libphonenumber reads other letters as the digits on their keys.
_WORDS_AROUND = re.compile(
    r"^\s*[^\W\d_]{1,9}\s*:\s*|[\s,;]*(?:x|ext|extn|extension|poste|ramal)(?![^\W\d_])[.:=\s]*\d{0,7}\s*$",
    re.IGNORECASE,
)
# libphonenumber refuses longer texts.
_MAX_TEXT = 250
_DECIMALS = re.compile(r"\d{7}[.,]\d{1,6}\s*$")
# Digits that a number without its country code needs to be distinct.
_SHORTEST_NATIONAL = 7


@lru_cache(maxsize=65536)
def to_e164(text: str, region: str = DEFAULT_REGION) -> str | None:
    """Return `text` as E.164 (`+16025550199`) if it is a valid number (`is_valid_number`), else None.

    `region` (ISO 3166 alpha-2) is used where the number has no country code. An extension is dropped. Letters and
    decimals never become digits.
    """
    import phonenumbers

    text = _WORDS_AROUND.sub("", text) if len(text) <= _MAX_TEXT else ""
    if any(map(str.isalpha, text)) or _DECIMALS.search(text):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def looks_like_e164(text: str) -> bool:
    """Return True if `text` is written as E.164, valid or not: numbers that were valid once stay stored."""
    return text.startswith("+") and text[1:].isascii() and text[1:].isdigit() and len(text) <= _LONGEST


def same_number(one: str, other: str) -> bool:
    """Return True if two notations are of one number: their digits agree, or their national digits."""
    short, long = sorted((_digits(one), _digits(other)), key=len)
    return short == long or (len(short) >= _SHORTEST_NATIONAL and long.endswith(short))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit()).lstrip("0")


def checked_e164(text: str, region: str) -> str:
    """Return `text` as E.164. Raises InvalidInput with a sentence if it is not a valid number."""
    number = to_e164(text, region)
    if number is None:
        raise InvalidInput(f"“{text}” is not a valid phone number (read for {region}).", "phone")
    return number


def is_region(text: str) -> bool:
    """Return True if `text` is a region libphonenumber knows, such as US or GB."""
    import phonenumbers

    return text in phonenumbers.SUPPORTED_REGIONS


# Metadata of all regions takes a second to load, and nearly every database holds few country codes.
@lru_cache(maxsize=512)
def _trunk_prefix(code: str) -> str | None:
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if regions is None:
        return None
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None)
    if metadata is None or code == "1":
        return ""
    return metadata.national_prefix or ""


def searched_digits(e164: str) -> tuple[str, str]:
    """Return the two usual forms of a number, as digits: international and national.

    `+442079460018` gives `442079460018` and `02079460018`; `+16025550199` gives `16025550199` and `6025550199`.
    """
    digits = e164.removeprefix("+")
    for length in (1, 2, 3):
        trunk = _trunk_prefix(digits[:length]) if digits[:length].isdigit() else None
        if trunk is not None:
            return digits, trunk + digits[length:]
    return digits, digits


def described(e164: str) -> str:
    """Return a number in readable form, with its region if it has one: `+1 602-555-0199, US`."""
    import phonenumbers

    number = phonenumbers.parse(e164)
    region = phonenumbers.region_code_for_number(number)
    shown: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{shown}, {region}" if region and region.isalpha() else shown
