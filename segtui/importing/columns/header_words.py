"""Single words in headers: people beside the contact, kinds of phones, remarks. Only data; words are folded.

`header_synonyms` has the headers that are known as a whole.
"""

from typing import Final

from segtui.domain.text import words

STAFF: Final = words("""
    agent agents texter caller broker vendor volunteer advisor adviser closer setter canvasser dialer dialler
    operator recruiter counselor counsellor officer representative consultant dispatcher staff admin administrator
    moderator organizer organiser sender from introducer relative kin mother father mum dad sibling brother sister
    wife husband colleague coworker secretary receptionist handler sdr bdr csm csr executive salesman salesrep
    telemarketer fundraiser caseworker underwriter teamleader reviewer approver
    berater vertreter makler verkaufer bearbeiter sachbearbeiter mitarbeiter vermittler handelsvertreter anrufer
    disponent innendienst aussendienst
    conseiller conseillere commercial vendeur vendeuse gestionnaire courtier teleoperateur appelant
    asesor asesora vendedor vendedora agente comercial gestor gestora corredor operador teleoperador
    consulente venditore commerciale operatore agenti
    corretor consultor atendente
    adviseur verkoper makelaar medewerker beller
    doradca doradcy sprzedawca sprzedawcy opiekun opiekuna konsultant konsultanta handlowiec handlowca agenta
    менеджер менеджера оператор оператора агент агента продавец продавца ответственный ответственного консультант
    консультанта куратор куратора""")
"""People who work with the contact or live beside them."""

PROFESSIONS: Final = words("""
    teacher trainer coach instructor tutor mentor therapist doctor physician lawyer attorney solicitor realtor lender
    technician driver affiliate reseller dealer distributor supplier contractor subcontractor landlord nurse appraiser
    inspector installer author provider host lehrer arzt anwalt lieferant handler fournisseur proveedor fornitore
    fornecedor leverancier dostawca medico medecin""")
"""Contacts themselves in lists of such people; beside a contact with its own name they are other people."""

ROLES: Final = words("""
    user users employee employees seller buyer tenant store branch site school location facility property venue practice
    clinic hotel shop club nutzer benutzer utilisateur usuario utente gebruiker uzytkownik пользователь employe empleado
    dipendente funcionario""")
"""Contacts themselves in many files. If another column is the contact's own, they are other people."""

STAFF_PARTS: Final = ("业务员", "销售员", "客服", "顾问", "经纪人", "紧急联系", "监护", "監護", "緊急連絡")
"""The same in scripts that have no blanks between words."""

NUMBERS: Final = words("no nr num number numbers nummer numero numeros numer nomor номер n nº")
"""Words for a number of any kind."""

PHONE_KINDS: Final = words("""
    work business office home private privat personal direct other secondary second 2nd third 3rd alternate alternative
    alt additional extra landline land line fixed festnetz fixe fijo fisso fixo day daytime evening night weekend
    switchboard desk dial did ddi car
    geschaftlich bureau domicile maison trabajo casa lavoro ufficio trabalho escritorio werk thuis prive praca dom
    рабочий домашний дополнительный другой backup reserve best reach callback dienstlich beruflich stationarny
    stacionarni otro otra autre andere altro outro inny whatsapp wa hp""")
"""Words that distinguish a contact's phones."""

PLAIN: Final = words("""
    contact contacts person people lead leads customer client subscriber recipient prospect member patient student donor
    voter guest attendee participant applicant candidate resident citizen household respondent kontakt kontakte kunde
    kunden cliente contacto contatto contato klient клиент your you what whats is s the a of to for and or in on at we
    can reach de del la le les du des das der die dem do da di el un una mit avec con com
    value values raw full formatted main primary default first 1st preferred current new valid verified validated
    active clean list all any billing mailing address addresses deal sms text e164 international national local
    details info please enter provide called dialled dialed principal principale haupt hauptnummer standard""")
"""Words beside which a phone is still the contact's own."""

MEMBERS: Final = words("""
    student patient member donor voter guest attendee participant applicant candidate resident prospect""")
"""Contacts of one trade or another: `Patient Name` is the contact's."""

WEAK_BESIDE_NUMBER: Final = words("""
    best preferred contact contacts kontakt kontakte contacto contatto contato kontaktowy main primary call callback
    reach wa hp whatsapp""")
"""Words that turn a number into a phone: `Best Number`, `Kontakt nr`, `No WA`."""

OF_THE_COMPANY: Final = words("""
    corporate hq headquarters company organization organisation firma firmen societe entreprise empresa azienda bedrijf
    switchboard zentrale standard""")
"""Phones of the contact's company: taken if a row has nothing else."""

OPEN_TO_VALUES: Final = words("preferred preference verified valid validation country code area region format")
"""Words in the header of a phone, or of a column about a phone: the values decide."""

COUNTRIES: Final = words("country dial dialling dialing calling isd pais pays land")
CODES: Final = words("code codes prefix codigo indicatif vorwahl")
"""One word of each makes a column of a phone's country codes."""
CHECKED: Final = words("verified unverified validated")
KINDS_IN_ONE_WORD: Final = ("work", "home", "business", "direct", "office")

LABELS: Final = words("""
    label type tipo typ art kind soort rodzaj тип 类型 種類 etykieta etiqueta libelle bezeichnung""")
"""Words for the kind of a phone (Mobile, Work Fax)."""
BESIDE_LABELS: Final = LABELS | words("value de del du des do da di of the van der")

NOTES: Final = (
    r" (?:with|without|incl|including|includes|inclusive|inc|w|plus|and|mit|inkl|avec|con|com|met|z) (?:the |your )?"
    r"(?:country|area|dial|dialling|dialing|std|isd|international|intl|city|calling|landervorwahl|vorwahl|indicatif"
    r"|prefijo|prefisso|prefixo|codigo|code|landeskennzahl|landnummer|kierunkowym)"
    r"(?: (?:and|or|area|country|code|codes|prefix|pais|pays|de|del|di|do|dial|dialling|dialing|calling))*(?= |$)"
    r"| (?:no (?:spaces|dashes|hyphens|brackets)|(?:numbers|digits) only|\d+ digits?|e 164(?: format)?|e164(?: format)?"
    r"|(?:international|intl|national|local) format|required|optional|mandatory|if (?:any|available|known)"
    r"|(?:un)?verified|validated|pflichtfeld|obligatoire|obligatorio|obbligatorio|verplicht|geprueft|verifie|verificado)"
    r"(?= |$)"
)
"""Remarks in the header of a phone, as a pattern over its words, with a blank before each word."""

GLUED_BEFORE: Final = words("""
    work home business mailing billing shipping mail primary other personal office company contact lead person customer
    client private current default alternate account""")
GLUED_BEHIND: Final = words("""
    phone phonenumber telephone mobile cell tel fax email mail city town state province zip zipcode postcode postalcode
    street address country county region name firstname lastname number""")
"""Beginnings and ends of headers that are written in one word (`workcity`, `agentphone`)."""

STATUS_LIKE: Final = words("""
    status disposition stage outcome result tag tags label labels flag flags group groups list lists category categories
    segment segments statut estado stato stan статус statuses etiqueta etiquetas etiquettes schlagworte schlagwort
    gruppe gruppen kategorie ergebnis""")
"""Columns whose values may be opt-outs, though they are not contact fields."""
