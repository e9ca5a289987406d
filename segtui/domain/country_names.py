"""Names of countries that no other list has, and words used beside them. Only data.

Names are written as keys: letters and digits without case, accents, blanks and signs (see `countries`).
"""

from typing import Final

from segtui.domain.text import fold, words


def _pairs(text: str) -> dict[str, str]:
    """Return region by key from lines of `REGION: key key …`."""
    pairs: dict[str, str] = {}
    region = ""
    for word in text.split():
        if word.endswith(":"):
            region = word[:-1]
        else:
            pairs[fold(word)] = region
    return pairs


ALIASES: Final = _pairs("""
    US: us usa сша 미국 unitedstatesofamerica america theunitedstates unitedstates theus theusa usofa usofamerica
        unitedstatesusa unitedstateofamerica
        estadosunidosdeamerica estadosunidos eeuu eua etatsunis etatsunisdamerique statiuniti
        statiunitidamerica vereinigtestaaten vereinigtestaatenvonamerika verenigdestatenvanamerika usamainland
        estadosunidosdaamerica
    GB: uk gb greatbritain britain england scotland wales northernireland nireland theuk theunitedkingdom
        unitedkingdom unitedkingdomofgreatbritain unitedkingdomofgreatbritainandnorthernireland
        greatbritainandnorthernireland englandandwales grossbritannien grosbritannien
        angleterre inglaterra inghilterra engeland
        grandebretagne granbretana granbretagna grabretanha grootbrittannie ukmainland mainlanduk cymru alba
        ecosse escocia scozia schottland schotland paysdegalles gales galles channelislands irlandedunord
        irlandadelnorte irlandadonorte irlandadelnord nordirland noordierland anglia англия wielkabrytania
        великобритания 英国 英國 イギリス
    NL: holland thenetherlands holanda olanda hollande kingdomofthenetherlands холандия голландия
    KR: 大韩民国 韩国 한국 southkorea korea republicofkorea korearep koreasouth
        korearepublic sudkorea coreedusud coreadelsur koreasouthern rok
    KP: northkorea dprk democraticpeoplesrepublicofkorea democraticpeopleisrepublicofkorea
        koreademocraticpeoplesrepublicof koreanorth
    RU: russianfederation russland therussianfederation российскаяфедерация рф
    CZ: ceskarepublika czechrepublic theczechrepublic tschechischerepublik republiquetcheque tschechei czech
    AE: uae emirates theuae dubai abudhabi الامارات الإمارات
    SA: ksa kingdomofsaudiarabia saudi العربيةالسعودية السعودية
    IE: republicofireland republicireland eire irelandrepublic irelandrepublicof irishrepublic southernireland roi
    CN: 中华人民共和国 中國 peoplesrepublicofchina prc mainlandchina chinamainland prchina peopleisrepublicofchina
    TW: republicofchina taiwanprovinceofchina provinceofchinataiwan taiwanroc roctaiwan chinesetaipei
        taiwanrepublicofchina
    TR: turkey turkiye
    MK: macedonia republicofmacedonia republicofnorthmacedonia formeryugoslavrepublicofmacedonia fyrom fyrmacedonia
        theformeryugoslavrepublicofmacedonia macedoniatheformeryugoslavrepublicof macedoniafyrom
    CH: schweiz suisse svizzera swiss
    BR: brasil
    HK: 香港 香港特别行政区
        hongkong hksar hongkongchina hongkongsarchina hongkongsar
    MO: 澳门 澳門 macao macau macauchina macaochina
    VN: vietnam
    VA: holysee vaticancity vatican
    CI: ivorycoast cotedivoire cotedivoir elfenbeinkuste costademarfil costadomarfim costadavorio
    CD: drc drcongo democraticrepublicofthecongo democraticrepublicofcongo congothedemocraticrepublicofthe
        congodemocraticrepublic congokinshasa zaire congodrc thedemocraticrepublicofthecongo congodr
        congodemocraticrepublicof demrepcongo
    CG: republicofthecongo congobrazzaville thecongorepublic congorepublic republicofcongo
    SZ: swaziland
    MM: burma
    CV: capeverde
    TL: easttimor
    PS: palestine stateofpalestine palestinianterritoryoccupied occupiedpalestinianterritory
    BA: bosnia bosniaherzegovina bih bosnieherzegovine
    MX: mejico
    IN: bharat hindustan
    NZ: aotearoa
    LA: laopeoplesdemocraticrepublic laopdr
    SY: syrianarabrepublic
    LY: libyanarabjamahiriya
    FM: federatedstatesofmicronesia
    VI: virginislands usvirginislands virginislandsus
    BL: saintbarts
    DE: brd bundesrepublikdeutschland
    GE: republicofgeorgia georgiarepublic
    GM: thegambia
    BS: thebahamas
    PH: thephilippines phils
    DO: dominicanrep
    CF: centralafricanrep
    GQ: eqguinea
    RE: lareunion iledelareunion
    CR: costarica
    SK: slovenskarepublika slovakrepublic
    PL: rzeczpospolitapolska
    BQ: bonairesinteustatiusandsaba bonaire sinteustatiusandsababonaire
    TH: ประเทศไทย
    JP: 日本国
    SV: elsalvador salvador
    """) | {"congo": "", "kongo": "", "конго": ""}  # fmt: skip
