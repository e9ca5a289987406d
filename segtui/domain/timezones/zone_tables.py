"""Tables of the time zones of countries, states and territories.

Babel (Unicode CLDR) knows the countries with a single zone. The tables hold the countries with several zones, the zone
of most people first, and one zone for those whose clocks agree today. Babel is imported when a zone is looked up in a
country of no table, never at start-up.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

# Zones that were one before a part of the country went its own way for some years; Kosovo has none of its own.
_AGREEING: Final = {
    "AR": "America/Argentina/Buenos_Aires",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "MY": "Asia/Kuala_Lumpur",
    "PS": "Asia/Hebron",
    "UA": "Europe/Kiev",
    "UZ": "Asia/Tashkent",
    "XK": "Europe/Belgrade",
}

_SEVERAL = """
    AU: Australia/Sydney Australia/Lord_Howe Antarctica/Macquarie Australia/Hobart Australia/Melbourne
        Australia/Broken_Hill Australia/Brisbane Australia/Lindeman Australia/Adelaide Australia/Darwin Australia/Perth
        Australia/Eucla
    BR: America/Sao_Paulo America/Noronha America/Belem America/Fortaleza America/Recife America/Araguaina
        America/Maceio America/Bahia America/Campo_Grande America/Cuiaba America/Santarem America/Porto_Velho
        America/Boa_Vista America/Manaus America/Eirunepe America/Rio_Branco
    CA: America/Toronto America/St_Johns America/Halifax America/Glace_Bay America/Moncton America/Goose_Bay
        America/Blanc-Sablon America/Iqaluit America/Atikokan America/Winnipeg America/Resolute America/Rankin_Inlet
        America/Regina America/Swift_Current America/Edmonton America/Cambridge_Bay America/Inuvik America/Creston
        America/Dawson_Creek America/Fort_Nelson America/Whitehorse America/Dawson America/Vancouver
    CD: Africa/Kinshasa Africa/Lubumbashi
    CL: America/Santiago America/Coyhaique America/Punta_Arenas Pacific/Easter
    EC: America/Guayaquil Pacific/Galapagos
    ES: Europe/Madrid Africa/Ceuta Atlantic/Canary
    FM: Pacific/Chuuk Pacific/Pohnpei Pacific/Kosrae
    GL: America/Nuuk America/Danmarkshavn America/Scoresbysund America/Thule
    ID: Asia/Jakarta Asia/Pontianak Asia/Makassar Asia/Jayapura
    KI: Pacific/Tarawa Pacific/Kanton Pacific/Kiritimati
    KZ: Asia/Almaty Asia/Qyzylorda Asia/Qostanay Asia/Aqtobe Asia/Aqtau Asia/Atyrau Asia/Oral
    MH: Pacific/Majuro Pacific/Kwajalein
    MN: Asia/Ulaanbaatar Asia/Hovd
    MX: America/Mexico_City America/Cancun America/Merida America/Monterrey America/Matamoros America/Chihuahua
        America/Ciudad_Juarez America/Ojinaga America/Mazatlan America/Bahia_Banderas America/Hermosillo
        America/Tijuana
    NZ: Pacific/Auckland Pacific/Chatham
    PF: Pacific/Tahiti Pacific/Marquesas Pacific/Gambier
    PG: Pacific/Port_Moresby Pacific/Bougainville
    PT: Europe/Lisbon Atlantic/Madeira Atlantic/Azores
    RU: Europe/Moscow Europe/Kaliningrad Europe/Kirov Europe/Volgograd Europe/Astrakhan Europe/Saratov Europe/Ulyanovsk
        Europe/Samara Asia/Yekaterinburg Asia/Omsk Asia/Novosibirsk Asia/Barnaul Asia/Tomsk Asia/Novokuznetsk
        Asia/Krasnoyarsk Asia/Irkutsk Asia/Chita Asia/Yakutsk Asia/Khandyga Asia/Vladivostok Asia/Ust-Nera Asia/Magadan
        Asia/Sakhalin Asia/Srednekolymsk Asia/Kamchatka Asia/Anadyr
    UM: Pacific/Wake Pacific/Midway
    US: America/New_York America/Detroit America/Kentucky/Louisville America/Kentucky/Monticello
        America/Indiana/Indianapolis America/Indiana/Vincennes America/Indiana/Winamac America/Indiana/Marengo
        America/Indiana/Petersburg America/Indiana/Vevay America/Chicago America/Indiana/Tell_City America/Indiana/Knox
        America/Menominee America/North_Dakota/Center America/North_Dakota/New_Salem America/North_Dakota/Beulah
        America/Denver America/Boise America/Phoenix America/Los_Angeles America/Anchorage America/Juneau America/Sitka
        America/Metlakatla America/Yakutat America/Nome America/Adak Pacific/Honolulu
