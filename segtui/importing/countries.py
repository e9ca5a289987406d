"""Which region (ISO 3166 alpha-2) a file means by a country: its codes, its calling code, its name in our languages."""

from functools import lru_cache

from segtui.phones import is_region
from segtui.text import fold

# ISO 3166-1 alpha-3 for alpha-2.
_ALPHA_3_PAIRS = """
    ABW:AW AFG:AF AGO:AO AIA:AI ALA:AX ALB:AL AND:AD ARE:AE ARG:AR ARM:AM ASM:AS ATG:AG AUS:AU AUT:AT AZE:AZ BDI:BI
    BEL:BE BEN:BJ BES:BQ BFA:BF BGD:BD BGR:BG BHR:BH BHS:BS BIH:BA BLM:BL BLR:BY BLZ:BZ BMU:BM BOL:BO BRA:BR BRB:BB
    BRN:BN BTN:BT BWA:BW CAF:CF CAN:CA CHE:CH CHL:CL CHN:CN CIV:CI CMR:CM COD:CD COG:CG COK:CK COL:CO COM:KM CPV:CV
    CRI:CR CUB:CU CUW:CW CYM:KY CYP:CY CZE:CZ DEU:DE DJI:DJ DMA:DM DNK:DK DOM:DO DZA:DZ ECU:EC EGY:EG ERI:ER ESH:EH
    ESP:ES EST:EE ETH:ET FIN:FI FJI:FJ FLK:FK FRA:FR FRO:FO FSM:FM GAB:GA GBR:GB GEO:GE GGY:GG GHA:GH GIB:GI GIN:GN
    GLP:GP GMB:GM GNB:GW GNQ:GQ GRC:GR GRD:GD GRL:GL GTM:GT GUF:GF GUM:GU GUY:GY HKG:HK HND:HN HRV:HR HTI:HT HUN:HU
    IDN:ID IMN:IM IND:IN IRL:IE IRN:IR IRQ:IQ ISL:IS ISR:IL ITA:IT JAM:JM JEY:JE JOR:JO JPN:JP KAZ:KZ KEN:KE KGZ:KG
    KHM:KH KIR:KI KNA:KN KOR:KR KWT:KW LAO:LA LBN:LB LBR:LR LBY:LY LCA:LC LIE:LI LKA:LK LSO:LS LTU:LT LUX:LU LVA:LV
    MAC:MO MAF:MF MAR:MA MCO:MC MDA:MD MDG:MG MDV:MV MEX:MX MHL:MH MKD:MK MLI:ML MLT:MT MMR:MM MNE:ME MNG:MN MNP:MP
    MOZ:MZ MRT:MR MSR:MS MTQ:MQ MUS:MU MWI:MW MYS:MY MYT:YT NAM:NA NCL:NC NER:NE NGA:NG NIC:NI NLD:NL NOR:NO NPL:NP
    NRU:NR NZL:NZ OMN:OM PAK:PK PAN:PA PER:PE PHL:PH PLW:PW PNG:PG POL:PL PRI:PR PRK:KP PRT:PT PRY:PY PSE:PS PYF:PF
    QAT:QA REU:RE ROU:RO RUS:RU RWA:RW SAU:SA SDN:SD SEN:SN SGP:SG SLB:SB SLE:SL SLV:SV SMR:SM SOM:SO SPM:PM SRB:RS
    SSD:SS STP:ST SUR:SR SVK:SK SVN:SI SWE:SE SWZ:SZ SXM:SX SYC:SC SYR:SY TCA:TC TCD:TD TGO:TG THA:TH TJK:TJ TKM:TM
    TLS:TL TON:TO TTO:TT TUN:TN TUR:TR TUV:TV TWN:TW TZA:TZ UGA:UG UKR:UA URY:UY USA:US UZB:UZ VAT:VA VCT:VC VEN:VE
    VGB:VG VIR:VI VNM:VN VUT:VU WLF:WF WSM:WS XKX:XK YEM:YE ZAF:ZA ZMB:ZM ZWE:ZW
"""
_ALPHA_3 = dict(pair.split(":") for pair in _ALPHA_3_PAIRS.split())

# Names that are in no list of names.
_CALLED = """
    US: united states of america|usa|america|u s a|the united states|estados unidos de america|eeuu|ee uu|etats unis
        d amerique|stati uniti d america|vereinigte staaten von amerika|vs|verenigde staten van amerika
    GB: uk|great britain|britain|england|scotland|wales|northern ireland|grossbritannien|angleterre|inglaterra
        inghilterra|engeland|u k|grande bretagne|gran bretana|gran bretagna|gra bretanha|groot brittannie
    NL: holland|the netherlands|holanda|olanda
    KR: south korea|korea|republic of korea|sudkorea|coree du sud|corea del sur
    RU: russian federation|russland
    CZ: czech republic|tschechische republik|republique tcheque
    AE: uae|u a e|emirates
    IE: republic of ireland|eire
    CN: people s republic of china|prc|peoples republic of china
    TR: turkey|turkiye
    MK: macedonia
    CH: schweiz|suisse|svizzera
    BR: brasil
    HK: hong kong
    TW: taiwan
    VN: viet nam
    VA: holy see
    CI: ivory coast
"""
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")


@lru_cache(maxsize=4096)
def region_of(country: str) -> str | None:
    """Return the region a country's name or code means (US for `US`, `usa`, `United States`, `États-Unis`), or None."""
    key = _key(country)
    short = key.replace(" ", "").upper()
    if len(short) == 2 and is_region(short):
        return short
    if short in _ALPHA_3:
        return _ALPHA_3[short]
    return _called().get(key) or _named().get(key)


def _key(country: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in fold(country)).split())


@lru_cache(maxsize=1)
def _called() -> dict[str, str]:
    names: dict[str, str] = {}
    entries = " ".join(_CALLED.split()).split(": ")
    for place in range(1, len(entries)):
        region = entries[place - 1][-2:]
        listed = entries[place] if place == len(entries) - 1 else entries[place][:-3]
        names.update((_key(name), region) for name in listed.split("|"))
    return names


@lru_cache(maxsize=1)
def _named() -> dict[str, str]:
    """Return every country's name in our languages. Loading it takes a third of a second, so only when one is met."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    names: dict[str, str] = {}
    for region, by_language in LOCALE_DATA.items():
        for language in _LANGUAGES:
            name = by_language.get(language, "")
            name = by_language.get(name[1:], "") if name.startswith("*") else name
            if name and len(region) == 2:
                names.setdefault(_key(name), region)
    return names


@lru_cache(maxsize=1024)
def regions_calling(code: str) -> tuple[str, ...]:
    """Return the regions of a calling code (`1`, `+44`, `0044`), the main one first; none if it is no such code."""
    import phonenumbers

    digits = code.strip().lstrip("+").lstrip("0")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 3:
        return ()
    found = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits), ())
    return tuple(region for region in found if region != "001")


def phone_region(code: str, country: str, default: str) -> str:
    """Return the region a phone is read for: that of its own country code, else of the row's country, else the default.

    A calling code that several countries share is settled by the country.
    """
    by_country = region_of(country) if country else None
    if code:
        sharing = regions_calling(code)
        if sharing:
            return next((region for region in (by_country, default) if region in sharing), sharing[0])
        by_code = region_of(code)
        if by_code:
            return by_code
    return by_country or default
