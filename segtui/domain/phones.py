"""Phone numbers by Google's libphonenumber: the only place that decides on validity and format.

`phonenumbers` is imported for the first number, never at start-up.
"""

import re
from functools import lru_cache
from typing import Final

from segtui.errors import InvalidInput

DEFAULT_REGION = "US"
NO_REGION: Final = ""
"""The region of numbers that belong to no country, such as those of calling code 800."""
PREFIX_LENGTH: Final = 5
"""Characters of an E.164 number with its calling code, and in North America its area code: `+1602`."""
SHARED_CODES: Final = ("1", "7", "39", "44", "47", "61", "212", "262", "290", "358", "590", "599")
"""Calling codes of several regions."""
USUAL_NORTH_AMERICAN: Final = r"\+1[0-9]{3}[2-9][0-9]{6}"
"""Pattern of numbers whose area code decides their region: `+1 310 4810` is Canadian, `+1 800 14…` Dominican."""
_USUAL_NORTH_AMERICAN: Final = re.compile(USUAL_NORTH_AMERICAN)
_NORTH_AMERICA: Final = "+1"
_NORTH_AMERICAN: Final = re.compile(r"\+1[2-9][0-9]{9}")
_BETWEEN_GROUPS: Final = re.compile(r"[^+0-9]+")
_NON_GEOGRAPHIC: Final = "001"
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


def grouped(e164: str) -> str:
    """Return a number in groups for reading aloud, with blanks between them: `+1 602 555 0199`.

    The groups are those of libphonenumber's international format. A text that it does not group without a change of
    the digits is returned as it is.
    """
    if _NORTH_AMERICAN.fullmatch(e164):  # all of one form; a list of them loads no metadata
        return f"{e164[:2]} {e164[2:5]} {e164[5:8]} {e164[8:]}"
    return _grouped(e164) if looks_like_e164(e164) else e164


@lru_cache(maxsize=16384)  # a number takes 0.1 ms
def _grouped(e164: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    groups = _BETWEEN_GROUPS.sub(" ", text)
    return groups if groups.replace(" ", "") == e164 else e164


def described(e164: str) -> str:
    """Return a number in groups, with its region if it has one: `+1 602 555 0199, US`."""
    region = region_of(e164)
    return f"{grouped(e164)}, {region}" if region else grouped(e164)


def region_of(e164: str) -> str | None:
    """Return the country of a valid number (ISO 3166 alpha-2) as libphonenumber does; None for a number of no country.

    Nearly every number is decided by its first characters (`region_of_prefix`), in a microsecond.
    """
    is_odd = e164.startswith(_NORTH_AMERICA) and _USUAL_NORTH_AMERICAN.fullmatch(e164) is None
    region = None if is_odd else region_of_prefix(e164[:PREFIX_LENGTH])
    return (_region_of_number(e164) if region is None else region) or None


@lru_cache(maxsize=4096)
def region_of_prefix(prefix: str) -> str | None:
    """Return the region of the valid numbers with this beginning (PREFIX_LENGTH characters).

    It is NO_REGION for numbers of no country, and None where the numbers have several regions.
    """
    import phonenumbers

    digits = prefix.removeprefix("+")
    if prefix == digits or not (digits.isascii() and digits.isdigit()):
        return None
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length]))
        if regions is None:
            continue
        if len(regions) == 1:
            return NO_REGION if regions[0] == _NON_GEOGRAPHIC else str(regions[0])
        return _region_of_area(digits[1:]) if digits[0] == "1" and len(digits) == PREFIX_LENGTH - 1 else None
    return NO_REGION


def _region_of_area(area: str) -> str | None:
    """Return the region of a North American area code; None where it has none or several."""
    import phonenumbers

    numbers = [phonenumbers.PhoneNumber(1, int(f"{area}{exchange}234567")) for exchange in range(2, 10)]
    regions = {phonenumbers.region_code_for_number(number) for number in numbers} - {None}
    return str(regions.pop()) if len(regions) == 1 else None


@lru_cache(maxsize=65536)
def _region_of_number(e164: str) -> str:
    import phonenumbers

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return NO_REGION
    return NO_REGION if region is None or region == _NON_GEOGRAPHIC else str(region)
