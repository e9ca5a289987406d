"""Words for time zones that are not names of the IANA database, as people and other programs write them."""

from typing import Final

_FAMILIES: Final = """
    EST EDT AEST AEDT: eastern|et|eastern us|us eastern|eastern us & canada|eastern america|eastern australia
    CST CDT ACST ACDT: central|ct|central us|us central|central us & canada|central australia
    MST MDT: mountain|mt|mountain us|us mountain|mountain us & canada
    PST PDT: pacific|pt|pacific us|us pacific|pacific us & canada
    AST ADT: atlantic|at|atlantic canada
    NST NDT: newfoundland|nt
    AKST AKDT: alaska|alaskan|akt
    HST HDT: hawaii aleutian|aleutian|hat|hast|hadt
    AWST: western australia|western australian|awst|wst
    ACST ACDT: central australian|australian central|act
    AEST AEDT: eastern australian|australian eastern|aet
    ChST: chamorro|chst
    CET CEST: central european|central europe|cet/cest|mez|mesz|middle european|hnec|hec
    EET EEST: eastern european|eastern europe|oez
    WET WEST: western european|western europe
    MSK: moscow|msk|russian
    GMT: greenwich|greenwich mean
    GMT BST: british|britain|uk|u k|united kingdom|england
    IST GMT: irish|ireland
    IST: india|indian
    IST IDT: israel
    JST: japan
    KST: korea|korean
    HKT: hong kong
    PKT: pakistan
    SAST: south africa|south african
    NZST NZDT: new zealand|nzt
    WIB: western indonesia|western indonesian
    WITA: central indonesia|central indonesian
    WIT: eastern indonesia|eastern indonesian
"""
AUSTRALIAN: Final = {"EST": "AEST", "EDT": "AEDT", "CST": "ACST", "CDT": "ACDT", "WST": "AWST"}
"""Abbreviations that Australians write without the A in front."""

_BY_OFFSET: Final = """
    -600 ckt taht|-540 gamt|-360 galt east|-300 act cot pet ect pyt|-240 amt bot clt vet gyt cost pyt
    -180 art brt clst uyt gft srt wgt brst|-120 fnt brst wgst|-60 azot cvt egt|0 z azost egst
    180 ast trt syot
    210 irst|240 amt azt gst get mut ret sct samt|270 aft irdt|300 uzt tmt tjt yekt mvt orat almt qyzt aqtt|345 npt
    360 bst btt kgt omst iot|390 mmt cct|420 ict cxt hovt krat novt|480 sgt myt pht bnt irkt ulat awst|525 acwst
    540 tlt yakt pwt|600 pgt vlat|660 nct sbt bst vut sakt magt sret|720 fjt pett anat tvt wakt mht nrt|765 chast
    780 tot phot tkt wst|825 chadt|840 lint
"""
RAILS: Final = {
    "international date line west": "Etc/GMT+12",
    "midway island": "Pacific/Midway",
    "american samoa": "Pacific/Pago_Pago",
    "arizona": "America/Phoenix",
    "hawaii": "Pacific/Honolulu",
    "hawaiian": "Pacific/Honolulu",
    "chihuahua": "America/Chihuahua",
    "central america": "America/Guatemala",
    "guadalajara": "America/Mexico_City",
    "saskatchewan": "America/Regina",
    "quito": "America/Lima",
    "indiana (east)": "America/Indiana/Indianapolis",
    "brasilia": "America/Sao_Paulo",
    "mid-atlantic": "Atlantic/South_Georgia",
    "cape verde is.": "Atlantic/Cape_Verde",
    "edinburgh": "Europe/London",
    "bern": "Europe/Zurich",
    "west central africa": "Africa/Algiers",
    "kyiv": "Europe/Kiev",
    "harare": "Africa/Harare",
    "pretoria": "Africa/Johannesburg",
    "st. petersburg": "Europe/Moscow",
    "st petersburg": "Europe/Moscow",
    "abu dhabi": "Asia/Muscat",
    "ekaterinburg": "Asia/Yekaterinburg",
    "islamabad": "Asia/Karachi",
    "chennai": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "sri jayawardenepura": "Asia/Colombo",
    "astana": "Asia/Almaty",
    "rangoon": "Asia/Yangon",
    "hanoi": "Asia/Bangkok",
    "beijing": "Asia/Shanghai",
    "osaka": "Asia/Tokyo",
    "sapporo": "Asia/Tokyo",
    "canberra": "Australia/Sydney",
    "solomon is.": "Pacific/Guadalcanal",
    "new caledonia": "Pacific/Noumea",
    "marshall is.": "Pacific/Majuro",
    "wellington": "Pacific/Auckland",
    "nukualofa": "Pacific/Tongatapu",
    "chatham is.": "Pacific/Chatham",
    "samoa": "Pacific/Apia",
    "tokelau is.": "Pacific/Fakaofo",
    "greenland": "America/Godthab",
    "la paz": "America/La_Paz",
    "georgetown": "America/Guyana",
    "santiago": "America/Santiago",
    "montevideo": "America/Montevideo",
    "kuwait": "Asia/Kuwait",
    "ulaanbaatar": "Asia/Ulaanbaatar",
    "irkutsk": "Asia/Irkutsk",
}
"""Names of Ruby on Rails and of Windows' lists that are not cities of the IANA database."""


def _families() -> dict[str, frozenset[str]]:
    lines = (line.strip().partition(": ") for line in _FAMILIES.strip().splitlines())
    return {word: frozenset(names.split()) for names, _, words in lines for word in words.split("|")}


def _by_offset() -> dict[str, frozenset[int]]:
    by_name: dict[str, set[int]] = {}
    for entry in _BY_OFFSET.replace("\n", "|").split("|"):
        offset, *names = entry.split() or [""]
        for name in names:
            by_name.setdefault(name, set()).add(int(offset))
    return {name: frozenset(offsets) for name, offsets in by_name.items()}


ABBREVIATIONS_OF_WORD: Final = _families()
"""Abbreviations of the IANA database for words, such as EST and EDT for `eastern`."""
OFFSETS_OF_WORD: Final = _by_offset()
"""Offsets from UTC, in minutes, of abbreviations for which the IANA database has only a number."""
