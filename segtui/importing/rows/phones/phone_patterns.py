"""Usual spellings of phones to E.164, and the patterns of each region's numbers.

libphonenumber decides (`segtui.domain.phones.to_e164`, 30 µs per number). The usual spellings of a number are first
matched with the same metadata in a fifteenth of the time: a match is returned only if the library is certain to give
the same number; a test compares the two. `phone_cells` reads all other cells.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Separators of a usual spelling. libphonenumber reads everything else (letters, extensions, other digits).
_SEPARATORS: Final = str.maketrans("", "", " -().\N{NO-BREAK SPACE}")
MAX_USUAL_DIGITS: Final = 13
"""More digits may be two numbers."""
_BETWEEN: Final = r"[ \x{A0}]?[.-][ \x{A0}]?"
UNUSUAL: Final = (
    r"[0-9]{6}\.[0-9]|[0-9]{3}[ \x{A0}][0-9]{3}[ \x{A0}][0-9]{3}\.[0-9]"
    rf"|(?:^|[\s(])(?:19|20)[0-9]{{2}}{_BETWEEN}[0-9]{{1,2}}{_BETWEEN}[0-9]{{1,2}}(?:[\s)]|$)"
    rf"|(?:^|[\s(])[0-9]{{1,2}}{_BETWEEN}[0-9]{{1,2}}{_BETWEEN}(?:19|20)[0-9]{{2}}(?:[\s).-]|$)"
    r"|^\s*[0-9]{1,2}[.-][0-9]{1,2}[.-][0-9]{2}[ \x{A0}]+[0-9]{3}"
    r"|^\s*[0-9]{1,2}[ \x{A0}][0-9]{1,2}[ \x{A0}](?:19|20)[0-9]{2}[ \x{A0}][0-9]{1,3}\s*$"
)
"""Numbers with decimals and dates, in Rust's pattern syntax: their signs are not separators of a phone."""
_UNUSUAL: Final = re.compile(UNUSUAL.replace(r"\x{A0}", "\N{NO-BREAK SPACE}"))


@dataclass(frozen=True, slots=True)
class Territory:
    """A region's valid numbers: patterns by length, and the leading digits that distinguish regions with one code."""

    leading: re.Pattern[str] | None
    patterns: dict[int, re.Pattern[str]]
    general: str
    kinds: dict[int, str]
    """The patterns of all kinds of numbers, by length, for a regex engine without look-ahead."""

    def has(self, national: str) -> bool:
        """Tell whether a national number is one of the region's."""
        pattern = self.patterns.get(len(national))
        return pattern is not None and pattern.fullmatch(national) is not None


@dataclass(frozen=True, slots=True)
class _Plan:
    """The numbering plan of a region, from libphonenumber's metadata."""

    code: str
    general: re.Pattern[str]
    lengths: frozenset[int]
    abroad: re.Pattern[str] | None
    """The international prefix."""
    trunk: re.Pattern[str] | None
    """The national prefix, with everything else that may be removed."""
    plain_trunk: str
    """The national prefix if it is only digits, else ""."""
    special: re.Pattern[str] | None
    """Any of the prefixes."""
    own: Territory | None
    """The numbers of the region itself, if it is the first of its calling code."""
    territories: tuple[Territory, ...]

    def is_valid(self, national: str) -> bool:
        """Decide like `is_valid_number`: the first region that claims the number decides."""
        for territory in self.territories:
            if territory.leading is not None:
                if territory.leading.match(national):
                    return territory.has(national)
            elif territory.has(national):
                return True
        return False


def _metadata(region: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  # the library's class has no types
    import phonenumbers

    return phonenumbers.PhoneMetadata.metadata_for_region(region, None)


def _territory(region: str) -> Territory:
    metadata = _metadata(region)
    kinds = [
        metadata.fixed_line,
        metadata.mobile,
        metadata.premium_rate,
        metadata.toll_free,
        metadata.shared_cost,
        metadata.voip,
        metadata.personal_number,
        metadata.pager,
        metadata.uan,
        metadata.voicemail,
    ]
    general = metadata.general_desc
    patterns, by_length = {}, {}
    for length in general.possible_length:
        fitting = [
            kind.national_number_pattern
            for kind in kinds
            if kind and kind.national_number_pattern and (not kind.possible_length or length in kind.possible_length)
        ]
        if fitting:
            either = by_length[length] = "|".join(dict.fromkeys(fitting))
            patterns[length] = re.compile(rf"(?=(?:{general.national_number_pattern})\Z)(?:{either})")
    leading = re.compile(metadata.leading_digits) if metadata.leading_digits else None
    return Territory(leading, patterns, general.national_number_pattern, by_length)


@lru_cache(maxsize=256)
def _territories(code: int) -> tuple[Territory, ...]:
    import phonenumbers

    return tuple(_territory(region) for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code])


