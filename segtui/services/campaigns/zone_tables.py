"""Which time zones countries and their states have: those that have one, and those whose states decide.

Countries by zone.tab of the IANA time zone database, with those of several zones whose clocks agree today. States of
two zones name that of most of their people first. A country that is in neither table leaves it to the phone number.
"""

from typing import Final

_COUNTRIES = """
    Africa/Abidjan:CI Africa/Accra:GH Africa/Addis_Ababa:ET Africa/Algiers:DZ Africa/Asmara:ER Africa/Bamako:ML
    Africa/Bangui:CF Africa/Banjul:GM Africa/Bissau:GW Africa/Blantyre:MW Africa/Brazzaville:CG Africa/Bujumbura:BI
    Africa/Cairo:EG Africa/Casablanca:MA Africa/Conakry:GN Africa/Dakar:SN Africa/Dar_es_Salaam:TZ
    Africa/Djibouti:DJ Africa/Douala:CM Africa/El_Aaiun:EH Africa/Freetown:SL Africa/Gaborone:BW Africa/Harare:ZW
    Africa/Johannesburg:ZA Africa/Juba:SS Africa/Kampala:UG Africa/Khartoum:SD Africa/Kigali:RW Africa/Lagos:NG
    Africa/Libreville:GA Africa/Lome:TG Africa/Luanda:AO Africa/Lusaka:ZM Africa/Malabo:GQ Africa/Maputo:MZ
    Africa/Maseru:LS Africa/Mbabane:SZ Africa/Mogadishu:SO Africa/Monrovia:LR Africa/Nairobi:KE Africa/Ndjamena:TD
    Africa/Niamey:NE Africa/Nouakchott:MR Africa/Ouagadougou:BF Africa/Porto-Novo:BJ Africa/Sao_Tome:ST
    Africa/Tripoli:LY Africa/Tunis:TN Africa/Windhoek:NA America/Anguilla:AI America/Antigua:AG
    America/Argentina/Buenos_Aires:AR America/Aruba:AW America/Asuncion:PY America/Barbados:BB America/Belize:BZ
    America/Bogota:CO America/Caracas:VE America/Cayenne:GF America/Cayman:KY America/Costa_Rica:CR
    America/Curacao:CW America/Dominica:DM America/El_Salvador:SV America/Grand_Turk:TC America/Grenada:GD
    America/Guadeloupe:GP America/Guatemala:GT America/Guyana:GY America/Havana:CU America/Jamaica:JM
    America/Kralendijk:BQ America/La_Paz:BO America/Lima:PE America/Lower_Princes:SX America/Managua:NI
    America/Marigot:MF America/Martinique:MQ America/Miquelon:PM America/Montevideo:UY America/Montserrat:MS
    America/Nassau:BS America/Panama:PA America/Paramaribo:SR America/Port-au-Prince:HT America/Port_of_Spain:TT
    America/Puerto_Rico:PR America/Santo_Domingo:DO America/St_Barthelemy:BL America/St_Kitts:KN America/St_Lucia:LC
    America/St_Thomas:VI America/St_Vincent:VC America/Tegucigalpa:HN America/Tortola:VG Arctic/Longyearbyen:SJ
    Asia/Aden:YE Asia/Amman:JO Asia/Ashgabat:TM Asia/Baghdad:IQ Asia/Bahrain:BH Asia/Baku:AZ Asia/Bangkok:TH
    Asia/Beirut:LB Asia/Bishkek:KG Asia/Brunei:BN Asia/Colombo:LK Asia/Damascus:SY Asia/Dhaka:BD Asia/Dili:TL
    Asia/Dubai:AE Asia/Dushanbe:TJ Asia/Hebron:PS Asia/Ho_Chi_Minh:VN Asia/Hong_Kong:HK Asia/Jerusalem:IL
    Asia/Kabul:AF Asia/Karachi:PK Asia/Kathmandu:NP Asia/Kolkata:IN Asia/Kuala_Lumpur:MY Asia/Kuwait:KW
    Asia/Macau:MO Asia/Manila:PH Asia/Muscat:OM Asia/Nicosia:CY Asia/Phnom_Penh:KH Asia/Pyongyang:KP Asia/Qatar:QA
    Asia/Riyadh:SA Asia/Seoul:KR Asia/Shanghai:CN Asia/Singapore:SG Asia/Taipei:TW Asia/Tashkent:UZ Asia/Tbilisi:GE
    Asia/Tehran:IR Asia/Thimphu:BT Asia/Tokyo:JP Asia/Vientiane:LA Asia/Yangon:MM Asia/Yerevan:AM
    Atlantic/Bermuda:BM Atlantic/Cape_Verde:CV Atlantic/Faroe:FO Atlantic/Reykjavik:IS Atlantic/South_Georgia:GS
    Atlantic/St_Helena:SH Atlantic/Stanley:FK Europe/Amsterdam:NL Europe/Andorra:AD Europe/Athens:GR
    Europe/Belgrade:RS,XK Europe/Berlin:DE Europe/Bratislava:SK Europe/Brussels:BE Europe/Bucharest:RO
    Europe/Budapest:HU Europe/Chisinau:MD Europe/Copenhagen:DK Europe/Dublin:IE Europe/Gibraltar:GI
    Europe/Guernsey:GG Europe/Helsinki:FI Europe/Isle_of_Man:IM Europe/Istanbul:TR Europe/Jersey:JE Europe/Kiev:UA
    Europe/Ljubljana:SI Europe/London:GB Europe/Luxembourg:LU Europe/Malta:MT Europe/Mariehamn:AX Europe/Minsk:BY
    Europe/Monaco:MC Europe/Oslo:NO Europe/Paris:FR Europe/Podgorica:ME Europe/Prague:CZ Europe/Riga:LV
    Europe/Rome:IT Europe/San_Marino:SM Europe/Sarajevo:BA Europe/Skopje:MK Europe/Sofia:BG Europe/Stockholm:SE
    Europe/Tallinn:EE Europe/Tirane:AL Europe/Vaduz:LI Europe/Vatican:VA Europe/Vienna:AT Europe/Vilnius:LT
    Europe/Warsaw:PL Europe/Zagreb:HR Europe/Zurich:CH Indian/Antananarivo:MG Indian/Chagos:IO Indian/Christmas:CX
    Indian/Cocos:CC Indian/Comoro:KM Indian/Kerguelen:TF Indian/Mahe:SC Indian/Maldives:MV Indian/Mauritius:MU
    Indian/Mayotte:YT Indian/Reunion:RE Pacific/Apia:WS Pacific/Efate:VU Pacific/Fakaofo:TK Pacific/Fiji:FJ
    Pacific/Funafuti:TV Pacific/Guadalcanal:SB Pacific/Guam:GU Pacific/Nauru:NR Pacific/Niue:NU Pacific/Norfolk:NF
    Pacific/Noumea:NC Pacific/Pago_Pago:AS Pacific/Palau:PW Pacific/Pitcairn:PN Pacific/Rarotonga:CK
    Pacific/Saipan:MP Pacific/Tongatapu:TO Pacific/Wallis:WF
"""

