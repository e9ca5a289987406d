"""Headers of columns that ask whether the contact agrees to be called. Only data.

Patterns are regular expressions over the folded words of a header, with a blank before each word.
"""

import re
from typing import Final

from segtui.domain.text import fold, words
from segtui.importing.columns.header_normalisation import compact

_PHRASES: Final = r"""
    consent|consents|consented|optin|opt(?:s|ed)? in|permissions?|permitted
    (?:ok|okay|allowed|agrees?|agreed|happy|safe|free|willing|permission) to (?:be )?(?:call|contact|phone)(?:ed)?
    (?:ok|okay|allowed|agrees?|agreed|happy|safe|free|willing|permission) to (?:text|sms)
    (?:may|can|could|should) (?:we |i )?(?:be )?(?:call|called|contact|contacted|phone|phoned)
    allow(?:s|ed)? (?:phone |telephone |sms )?(?:call|calls|calling|contact|phone|sms|marketing)
    (?:call|calls|calling|phone|telephone|contact|sms|marketing) (?:is |are )?(?:allowed|permitted|ok|okay|accepted)
    accepts? (?:phone |telephone |sms |text )*(?:call|calls|marketing|sms|texts?|contact)
    callable|contactable|do call
    (?:telephone|phone|sms|tele|call|calling|text|telefon) marketing|telemarketing
    marketing (?:by |via |over )?(?:telephone|phone|sms|calls?)
    gdpr|dsgvo|rgpd|avg toestemming|tcpa
    einwilligung|einverstanden|zustimmung|werbeerlaubnis|kontakterlaubnis
    telefonwerbung
    anrufe? (?:erlaubt|ok|erwunscht)|darf angerufen werden|werbeeinwilligung|telefoneinwilligung
    telefonische kontaktaufnahme
    consentement|accepte (?:les |d etre |le )?(?:appels?|appelee?|contactee?|demarchage)|autorise (?:les )?appels
    demarchage telephonique|accord
    consentimiento|acepta (?:llamadas|ser llamado|publicidad|contacto)|autoriza|autorizacion|permite llamadas
    consenso|accetta (?:chiamate|marketing)|autorizza|autorizzazione
    consentimento|aceita (?:ligacoes|chamadas|contato|receber)|permite (?:ligacoes|contato)|autorizacao
    toestemming|mag (?:gebeld|bellen)|bellen toegestaan|zgoda|zgody
    согласие|согласен|согласна|разрешение|можно звонить
    samtycke|samtykke|suostumus|souhlas|hozzajarulas|arama izni|izin
"""
CONSENT: Final = re.compile(rf" (?:{'|'.join(fold(line) for line in _PHRASES.split(chr(10)) if line.strip())})(?= |$)")
"""Phrases that make a header ask for consent, the languages below each other."""

CONSENT_PARTS: Final = (
    "phoneconsent", "callconsent", "smsconsent", "marketingconsent", "oktocall", "okaytocall", "telemarketing",
    "phonemarketing", "telephonemarketing", "callpermission", "phonepermission", "phoneoptin", "smsoptin", "calloptin",
    "einwilligung", "werbeerlaubnis", "同意", "授权", "許諾", "동의",
)  # fmt: skip
"""Parts of headers that are written in one word."""

SUBSCRIPTIONS: Final = frozenset(map(compact, ("subscribed", "is subscribed", "subscribed status", "suscrito")))
"""Whole headers of a subscription in force, true or false."""

CONSENT_DETAILS: Final = words("""
    date time ip source url link version form page campaign by reason id timestamp expires history name record proof
    token key hash lat lon count channel channels user agent zeitpunkt datum fecha data quelle fuente language statement
    wording checkbox set sets""")
"""Words of a column that describes a consent and does not hold it."""