@lru_cache(maxsize=256)
def _plan(region: str) -> _Plan | None:
    metadata = _metadata(region)
    if metadata is None:
        return None
    trunk = metadata.national_prefix_for_parsing or ""
    prefixes = [prefix for prefix in (trunk, metadata.international_prefix) if prefix]
    territories = _territories(metadata.country_code)
    plain = trunk if trunk.isdecimal() and not metadata.national_prefix_transform_rule else ""
    return _Plan(
        code=str(metadata.country_code),
        general=re.compile(metadata.general_desc.national_number_pattern),
        lengths=frozenset(metadata.general_desc.possible_length),
        abroad=re.compile(metadata.international_prefix) if metadata.international_prefix else None,
        trunk=re.compile(trunk) if trunk else None,
        plain_trunk=plain,
        special=re.compile("|".join(f"(?:{prefix})" for prefix in prefixes)) if prefixes else None,
        own=territories[0]
        if (metadata.main_country_for_code or len(territories) == 1) and territories[0].leading is None
        else None,
        territories=territories,
    )


@lru_cache(maxsize=1024)
def _main_plan(code: str) -> _Plan | None:
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code[0] != "0" else None
    return _plan(regions[0]) if regions and regions[0] != "001" else None


def usual_e164(text: str, region: str) -> str | None:
    """Return the number of a usual spelling, as `to_e164` would; None means that it cannot be decided here."""
    digits = text.translate(_SEPARATORS)
    bare = digits.removeprefix("+")
    if len(bare) > MAX_USUAL_DIGITS or not bare.isascii() or not bare.isdecimal():
        return None
    if len(bare) != len(text) and _UNUSUAL.search(text):
        return None
    return _national(digits, region) if bare == digits else _international(bare)


def _international(digits: str) -> str | None:
    for length in (1, 2, 3):
        plan = _main_plan(digits[:length])
        if plan is not None:
            national = digits[length:]
            if (plan.trunk and plan.trunk.match(national)) or not plan.is_valid(national):
                return None
            return "+" + digits
    return None


def _national(digits: str, region: str) -> str | None:
    plan = _plan(region)
    if plan is None:
        return None
    # The most frequent case: no prefix, and valid in the region itself.
    if not (plan.special and plan.special.match(digits)) and plan.own is not None and plan.own.has(digits):
        return f"+{plan.code}{digits}"
    if plan.abroad and plan.abroad.match(digits):
        return None
    national = digits
    if not plan.general.fullmatch(digits):
        if digits.startswith(plan.code) and plan.general.fullmatch(digits[len(plan.code) :]):
            national = digits[len(plan.code) :]
        elif plan.plain_trunk and digits.startswith(plan.plain_trunk):
            national = digits[len(plan.plain_trunk) :]
        if plan.trunk and plan.trunk.match(national):
            return None
    elif plan.trunk and plan.trunk.match(digits):
        return None
    if len(national) not in plan.lengths or national.startswith("00") or not plan.is_valid(national):
        return None
    return f"+{plan.code}{national}"


@dataclass(frozen=True, slots=True)
class SharedCode:
    """A calling code of several regions: each region with its numbers, in the order in which they claim a number."""

    trunk: str
    """Pattern of the national prefix, which libphonenumber may remove; "" for none."""
    territories: tuple[tuple[str, Territory], ...]


def shared_code(code: str) -> SharedCode:
    """Return the regions of a calling code."""
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    plan = _plan(regions[0])
    trunk = plan.trunk.pattern if plan is not None and plan.trunk is not None else ""
    return SharedCode(trunk, tuple(zip(regions, _territories(int(code)), strict=True)))


def calling_code(region: str) -> str:
    """Return the calling code of a region, "" if the region is unknown."""
    plan = _plan(region)
    return plan.code if plan else ""


@dataclass(frozen=True, slots=True)
class UsualPatterns:
    """The patterns of usual spellings in one region; "" for a kind that it lacks."""

    code: str
    general: tuple[str, ...]
    """Patterns that every number of the region matches."""
    kinds: dict[int, str]
    """Alternatives by length: a number of this length matches one of them too."""
    abroad: str
    trunk: str
    special: str


def usual_patterns(region: str) -> UsualPatterns | None:
    """Return the patterns of a region, None if the first region of its calling code does not take all numbers."""
    plan = _plan(region)
    if plan is None or plan.territories[0].leading is not None:
        return None
    main = plan.territories[0]
    abroad, trunk, special = (pattern.pattern if pattern else "" for pattern in (plan.abroad, plan.trunk, plan.special))
    general = tuple(dict.fromkeys([plan.general.pattern, main.general]))
    kinds = {length: either for length, either in main.kinds.items() if length in plan.lengths}
    return UsualPatterns(plan.code, general, kinds, abroad, trunk, special)