"""

_US = """
    America/New_York: CT connecticut|DC district of columbia|DE delaware|GA georgia|MA massachusetts|MD maryland
        |ME maine|NC north carolina|NH new hampshire|NJ new jersey|NY new york|OH ohio|PA pennsylvania|RI rhode island
        |SC south carolina|VA virginia|VT vermont|WV west virginia|conn|del|mass|penn|penna|wash dc|washington dc
        |washington d c|d c|new york state|n carolina|s carolina|w virginia|r i|n j|n y|n h
    America/Chicago: AL alabama|AR arkansas|IA iowa|IL illinois|LA louisiana|MN minnesota|MO missouri|MS mississippi
        |OK oklahoma|WI wisconsin|ala|ark|ill|minn|miss|okla|wis|wisc
    America/Denver: CO colorado|MT montana|NM new mexico|UT utah|WY wyoming|colo|mont|n mex|n m|wyo
    America/Los_Angeles: CA california|NV nevada|WA washington|calif|cal|cali|nev|wash|washington state
    America/Phoenix: AZ arizona|ariz
    Pacific/Honolulu: HI hawaii
    America/New_York America/Chicago: FL florida|IN indiana|KY kentucky|MI michigan|fla|ind|mich
    America/Chicago America/New_York: TN tennessee|tenn
    America/Chicago America/Denver: KS kansas|ND north dakota|NE nebraska|SD south dakota|TX texas|kans|nebr|neb|tex
        |n dakota|s dakota
    America/Boise America/Los_Angeles: ID idaho
    America/Los_Angeles America/Boise: OR oregon|ore
    America/Anchorage America/Adak: AK alaska
    America/Puerto_Rico: PR puerto rico
    America/St_Thomas: VI virgin islands|us virgin islands|u s virgin islands|USVI u s v i
    Pacific/Guam: GU guam
    Pacific/Saipan: MP northern mariana islands|CNMI c n m i
    Pacific/Pago_Pago: AS american samoa
"""
_CA = """
    America/St_Johns America/Goose_Bay: NL newfoundland and labrador|NF newfoundland|newfoundland & labrador|labrador
    America/Halifax: NB new brunswick|NS nova scotia|PE prince edward island|PEI p e i
    America/Toronto: QC quebec|PQ province of quebec|que
    America/Toronto America/Winnipeg: ON ontario|ont
    America/Winnipeg: MB manitoba|man
    America/Regina: SK saskatchewan|sask
    America/Edmonton: AB alberta|NT northwest territories|alta|NWT n w t
    America/Vancouver America/Edmonton America/Fort_Nelson: BC british columbia|b c
    America/Whitehorse: YT yukon|YK yukon territory
    America/Iqaluit America/Rankin_Inlet America/Edmonton: NU nunavut
"""
_AU = """
    Australia/Sydney: NSW new south wales|ACT australian capital territory
    Australia/Melbourne: VIC victoria
    Australia/Brisbane: QLD queensland
    Australia/Adelaide: SA south australia
    Australia/Perth: WA western australia
    Australia/Hobart: TAS tasmania
    Australia/Darwin: NT northern territory
"""
_BR = """
    America/Sao_Paulo: AL alagoas|AP amapa|BA bahia|CE ceara|DF distrito federal|ES espirito santo|GO goias|MA maranhao
        |MG minas gerais|PA para|PB paraiba|PE pernambuco|PI piaui|PR parana|RJ rio de janeiro|RN rio grande do norte
        |RS rio grande do sul|SC santa catarina|SE sergipe|SP sao paulo
        |TO tocantins
    America/Manaus: MS mato grosso do sul|MT mato grosso|RO rondonia|RR roraima
    America/Manaus America/Rio_Branco: AM amazonas
    America/Rio_Branco: AC acre
"""
_MX = """
    America/Mexico_City: AGU aguascalientes|CAM campeche|CHP chiapas|CDMX ciudad de mexico|DF distrito federal
        |CMX mexico city|DUR durango|GUA guanajuato|GRO guerrero|HID hidalgo|JAL jalisco|MEX estado de mexico
        |MIC michoacan|MOR morelos|OAX oaxaca|PUE puebla|QUE queretaro|SLP san luis potosi|TAB tabasco|TLA tlaxcala
        |VER veracruz|YUC yucatan|ZAC zacatecas|COL colima|mexico
    America/Monterrey America/Matamoros: COA coahuila|NLE nuevo leon|NL n l|TAM tamaulipas|TMP tamps
    America/Chihuahua America/Ciudad_Juarez America/Ojinaga: CHH chihuahua|CHI chih
    America/Mazatlan: BCS baja california sur|SIN sinaloa
    America/Mazatlan America/Bahia_Banderas: NAY nayarit
    America/Hermosillo: SON sonora
    America/Tijuana: BCN baja california|BC baja california norte
    America/Cancun: ROO quintana roo|QR q roo
