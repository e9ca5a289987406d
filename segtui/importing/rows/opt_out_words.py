"""Words of opt-outs and of refused consent in the languages of exporters. Only data.

Patterns are regular expressions over folded words with single blanks between them (see `opt_out_answers`).
"""

from typing import Final

from segtui.domain.text import words

OPT_OUTS: Final = r"""
    (?:do not|dont|don t|donot) (?:ever |please )?(?:call|contact|phone|dial|ring|disturb|solicit|text|sms)
    donotcall|donotcontact|donotphone|dontcall|donotdisturb
    never (?:ever )?(?:to )?(?:be )?(?:call|called|contact|contacted|phone|ring)
    (?:must|should|may) not be (?:called|contacted|phoned)
    not to be (?:called|contacted|phoned)
    no (?:more|further) (?:calls?|contacts?)|no calls|no phone calls|no solicit(?:ing|ation|ations)?
    stop (?:call|calls|calling)
    opt(?:ed|ing|s)? ?out|unsub|unsubscribed?|unsubscription
    dnc|dncl|dncc|dnd|(?:black|block) ?list(?:ed)?|blocked|suppress|suppressed|suppression
    litigators?|litigious|cease and desist|deceased|passed away|date of death|death date
    (?:consent|permission) (?:is |was )?(?:withdrawn|revoked|refused|denied)
    (?:withdrew|withdrawn|revoked|refused|refuses|denied) (?:\w+ )?(?:consent|permission)
    remove (?:me|from list|from the list|number|from calls)|removal request(?:ed)?|take (?:me )?off (?:the )?list
    (?:exclude|excluded) from (?:calls|calling|dialling|dialing|campaigns?)
    tps|ctps|telephone preference service|robinson|robinsonliste|bloctel|mps

    nicht (?:mehr |wieder )?(?:anrufen|kontaktieren|storen|stoeren|angerufen werden)|keine anrufe
    nie (?:wieder )?anrufen
    kein(?:en)? (?:anruf|kontakt) (?:mehr )?(?:erwunscht|erwuenscht)
    abgemeldet|abmeldung|anrufsperre|werbesperre|kontaktsperre|sperrliste|gesperrt|werbewiderspruch|widerspruch
    widersprochen|einwilligung widerrufen|verstorben|sterbedatum|todesdatum

    ne (?:pas|plus|jamais) (?:me |nous |le |la |les |etre )?(?:appeler|contacter|rappeler|deranger|appelee?)
    (?:ne )?pas d appels?|desabonnee?|desabonnement|desinscrite?|desinscription|opposition|liste noire|decedee?
    date de deces

    no (?:volver a |se debe )?(?:llamar|contactar|molestar|llame|llamen|contacte)
    (?:dado|dada|dar) de baja|baja(?! california)
    desuscrit[oa]|lista negra|lista robinson|fallecid[oa]|bloquead[oa]|fecha de fallecimiento

    nao (?:ligar|contactar|contatar|perturbe|perturbar|chamar|telefonar|me ligue|ligue)|descadastrad[oa]|descadastrar
    cancelou a inscricao|falecid[oa]

    non (?:chiamare|contattare|disturbare|richiamare|telefonare)|disiscritt[oa]|opposizioni|opposizione|lista nera
    decedut[oa]|data di decesso

    niet (?:meer )?(?:bellen|contacteren|benaderen|opbellen|contact opnemen)|uitgeschreven|afgemeld|bel me niet
    overleden|geblokkeerd|zwarte lijst

    nie (?:dzwonic|dzwon|dzwoncie|kontaktowac|telefonowac)|wypisan[ya]|czarna lista|zmarl[ya]?|zablokowan[ya]|sprzeciw

    не (?:звонить|звоните|беспокоить|контактировать|дзвонити|турбувати)|отписан|отписался|отписалась|отписка
    отказ от (?:звонков|рассылки|обзвона|связи)|черный список|умер|умерла|відписаний|чорний список

    ring (?:inte|ej|ikke)|ikke ring|avregistrerad|avmeldt|afmeldt|sparrad|reservert|nixregistret|avliden|afdod
    ala soita|ei saa soittaa|soittokielto|markkinointikielto|nevolat|nevolejte|neoslovovat|odhlasen[ya]?
    aramayin|aramayiniz|aranmasin|kara liste|nu sunati|nu apelati|dezabonat|ne hivja|ne hivjuk|leiratkozott
    ne zvati|odjavljen|μην καλειτε|μην τηλεφωνειτε|jangan (?:hubungi|telepon|ditelepon|dihubungi)|khong goi
    لا تتصل|عدم الاتصال|לא להתקשר|אל תתקשר
"""
"""Phrases of an opt-out, one per line or between bars, the languages below each other."""

OPT_OUTS_WITHOUT_BLANKS: Final = words("""
    勿扰 免打扰 勿打扰 请勿致电 请勿来电 不要打电话 别打电话 不要联系 不再联系 退订 黑名单 拒绝来电 谢绝来电 勿拨打 已故
    勿擾 請勿致電 請勿來電 不要打電話 退訂 黑名單 拒絕來電 謝絕來電
    架電禁止 架電不可 架電NG 電話禁止 電話不可 電話NG 連絡不可 連絡禁止 連絡NG 配信停止 配信拒否 ブラックリスト 着信拒否
    수신거부 전화금지 연락금지 블랙리스트 전화거부 ห้ามโทร อย่าโทร""")