"""Region by name. A blank region is a name that two countries share."""

SHORT_FORMS: Final = _pairs("""
    DE: d
    AT: a
    FR: f
    IT: i
    ES: e
    PT: p
    BE: b
    LU: l
    SI: slo
    RO: rom
    """)
"""Vehicle registration codes, which European addresses use, and codes that were replaced."""

NOISE: Final = words("""
    the of a republic kingdom state states federal federation islamic democratic people peoples socialist plurinational
    bolivarian united commonwealth sultanate principality grand duchy oriental independent cooperative hashemite emirate
    arab mainland metropolitan metropolitaine continental proper republik konigreich bundesrepublik republique royaume
    repubblica regno republica reino da do de del della di du des sar rep country nation""")
"""Words of a country's full name that do not distinguish it; they are dropped if the full name is unknown."""

# The country that a territory belongs to: beside each other they mean the territory.
DEPENDENT: Final = {
    territory: country
    for country, territories in {
        "CN": "HK MO TW",
        "US": "PR GU VI AS MP",
        "GB": "GG JE IM GI BM KY VG AI MS TC FK SH IO",
        "FR": "GP MQ GF RE YT BL MF PM WF PF NC",
        "NL": "AW CW SX BQ",
        "DK": "GL FO",
        "FI": "AX",
        "NO": "SJ",
        "AU": "CX CC NF",
        "NZ": "CK NU TK",
    }.items()
    for territory in territories.split()
}

# States and provinces whose names or codes are those of countries too, or that stand alone beside their country.
SUBDIVISIONS: Final = {
    "US": words("""
        al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or
        pa ri sc sd tn tx ut vt va wa wv wi wy dc pr
        alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois
        indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri
        montana nebraska nevada newhampshire newjersey newmexico newyork northcarolina northdakota ohio oklahoma oregon
        pennsylvania rhodeisland southcarolina southdakota tennessee texas utah vermont virginia washington
        westvirginia wisconsin wyoming"""),
    "CA": words("""
        ab bc mb nb nl ns nt nu on pe qc sk yt alberta britishcolumbia manitoba newbrunswick newfoundland novascotia
        ontario quebec saskatchewan"""),
    "AU": words("""
        act nsw nt qld sa tas vic wa newsouthwales queensland southaustralia tasmania victoria westernaustralia"""),
}

_LANGUAGES: Final = """
    en de fr es pt it nl pl ru zh zh_Hant ja ko ar he tr sv da nb fi cs sk hu ro el uk bg hr sr sl vi id th hi fa ca
    et lv lt is ms eu gl fil bn ur sq az hy ka kk mk af"""
LANGUAGES: Final = tuple(_LANGUAGES.split())
"""Languages of known country names, in the order of the search (Babel's names for them)."""