"""
_ID = """
    Asia/Jakarta: aceh|bali utara jakarta|banten|bengkulu|daerah istimewa yogyakarta|di yogyakarta|dki jakarta|jakarta
        |jambi|jawa barat|jawa tengah|jawa timur|west java|central java|east java|kalimantan barat|kalimantan tengah
        |west kalimantan|central kalimantan|kepulauan bangka belitung|bangka belitung|kepulauan riau|riau|riau islands
        |lampung|sumatera barat|sumatera selatan|sumatera utara|west sumatra|south sumatra|north sumatra|yogyakarta
    Asia/Makassar: bali|gorontalo|kalimantan selatan|kalimantan timur|kalimantan utara|south kalimantan
        |east kalimantan|north kalimantan|nusa tenggara barat|nusa tenggara timur|west nusa tenggara
        |east nusa tenggara|sulawesi barat|sulawesi selatan|sulawesi tengah|sulawesi tenggara|sulawesi utara
        |west sulawesi|south sulawesi|central sulawesi|southeast sulawesi|north sulawesi
    Asia/Jayapura: maluku|maluku utara|north maluku|papua|papua barat|west papua|papua selatan|papua tengah
        |papua pegunungan|papua barat daya
"""
_RU = """
    Europe/Moscow: moscow|moskva|moscow oblast|moskovskaya oblast|saint petersburg|st petersburg|sankt peterburg
        |leningrad oblast|krasnodar krai|rostov oblast|nizhny novgorod oblast|tatarstan|republic of tatarstan
        |voronezh oblast|stavropol krai|MOW москва|SPE санкт-петербург|московская область
    Europe/Kaliningrad: kaliningrad|kaliningrad oblast
    Europe/Samara: samara|samara oblast|udmurtia|udmurt republic
    Asia/Yekaterinburg: sverdlovsk oblast|chelyabinsk oblast|bashkortostan|perm krai|tyumen oblast|orenburg oblast
        |kurgan oblast
    Asia/Omsk: omsk|omsk oblast
    Asia/Novosibirsk: novosibirsk|novosibirsk oblast
    Asia/Krasnoyarsk: krasnoyarsk krai|kemerovo oblast|khakassia|tuva
    Asia/Irkutsk: irkutsk oblast|buryatia
    Asia/Yakutsk: amur oblast|zabaykalsky krai
    Asia/Vladivostok: primorsky krai|khabarovsk krai
    Asia/Sakhalin: sakhalin oblast
    Asia/Magadan: magadan oblast
    Asia/Kamchatka: kamchatka krai|chukotka
"""
_OTHERS = {
    "CN": "Asia/Shanghai Asia/Urumqi: xinjiang|XJ sinkiang|xinjiang uygur autonomous region|xinjiang uyghur",
    "ES": """
    Atlantic/Canary: GC las palmas|TF santa cruz de tenerife|CN canarias|IC islas canarias|tenerife|canary islands
        |gran canaria|lanzarote|fuerteventura
""",
    "PT": """
    Atlantic/Azores: acores|azores|regiao autonoma dos acores
    Atlantic/Madeira: madeira|regiao autonoma da madeira
""",
    "CL": """
    America/Punta_Arenas: MA magallanes|magallanes y de la antartica chilena|magallanes y la antartica chilena
    America/Coyhaique: AI aysen|aisen
    America/Santiago Pacific/Easter: VS valparaiso
    Pacific/Easter: isla de pascua|easter island|rapa nui