"""The same in scripts that have no blanks between words."""

STOP: Final = words("stop stopp arret alto pare zatrzymaj")
BESIDE_STOP: Final = words("""
    replied reply sms requested request received sent texted text all list please keyword message by the a of end""")
"""Words beside which `STOP` is still an opt-out; beside others it is not (`Stopped by`, `Bus stop`)."""

NEGATIONS: Final = words("""
    no not non never nicht kein keine pas sin sem senza geen nie ikke inte ej нет не removed without ohne isnt""")
BETWEEN: Final = words("on a an the in from our any yet been is of off auf der aus")
"""Words between a negation and what it negates (`not on the DNC list`)."""
CLEARED: Final = words("no n false f 0 clean cleared clear ok passed nein falsch нет 否 いいえ")
"""Words after an opt-out that negate it (`DNC: No`)."""
TIMES: Final = words("before after between during vor nach avant apres antes despues prima dopo")
"""Words after `do not call` that limit it to certain hours."""
MOMENTS: Final = words("time at date on when datum fecha data zeitpunkt")
"""Words in a header of the time of an opt-out: there, `never` means that it did not happen."""
OTHER_CHANNELS: Final = words("""
    email emails mail mails mailing newsletter newsletters courriel correo fax post letter push whatsapp marketingmail
    emailmarketing""")
CALLS: Final = words("""
    call calls calling called phone phones telephone tel sms text texts all everything dnc mobile anrufe anruf appels
    llamadas chiamate ligacoes bellen""")

# Answers in a column of opt-outs, as keys: without case, accents, blanks and signs.
YES: Final = words("""
    yes y true t 1 on x ja j oui o si s sim verdadero vero verdadeiro wahr vrai waar prawda истина да tak ano evet ναι
    так 是 はい 예 네 نعم כן co ya igen kylla jah taip tosi sant stop checked ticked selected registered listed
    onlist onthelist 有 對 对 真""")
NO: Final = words("""
    no n false f 0 off none null nil na nan nao nein non nee falsch faux falso unwahr onwaar falsz ложь нет ні не ne nie
    nej nei ei hayir yok οχι όχι 否 不 不是 无 無 没有 いいえ なし 아니오 아니요 لا לא khong tidak nem nu epatosi falskt
    subscribed allowed erlaubt autorise autorisee permitido consentito toegestaan dozwolone разрешено 允许 可
    optin optedin optsin callable ok okay call calls oktocall okaytocall oktocontact maycall cancall maybecalled docall
    callok safe safetocall clean cleaned clear cleared notset unset blank empty unchecked notchecked unticked notticked
    unselected notselected notregistered notlisted notonlist notonthelist notondnc notondnclist notonthednclist notdnc
    nondnc nodnc dncclean dncno notfound nomatch notamatch notoptedout nooptout neveroptedout notunsubscribed
    neverunsubscribed notblocked unblocked whitelisted whitelist notsuppressed notblacklisted alive
    nichtgesperrt nichtregistriert nichtabgemeldet keinesperre nonenregistrado noregistrado noinscrito nonregistrato
    nonregistre noninscrit nietgeregistreerd nezaregistrovan""")
NEVER: Final = words("never nunca mai jamais nooit niemals никогда")
"""A no in a column of the time of an opt-out; in other columns it is not understood."""

# Answers in a column of consent.
GRANTED: Final = YES - words("stop registered listed onlist onthelist") | words("""
    optin optedin optsin subscribed active aktiv actif activo attivo ativo actief enabled allowed granted given
    consented agreed accepted confirmed verified implied express explicit written verbal ok okay call callable
    oktocall maycall
    cancall permitted erlaubt erteilt zugestimmt accorde accepte autorise autorisee permitido concedido consentito
    toegestaan gegeven udzielona разрешено согласен 同意 允许 可 doubleoptin singleoptin all phone sms both""")
REFUSED: Final = (
    words("""
    no n false f 0 off nao nein non nee falsch faux falso unwahr onwaar falsz ложь нет ні не ne nie nej nei ei hayir yok
    οχι όχι 否 不 不是 无 無 没有 いいえ 아니오 아니요 لا לא khong tidak nem nu epatosi falskt
    refused refuse refuses declined denied deny withdrawn withdrew revoked rejected notgiven notgranted notallowed
    notoptedin notsubscribed notconsented noconsent nopermission without never unchecked unticked unselected inactive
    disabled disallowed forbidden negative verweigert abgelehnt widerrufen nichterteilt verboten refusee retire
    denegado denegada rechazado negado negato rifiutato geweigerd ingetrokken odmowa odmowiono wycofana отказ отозвано
    不同意 拒绝 拒絕 拒否""")
    | NEVER
)
NOTHING_SAID: Final = words("""
    na nan null nil neversubscribed nonsubscribed unknown
    notasked notspecified notset unset notapplicable notavailable unbekannt inconnu desconocido
    sconosciuto onbekend""")

TICKED: Final = "✓✔☑☒✅🗹🗸"
UNTICKED: Final = "☐⬜□◻▢"
CROSSED: Final = "✗✘❌❎×✕✖"
"""Marks that may mean no or a tick: in a consent column they refuse it."""
