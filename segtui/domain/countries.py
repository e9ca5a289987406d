"""Regions (ISO 3166 alpha-2) from texts: a country's name, code, flag or calling code, in any notation.

Names come from Babel (Unicode CLDR) in some fifty languages; it is imported for the first name that no table here has.
A text is understood only if all its parts agree: `England, UK` is GB, `Ireland, UK` is nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from segtui.domain.country_names import ALIASES, DEPENDENT, LANGUAGES, NOISE, SHORT_FORMS, SUBDIVISIONS
from segtui.domain.phones import is_region
from segtui.domain.text import fold

# A flag is two letters of its own alphabet; those of England, Scotland and Wales are a black flag with tags.
_FLAG: Final = re.compile("([\U0001f1e6-\U0001f1ff])([\U0001f1e6-\U0001f1ff])")
_BRITISH_FLAG: Final = re.compile("\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]+\U000e007f?")
# `+44`, `(+44)`, `00 44`, `+44 (0)`, `+1-684`: a calling code, perhaps with an area code behind it.
_WITH_PREFIX: Final = re.compile(
    r"(?:\+|(?<![\d.])00)\s?\(?\s?([1-9]\d{0,5})\)?(?:[\s-]?\(?(\d{1,4})\)?)?(?!\d)", re.ASCII
)
_BESIDE_DIGITS: Final = re.compile(r"(?:(\d{1,3})\s++)?(\D*[^\d\s])(?:\s+(\d{1,3}))?", re.ASCII)
_NORTH_AMERICAN: Final = re.compile(r"1[\s-]?\(?\d{3}\)?", re.ASCII)
# Characters; a longer text is not a country, and patterns need not search it.
_LONGEST: Final = 120
_SEPARATORS: Final = re.compile(r"[(),;/|\[\]{}<>:*•·\n=]|\s[-–—~]\s|[–—]")
_LOCALE: Final = re.compile(r"[a-z]{2,3}[-_]([A-Z]{2})")
_SUBDIVISION: Final = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
# Values of a country column that name no country.
_BLANKS: Final = frozenset(("", "none", "null", "nil", "nan", "unknown", "notset", "notspecified", "notavailable"))
_BLANK_SIGNS: Final = frozenset(("n/a", "#n/a", "\\n"))
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Calling codes shared by countries with separate numbering plans.
_SHARED: Final = ("1", "7")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a text and the region it names. A name is strong, a code of two or three letters is weak."""

    key: str
    region: str
    is_strong: bool


@lru_cache(maxsize=4096)
def region_of(country: str) -> str | None:
    """Return the region a text names (US for `US`, `usa`, `United States (US)`, `États-Unis`, 🇺🇸), or None.

    A calling code names the main region that has it, unless several countries share it.
    """
    regions = regions_named(country)
    if len(regions) > 1 and _calling_code(regions[0]) in _SHARED:
        return None
    return regions[0] if regions else None


@lru_cache(maxsize=4096)
def regions_named(text: str, *, is_code: bool = False) -> tuple[str, ...]:
    """Return the region a text names, or those that share its calling code, the main one first.

    Adjacent regions (`USA/Canada`) are returned if they share a calling code. Nothing is returned for a text that is
    blank, not understood or contradicts itself. With `is_code` three digits are a calling code, else they may be the
    number of a country too (ISO 3166 numeric).
    """
    if len(text) > _LONGEST or is_unnamed(text):
        return ()
    locale = _LOCALE.fullmatch(text.strip())
    if locale and is_region(locale[1]):
        return (locale[1],)
    written = unicodedata.normalize("NFKC", text).strip()
    rest, strong = _without_flags(written)
    rest, codes = _without_prefixed_codes(rest.removesuffix(".0"))
    parts = list(_parts(rest))
    if any(code is None for code in codes) or (strong is None):
        return ()
    named = [_Part("", region, is_strong=True) for region in strong]
    unknown = False
    for part in parts:
        bare = _bare_code(part, is_code=is_code)
        if bare is not None:
            codes.append(bare)
            continue
        names = list(_named_in(part))
        unknown = unknown or not names
        named += names
    return _agreed(named, [code for code in codes if code], unknown=unknown)


def is_unnamed(country: str) -> bool:
    """Return True if a cell of a country column names none: blank, `n/a`, `unknown`."""
    if len(country) > _LONGEST:
        return False
    if country.strip().casefold() in _BLANK_SIGNS or _key(country) in _BLANKS - {""}:
        return True
    return all(unicodedata.category(char)[0] in "PZ" for char in country)