""",
    "EC": "Pacific/Galapagos: W galapagos|galapagos islands",
    "NZ": "Pacific/Chatham: CIT chatham islands|chatham",
}

# Numbers whose zones libphonenumber does not tell, or tells from before a country moved its clocks. The longest prefix
# counts. `61755` is the Gold Coast and Tweed Heads beside it, on either side of a border of zones.
_NUMBERS = """
    Australia/Sydney: 612 613
    Australia/Lord_Howe: 6126563
    Australia/Brisbane: 617
    Australia/Brisbane Australia/Sydney: 61755
    Australia/Adelaide: 6187 6188 6180
    Australia/Darwin: 61889
    Australia/Perth: 6186 6189
    Australia/Adelaide Australia/Darwin Australia/Perth: 6185
    Indian/Christmas: 6189164
    Indian/Cocos: 6189162
    America/Sao_Paulo: 551 552 553 554 5551 5553 5554 5555 5561 5562 5563 5564 557 558 559
    America/Sao_Paulo America/Noronha: 5581
    America/Manaus: 5565 5566 5567 5569 5592 5595
    America/Manaus America/Rio_Branco: 5597
    America/Rio_Branco: 5568
    America/Punta_Arenas: 5661
    America/Coyhaique: 5667
    Pacific/Easter: 5632210 5632255
    America/Santiago America/Punta_Arenas America/Coyhaique Pacific/Easter: 569
    America/Mazatlan America/Mexico_City: 52311 52319 52323 52324 52325 52327 52322 52329 52389
    America/Mexico_City America/Hermosillo America/Ciudad_Juarez America/Ojinaga: 52614 52621 52625 52626 52627 52628
        52629 52635 52636 52639 52648 52649 52652 52656 52659
    America/Hermosillo: 52622 52623 52631 52632 52633 52634 52637 52641 52642 52643 52644 52645 52647 52651 52653 52662
    America/Matamoros America/Mexico_City: 52826 52861 52862 52864 52866 52867 52868 52869 52877 52878 52894 52897
        52899
    Pacific/Auckland Pacific/Chatham: 64330
    Europe/Saratov: 7845
    Asia/Yakutsk Asia/Vladivostok Asia/Srednekolymsk: 7411
    Europe/Kaliningrad: 740
    Europe/Moscow: 7840
"""


def _entries(table: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the zones of every line of a table, with what stands behind the colon."""
    for line in table.replace("\n        ", " ").strip().splitlines():
        zones, _, rest = line.strip().partition(": ")
        yield tuple(zones.split()), rest


def _several() -> dict[str, tuple[str, ...]]:
    lines = _SEVERAL.replace("\n        ", " ").strip().splitlines()
    several = {region: tuple(zones.split()) for region, _, zones in (line.strip().partition(": ") for line in lines)}
    # The countries that most words for zones come from stand first.
    return {region: several[region] for region in ("US", "CA")} | several


def zones_of_country(region: str | None) -> tuple[str, ...]:
    """Return the zones of a country (ISO 3166 alpha-2), that of most people first; none where it is not known."""
    if region is None:
        return ()
    return _ZONES_OF_LARGE_COUNTRY.get(region) or zones_by_country().get(region, ())


@lru_cache(maxsize=1)
def zones_by_country() -> Mapping[str, tuple[str, ...]]:
    """Return the zones of all countries: those with several zones first, then those with one, by its name."""
    from babel.core import get_global

    territories = get_global("territory_zones").items()
    single = {region: zones[0] for region, zones in territories if len(zones) == 1 and len(region) == 2}
    single = {region: zone for region, zone in (single | _AGREEING).items() if region != "ZZ"}  # an unknown country
    in_order = sorted(single, key=lambda region: (single[region], region))
    return _ZONES_OF_LARGE_COUNTRY | {region: (single[region],) for region in in_order}


def _states(table: str) -> dict[str, tuple[str, ...]]:
    """Read a table of zones and, behind each colon, the names of their states: a code and a name, or a name."""
    states: dict[str, tuple[str, ...]] = {}
    for zones, listed in _entries(table):
        for state in listed.split("|"):
            code, _, name = state.strip().partition(" ")
            names = (code.casefold(), name) if code.isupper() else (state.strip(),)
            states.update(dict.fromkeys(filter(None, names), zones))
    return states


_ZONES_OF_LARGE_COUNTRY: Final = _several()
ZONES_OF_STATE: Final = {
    region: _states(table)
    for region, table in {
        "US": _US, "CA": _CA, "AU": _AU, "BR": _BR, "MX": _MX, "ID": _ID, "RU": _RU, **_OTHERS
    }.items()
}  # fmt: skip
MAIN_ZONE: Final = {
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
}
"""The zone of every state that is in no table, for countries whose other zones belong to a few known states."""
TERRITORIES: Final = {
    "US": ("PR", "VI", "GU", "MP", "AS"),
    "FR": ("GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"),
    "NL": ("AW", "CW", "SX", "BQ"),
    "DK": ("GL", "FO"),
    "NZ": ("CK", "NU", "TK"),
    "GB": ("GI", "FK", "BM", "KY", "VG", "TC", "AI", "MS", "SH", "IO"),
}
"""Regions of their own that people write as a part of another country."""
ZONES_OF_NUMBER: Final = {prefix: zones for zones, prefixes in _entries(_NUMBERS) for prefix in prefixes.split()}