_US = """
    America/New_York: CT connecticut|DC district of columbia|DE delaware|GA georgia|MA massachusetts|MD maryland
        |ME maine|NC north carolina|NH new hampshire|NJ new jersey|NY new york|OH ohio|PA pennsylvania|RI rhode island
        |SC south carolina|VA virginia|VT vermont|WV west virginia
    America/Chicago: AL alabama|AR arkansas|IA iowa|IL illinois|LA louisiana|MN minnesota|MO missouri|MS mississippi
        |OK oklahoma|WI wisconsin
    America/Denver: CO colorado|MT montana|NM new mexico|UT utah|WY wyoming
    America/Los_Angeles: CA california|NV nevada|WA washington
    America/Phoenix: AZ arizona
    Pacific/Honolulu: HI hawaii
    America/New_York America/Chicago: FL florida|IN indiana|KY kentucky|MI michigan
    America/Chicago America/New_York: TN tennessee
    America/Chicago America/Denver: KS kansas|ND north dakota|NE nebraska|SD south dakota|TX texas
    America/Boise America/Los_Angeles: ID idaho
    America/Los_Angeles America/Boise: OR oregon
    America/Anchorage America/Adak: AK alaska
"""
_CA = """
    America/St_Johns America/Goose_Bay: NL newfoundland and labrador|NF newfoundland
    America/Halifax: NB new brunswick|NS nova scotia|PE prince edward island|PEI p e i
    America/Toronto: QC quebec|PQ province of quebec
    America/Toronto America/Winnipeg: ON ontario
    America/Winnipeg: MB manitoba
    America/Regina: SK saskatchewan
    America/Edmonton: AB alberta|NT northwest territories
    America/Vancouver America/Edmonton: BC british columbia
    America/Whitehorse: YT yukon
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
_ES = """
    Atlantic/Canary: GC las palmas|TF santa cruz de tenerife|CN canarias|IC islas canarias|tenerife|canary islands
"""
_PT = """
    Atlantic/Azores: acores|azores
    Atlantic/Madeira: madeira
"""


def _countries() -> dict[str, str]:
    pairs = (entry.split(":") for entry in _COUNTRIES.split())
    return {region: zone for zone, regions in pairs for region in regions.split(",")}


def _states(table: str) -> dict[str, tuple[str, ...]]:
    """Read a table of zones and, behind each colon, what their states are called: a code and a name, or a name."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in table.replace("\n        ", "").strip().splitlines():
        zones, _, states = entry.strip().partition(": ")
        for state in states.split("|"):
            code, _, name = state.partition(" ")
            names = (code.casefold(), name) if code.isupper() else (state,)
            found.update(dict.fromkeys(filter(None, names), tuple(zones.split())))
    return found


ZONE_OF_COUNTRY: Final = _countries()
ZONES_OF_STATE: Final = {
    "US": _states(_US),
    "CA": _states(_CA),
    "AU": _states(_AU),
    "BR": _states(_BR),
    "ES": _states(_ES),
    "PT": _states(_PT),
}
# Where the states that are in no table have this one.
ELSEWHERE: Final = {"ES": "Europe/Madrid", "PT": "Europe/Lisbon", "NZ": "Pacific/Auckland"}