def is_unknown_country(text: str, *, is_code: bool = False) -> bool:
    """Return True if a cell names a country, or its calling code, that is not understood."""
    return not is_unnamed(text) and not regions_named(text, is_code=is_code)


@lru_cache(maxsize=1024)
def regions_calling(code: str) -> tuple[str, ...]:
    """Return the regions of a calling code (`1`, `+44`, `0044`), the main one first; none for an unknown code."""
    import phonenumbers

    digits = code.strip().lstrip("+").lstrip("0")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 3:
        return ()
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits), ())
    return tuple(region for region in regions if region != "001")


def phone_region(code: str, country: str, default: str) -> str:
    """Return the region a phone is read for: that of its own country code, else of the row's country, else the default.

    A calling code that several countries share is settled by the country.
    """
    by_country = regions_named(country) if country else ()
    by_code = regions_named(code, is_code=True) if code else ()
    for regions, others in ((by_code, (*by_country, default)), (by_country, (default,))):
        if regions:
            return next((region for region in others if region in regions), regions[0])
    return default


def _without_flags(text: str) -> tuple[str, list[str] | None]:
    """Return a text without its flags, and their regions; None if a flag is not a region's."""
    regions = ["GB"] * len(_BRITISH_FLAG.findall(text))
    rest = _BRITISH_FLAG.sub(" ", text)
    for first, second in _FLAG.findall(rest):
        region = "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in (first, second))
        if not is_region(region):
            return rest, None
        regions.append(region)
    return _FLAG.sub(" ", rest), regions


def _without_prefixed_codes(text: str) -> tuple[str, list[str | None]]:
    """Return a text without the calling codes after a plus sign or 00, and these; None for unknown ones."""
    codes = [_code_in(first, second) for first, second in _WITH_PREFIX.findall(text)]
    return _WITH_PREFIX.sub(" ", text), codes


def _code_in(digits: str, behind: str) -> str | None:
    """Return the calling code at the beginning of digits. An area code may follow, but not a number."""
    code = next((digits[:length] for length in (1, 2, 3) if regions_calling(digits[:length])), None)
    return code if code is not None and len(digits) - len(code) + len(behind) <= 4 else None


def _parts(text: str) -> Iterator[str]:
    """Yield the parts of a text, or all of it if it is a name as a whole (`Korea, Republic of`)."""
    if _whole(text) is not None:
        yield text
        return
    pieces = [piece.strip(" .-_'\"") for piece in _SEPARATORS.split(text)]
    pieces = [piece for piece in pieces if _key(piece)]
    # `Iran, Islamic Republic of`, `Korea (South)`: the last part belongs in front.
    if len(pieces) == 2 and not any(piece.isdecimal() for piece in pieces):
        turned = f"{pieces[1]} {pieces[0]}"
        if _whole(turned) is not None:
            yield turned
            return
    for piece in pieces:
        # `44 UK`, `GB 44`: a calling code beside a name.
        beside = _BESIDE_DIGITS.fullmatch(piece)
        yield from filter(None, beside.groups()) if beside else (piece,)


def _bare_code(text: str, *, is_code: bool) -> str | None:
    """Return a calling code that is the whole text, without a plus sign; None for anything else."""
    if _NORTH_AMERICAN.fullmatch(text):
        return "1"
    digits = text.lstrip("0")
    if not (text.isascii() and text.isdecimal() and len(digits) <= 3 and regions_calling(digits)):
        return None
    return digits if is_code or len(text) < 3 or text not in _numbered() else None


def _named_in(text: str) -> Iterator[_Part]:
    """Yield the regions that a part names: itself, or each of the words that hyphens join."""
    whole = _whole(text)
    if whole is not None:
        yield whole
        return
    subdivision = _SUBDIVISION.fullmatch(text)
    if subdivision and is_region(subdivision[1]) and not is_region(subdivision[2]):
        yield _Part(_key(subdivision[1]), subdivision[1], is_strong=True)
        return
    pieces = [piece for piece in text.split("-") if piece.strip()]
    parts = [_whole(piece) for piece in pieces]
    regions = {part.region for part in parts if part is not None}
    for piece, part in zip(pieces, parts, strict=True):
        if part is None and not any(_key(piece) in SUBDIVISIONS.get(region, ()) for region in regions):
            return
    yield from (part for part in parts if part is not None)


@lru_cache(maxsize=8192)
def _whole(text: str) -> _Part | None:
    """Return the region that a text names as a whole."""
    key = _key(text)
    if not key:
        return None
    if key in ALIASES:
        return _Part(key, ALIASES[key], is_strong=True) if ALIASES[key] else None
    if text.isascii():
        code = _by_code(key)
        if code is not None or len(key) <= 3:  # `CAD` is not Chad, which is spelt that way in Turkish
            return _Part(key, code, is_strong=False) if code else None
    region = _by_name(key) or _by_name(_key_without_noise(text))
    return _Part(key, region, is_strong=True) if region and is_region(region) else None


def _by_code(key: str) -> str | None:
    """Return the region of a code of letters or digits."""
    if key in SHORT_FORMS:
        return SHORT_FORMS[key]
    if len(key) == 2 and is_region(key.upper()):
        return key.upper()
    region = _numbered().get(key.upper()) if len(key) == 3 else None
    # `250` is France by number and Rwanda by calling code.
    if region is None or not is_region(region) or regions_calling(key):
        return None
    return region


@lru_cache(maxsize=1)
def _numbered() -> dict[str, str]:
    """Return the regions of all codes of three letters or digits."""
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    return {code: regions[0] for code, regions in aliases.items() if len(code) == 3 and len(regions) == 1}


def _by_name(key: str) -> str | None:
    """Return the region of a name, searched in one language after another."""
    if not key or key in ALIASES:
        return ALIASES.get(key) or None
    return next((names[key] for names in map(_names_in, LANGUAGES) if key in names), None) or None


@lru_cache(maxsize=len(LANGUAGES))
def _names_in(language: str) -> dict[str, str]:
    """Return the names of all countries in a language; `Myanmar (Burma)` is two names."""
    from babel import Locale

    territories = Locale.parse(language).territories
    regions = {region: name for region, name in territories.items() if len(region) == 2 and is_region(region)}
    names: dict[str, str] = {}
    for region, name in regions.items():
        key = _key(name)
        # Without its marks a name may be that of another country too (Togo and Tonga in Hindi).
        names[key] = "" if key in names else region
    for region, name in regions.items():
        for form in (*_bracketed(name), name.casefold().translate(_UMLAUTS)):
            names.setdefault(_key(form), region)
    return names


def _bracketed(name: str) -> Iterable[str]:
    before, bracket, behind = name.replace("（", "(").partition("(")
    inside = behind.rstrip(")） ")
    # One half of `Congo (DRC)` or `Hong Kong (China)` is not a name of it.
    return (before, inside) if bracket and len(inside) > 4 and _key(before) not in ALIASES else ()


def _key(text: str) -> str:
    """Return a name without case, accents, blanks and signs; `&` is `and`, `St.` is `saint`."""
    folded = fold(text).replace("&", " and ")
    words = ("".join(char if char.isalnum() or char == "'" else " " for char in folded)).split()
    return "".join("saint" if word in ("st", "ste") else word for word in words)


def _key_without_noise(text: str) -> str:
    """Return the key of a name without the words of its form of government (`Kingdom of`, `the`)."""
    words = "".join(char if char.isalnum() else " " for char in fold(text)).split()
    telling = [word for word in words if word not in NOISE]
    return _key(" ".join(telling)) if len(telling) < len(words) else ""


def _calling_code(region: str) -> str:
    import phonenumbers

    return str(phonenumbers.country_code_for_region(region))


def _agreed(named: list[_Part], codes: list[str], *, unknown: bool) -> tuple[str, ...]:
    """Return the region on which the parts of a text agree, or the regions of its calling code; none otherwise.

    A part that names nothing does no harm beside a name (`Germany - Bavaria`) or a calling code.
    """
    if len(set(codes)) > 1:
        return ()
    sharing = regions_calling(codes[0]) if codes else ()
    region = _one_of(named)
    if named and region is None:
        regions = tuple(dict.fromkeys(part.region for part in named))
        return regions if len({_calling_code(region) for region in regions}) == 1 and not sharing else ()
    if region is None:
        return sharing
    if unknown and not sharing and not any(part.is_strong for part in named):
        return ()
    return (region,) if not sharing or region in sharing else ()


def _one_of(named: list[_Part]) -> str | None:
    """Return the one region that several parts mean: a dependent territory, or the country of a state beside it."""
    regions = {part.region for part in named}
    if len(regions) == 1:
        return regions.pop()
    if len(regions) == 2:
        one, other = sorted(regions)
        for territory, country in ((one, other), (other, one)):
            if DEPENDENT.get(territory) == country:
                return territory
    for country, states in SUBDIVISIONS.items():
        if country in regions and all(part.region == country or part.key in states for part in named):
            return country
    return None
