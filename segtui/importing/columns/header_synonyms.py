"""Column names that exporters use, in English, German, French, Spanish, Italian, Portuguese, Dutch and a few more.

Google Contacts, Outlook, HubSpot, Salesforce, Mailchimp, Zoho, Pipedrive, VICIdial, Brevo, listmonk, Twenty and others.

Only data. Headers are written as people write them, separated by `|`, and compared by `header_normalisation.compact`;
the sets below them are single words, folded.
"""

from segtui.domain.text import words
from segtui.importing.columns import header_words_by_language
from segtui.importing.columns.header_normalisation import compact
from segtui.importing.columns.header_words import STAFF


def _table(text: str) -> frozenset[str]:
    return frozenset(compact(header) for header in text.replace("\n", "|").split("|") if header.strip())


_FIRST_CHOICE: dict[str, frozenset[str]] = {
    "first_name": _table("""
        first name|firstname|fname|first|given name|givenname|forename|christian name|name first
        vorname|rufname|prénom|prenom|primer nombre|nombre de pila|nombres|nome proprio|primo nome|primeiro nome
        voornaam|roepnaam|imię|förnamn|fornavn|etunimi|jméno|keresztnév|ad|имя|名"""),
    "last_name": _table("""
        last name|lastname|lname|last|surname|family name|familyname|name last|second name
        nachname|familienname|zuname|nom de famille|apellido|apellidos|primer apellido|cognome
        sobrenome|apelido|último nome|achternaam|familienaam|nazwisko|efternamn|etternavn|efternavn|sukunimi|příjmení
        vezetéknév|soyad|фамилия|姓"""),
    "full_name": _table("""
        name|full name|fullname|contact name|contact|contact full name|customer name|client name
        person name|your name|subscriber name|recipient name|name full|complete name|file as name|person
        vollständiger name|voller name|ganzer name|kontakt|kontaktname|ansprechpartner|kunde|kundenname
        vor und nachname|name last first|full name last first|last name first name|last first|surname first name
        last first name|name last name first name|name last comma first|name first last|first last|first and last name
        first name last name
        vorname nachname|vorname und nachname|nom|nom complet|nom et prénom|prénom et nom|prénom nom|nom prénom
        contact nom
        nombre|nombre completo|nombre y apellidos|nombre y apellido|contacto|nome|nome completo|nome e cognome
        cognome e nome|nominativo|contatto|contato|nome e sobrenome|naam|volledige naam|contactpersoon|imię i nazwisko
        namn|navn|имя фамилия|фио|氏名|姓名|名前"""),
    "email": _table("""
        email|e mail|mail|email address|mail address|email id|primary email|emails primary email|email 1|email1
        email 1 value|subscriber email|e mail adresse|emailadresse|mailadresse|courriel|adresse courriel|adresse email
        adresse mail|adresse e mail|adresse électronique|mél|correo|correo electrónico|dirección de correo
        dirección de correo electrónico|direccion email|posta elettronica|indirizzo email|indirizzo e mail
        indirizzo mail
        correio eletrônico|correio electrónico|endereço de email|endereço de e mail|e mailadres|mailadres|e post|epost
        sähköposti|adres email|электронная почта|メールアドレス|邮箱|电子邮件"""),
    "phone": _table("""
        phone|phone number|phonenumber|telephone|telephone number|tel|tel number|tel no|phone no|phone num
        contact number
        contact no|number to call|primary phone|primary phone number|phones primary phone number
        main contact number|ph
        phone 1|phone1|phone 1 value|direct dial|direct line|direct number|business phone|work phone|home phone|msisdn
        number|dial number|dialled number|dialed number|caller id|callerid|ani|sms|whatsapp
        to number|called number|destination number|recipient number|callee|callee number
        landline|landline number|land line|ddi|ddi number|direct dial number|kontaktnummer|kontakt nr|numer kontaktowy
        número de contacto|numéro de contact|numero di contatto|número de contato|nr kontaktowy|contactnummer
        mobile|mobile phone|mobile number|mobile no|cell|cell phone|cellphone|cell number|cellular
        telefon|telefonnummer|telefonnr|tel nr|rufnummer|fon|handy|handynummer|handynr|mobil|mobiltelefon|mobilnummer
        mobilfunk|mobilfunknummer|festnetz|festnetznummer|durchwahl|telefon privat|telefon geschäftlich
        téléphone|numéro de téléphone|n° de téléphone|no téléphone|num tél|tél|portable|téléphone portable
        mobile perso
        téléphone mobile|numéro de portable|téléphone fixe|numéro
        teléfono|telefono|número de teléfono|num telefono|móvil|teléfono móvil|celular|teléfono celular
        número de móvil
        número de celular|numero di telefono|cellulare|numero di cellulare|numero cellulare|telefono cellulare
        recapito
        recapito telefonico|telefone|número de telefone|telemóvel|telefone celular|número de telemóvel|fone
        telefoon|telefoonnummer|mobiel|mobiel nummer|mobiele telefoon|gsm|gsm nummer|gsm nr
        telefonní číslo|numer telefonu|telefonszám|puhelin|puhelinnumero|matkapuhelin|mobiltelefonnummer
        telefono movil
        телефон|номер телефона|мобильный|電話番号|携帯電話|电话|手机|手机号"""),
    "organization": _table("""
        organization|organisation|company|company name|organization name|organisation name|account name|employer
        business
        business name|firm|society|associated company|company or account|org|org name|current company
        company organization
        firma|firmenname|unternehmen|unternehmensname|betrieb|arbeitgeber|société|societe|entreprise|nom de la société
        nom de l'entreprise|raison sociale|organisme|employeur|empresa|nombre de la empresa|nombre empresa|compañía
        organización|razón social|azienda|nome azienda|società|ragione sociale|ditta|organizzazione|nome da empresa
        organização|companhia|bedrijf|bedrijfsnaam|organisatie|werkgever|företag|firmanavn|yritys|spółka|компания
        会社名|公司"""),
    "job_title": _table("""
        job title|jobtitle|position|job role|designation|occupation|job|job position|organization title|headline
        job function|function title|title|organization 1 title|organization title 1|company 1 title
        berufsbezeichnung|beruf|stellenbezeichnung|jobbezeichnung|funktion|stelle|jobtitel|titel|intitulé du poste
        fonction|poste|profession|métier|titre du poste|titre|cargo|puesto|título del puesto|puesto de trabajo
        profesión
        ocupación|título|titolo di lavoro|qualifica|ruolo|mansione|posizione|professione|titolo|função|profissão
        ocupação|functie|functietitel|beroep|stilling|должность|役職|职位"""),
    "address": _table("""
        address|street|street address|address 1|address1|address line 1|addressline1|street 1|street1|addr|addr1
        address street
        postal address|street line|streetaddress|street name|road
        adresse|anschrift|straße|strasse|str|straße und hausnummer|straße hausnummer|straße nr|adresse 1|rue
        adresse postale
        adresse ligne 1|dirección|domicilio|calle|direccion postal|indirizzo|via|endereço|morada|rua|logradouro
        adres|straat|straatnaam|straat en huisnummer|straat en nummer|ulica|adress|адрес|住所|地址"""),
    "city": _table("""
        city|town|city town|town city|locality|suburb|municipality|address city|ort|stadt|wohnort|ortschaft
        gemeinde|ville
        localité|commune|ciudad|localidad|población|municipio|città|comune|località|cidade|município
        plaats|woonplaats|stad|gemeente|miasto|by|kaupunki|город|市区町村|城市"""),
    "state": _table("""
        state|state province|province state|state region|state county|region state|state or province|address state
        address region|state code|province code|bundesland|kanton|land bundesland|département|estado|estado provincia
        comunidad autónoma
        provincia estado|stato provincia|stato regione|uf|provincie|staat|штат|область|都道府県|省"""),
    "country": _table("""
        country|country region|country name|country code|nation|country or region|address country|cc|land
        staat land|pays
        nom du pays|país|pais|paese|nazione|stato|kraj|maa|land region|pays région|país región|paese area geografica
        страна|国|国家"""),
    "postal_code": _table("""
        postal code|postalcode|postcode|post code|zip|zip code|zipcode|zip postal code|postal zip code|zip postcode
        address postal code|address zip|plz|postleitzahl|code postal|cp|código postal|codigo postal|cap
        codice postale|codice di avviamento postale|cep|kod pocztowy|postnummer|postinumero|psč|irányítószám|индекс
        郵便番号|邮编"""),
    "timezone": _table("""
        timezone|time zone|tz|iana timezone|zeitzone|fuseau horaire|zona horaria|fuso orario|fuso horário
        tijdzone"""),
    "source": _table("""
        source|lead source|leadsource|contact source|original source|utm source|traffic source|acquisition source
        how did you hear about us|source name|channel|quelle|herkunft|leadquelle|lead quelle|origine
        source du prospect
        provenance|fuente|origen|fuente de posible cliente|origen del lead|fonte|origem|fonte do lead|fonte lead
        origine lead|bron|leadbron|herkomst|источник"""),
    "status": _table("""
        status|lead status|contact status|state of lead|disposition|call status|lead stage status|leadstatus|statut
        statut du prospect|estado del lead|estado de posible cliente|stato lead|stato del lead|situação|status do lead
        leadstatus|стату́с|статус"""),
    "do_not_call": _table("""
        do not call|donotcall|dnc|do not phone|do not contact|nicht anrufen|anrufsperre|ne pas appeler|no llamar
        non chiamare|não ligar|niet bellen"""),
    "area_code": _table("""
        area code|phone area code|telephone area code|tel area code|std code|phone std code|npa|ortsvorwahl|vorwahl
        ortskennzahl|código de área|codigo area|código área|ddd|lada|clave lada|indicatif régional|netnummer
        numer kierunkowy|kierunkowy|код города|区号|區號|市外局番"""),
    "custom_fields": _table("custom fields|attributes|custom attributes|attribs|attrs"),
}

# Taken if no better column of the same file has the field.
_SECOND_CHOICE: dict[str, frozenset[str]] = {
    "state": _table("""
        region|province|county|provincia|regione|región|region name|departement|regio|kreis|landkreis|prefecture
        kanton
        provinz|distrito"""),
    "address": _table("formatted|address formatted|full address|complete address|formatted address|address full"),
    "full_name": _table("display name|lead name"),
    "job_title": _table("role"),
    "timezone": _table("gmt offset name"),
    "source": _table("utm medium source|lead origin|original source type"),
    "status": _table("lifecycle stage|lead stage|stage|subscription status|member status|contact stage"),
}

_ELSEWHERE = {field: _table(text) for field, text in header_words_by_language.NAMES.items()}

# If a word means different fields in different languages, the languages of this module win.
BY_HEADER = {
    header: field
    for table in (_ELSEWHERE, _SECOND_CHOICE, _FIRST_CHOICE)
    for field, headers in table.items()
    for header in headers
}
SECOND_CHOICES = frozenset().union(*_SECOND_CHOICE.values())
FIRST_CHOICES = frozenset().union(*_FIRST_CHOICE.values(), *_ELSEWHERE.values())

LAST_NAME_FIRST = _table("""
    name last first|full name last first|last name first name|last first|surname first name|last first name
    name last name first name|name last comma first""")
# Headers of any number, perhaps a phone: used only if the file has no other phone.
ANY_NUMBERS = _table("number|numéro|numero|número|caller id|callerid|ani|dial number|kontakt nr")
# Phones that are taken if a row has nothing else.
LAST_PHONES = _table("landline|landline number|land line|ddi|ddi number")

# A full name; the last name beside a first name ("Vorname", "Name"); the first name beside a last name.
AMBIGUOUS_NAMES = _table("name|nom|nombre|nome|naam|namn|navn")
# A job, or a form of address: the values decide.
AMBIGUOUS_TITLES = _table("title|titel|titre|título|titolo")

# Usual headers of columns that are not contact fields; they distinguish a header row from a row.
OTHER_HEADERS = _table("""
    id|record id|contact id|lead id|notes|note|comments|comment|description|tags|labels|groups|birthday|birthdate
    date of birth|created|created at|create date|created date|updated|updated at|modified|last modified date|owner
    contact owner|lead owner|gender|language|website|web page|fax|middle name|salutation|prefix|suffix|nickname
    department
    industry|list|lists|score|rating|line|reason|domain|linkedin|notizen|bemerkung|bemerkungen|anrede|geburtstag
    geburtsdatum|geschlecht|erstellt am|remarques|civilité|date de naissance|date de création|notas
    fecha de nacimiento
    note aggiuntive|data di nascita|observações|data de nascimento|opmerkingen|aanhef|geboortedatum|geslacht""")

# Another person's name, number or address.
SOMEBODY_ELSE = (
    words("""
    owner owners ownerid assistant assistants asst manager managers spouse partner referrer referred referral
    reports reportsto created modified creator editor assigned assignee rep salesperson agent besitzer inhaber
    eigentumer betreuer assistent assistentin vorgesetzter proprietaire assistante responsable propietario asistente
    proprietario assistente responsabile eigenaar emergency supervisor parent guardian children child spokesperson
    modifie cree erstellt geandert""")
    | STAFF
)
# The contact's own, but not the name, number or address in use.
BESIDE_THE_NAME = words("""
    photo phonetic yomi kana maiden middle nickname initial spitzname surnom apodo""")

PHONE_COUNTRY_CODES = _table("""
    phone code|phone country code|phone country|dial code|dialling code|dialing code|calling code|isd code
    country calling code
    country dial code|idd|phone prefix|phones primary phone country code|ländervorwahl|landesvorwahl|indicatif
    indicatif pays|indicatif téléphonique|prefijo|prefijo país|prefijo telefónico|prefisso|prefisso internazionale
    indicativo|indicativo do país|ddi|landcode telefoon|landnummer""")

EMAIL_WORDS = words("""
    email emails emailaddress mail courriel correo emailadresse mailadresse emailadres""")
NOT_AN_ADDRESS = words("""
    opt optin optout label type status state bounce bounced reason date time verified verification valid source
    domain count sent sends opened opens clicked clicks clicks last first display name consent marketing
    subscription format id hash preference preferences confidence quality catch catchall campaign stop code
    permission permissions eligible quarantined deliverability score client provider invalid additional list lists""")

PHONE_WORDS = words("""
    phone phones telephone tel telefon telefono telefone telefoon fon fone ph telephonenumber phonenumber rufnummer
    telefonnummer telefoonnummer whatsapp sms""")
PHONE_PARTS = ("phonenumber", "telefonnummer", "telefoonnummer", "telephone")
MOBILE_WORDS = words("""
    mobile mobil mobiel cell cellphone cellular cellulare celular handy handynummer movil telemovel portable gsm
    mobilephone mobilnummer mobiltelefon mobilfunknummer mobiele mobilfunk sms msisdn smartphone mob komorkowy
    мобильный мобільний""")
MOBILE_PARTS = (
    "mobilephone",
    "mobiltelefon",
    "mobilenumber",
    "cellphone",
    "handynummer",
    "matkapuhelin",
    "携帯",
    "手机",
)
NOT_THE_PHONE = words("""
    fax faxnumber telefax pager beeper account accounts company corporate organization organisation firma firmen
    societe entreprise empresa azienda bedrijf employer telex tty tdd isdn radio hq headquarters switchboard
    zentrale standard billing support hotline emergency toll bank customer order tax""") - {
    "billing",
    "customer",
    "order",
}
NOT_THE_PHONE_PARTS = ("telefax", "faxnum", "assistantphone", "companymain", "companyphone", "accountphone", "mainline")
ABOUT_A_PHONE = words("""
    type label ext extension status verified valid validation carrier consent preference preferred optin opt id time
    date count kind country code area region timezone last lastcall called calls notes note attempts result outcome
    duration permission source reason bounce confidence score lookup city state zip name model center centre tipo typ
    estado estatus statut stato stan статус rodzaj тип soort art fecha fuente fonte kommentar format""")

# Opt-outs: headers that equal one of these, or contain one of these parts.
WITHDRAWALS = _table("""
    dnc|dnd|baja|abgemeldet|désabonné|désinscrit|disiscritto|uitgeschreven|cancelado|dado de baja|descadastrado
    opposition
    robinson|tps|ctps|telephone preference service
    widerspruch|blocked|suppressed|suppression|do not disturb|gesperrt|bloctel|remove|removed|exclude|excluded
    no call|no calls|no phone|no phone calls|no contact|call blocked|calls blocked|dead or deceased""")
WITHDRAWAL_PARTS = (
    "optout", "optedout", "unsub", "donotallow",
    "blacklist", "blocklist", "donotcall", "donottext", "donotsms", "donotcontact",
    "donotphone", "donotmail", "donotemail", "donotfax", "nichtanrufen", "anrufsperre", "nepasappeler", "nollamar",
    "nonchiamare", "naoligar", "nietbellen", "desabonne", "desinscri", "werbesperre", "dncflag", "dncstatus", "dnclist",
    "abgemeldet", "disiscritt", "uitgeschreven",
)  # fmt: skip
ABOUT_CALLS = (
    "call",
    "phone",
    "sms",
    "text",
    "mobile",
    "tel",
    "anruf",
    "appel",
    "llamar",
    "chiamare",
    "ligar",
    "bellen",
)
ABOUT_OTHER_CHANNELS = (
    "mail",
    "newsletter",
    "courriel",
    "correo",
    "fax",
    "post",
    "whatsapp",
    "push",
    "letter",
    "survey",
)
WITHDRAWAL_DETAILS = words("""
    reason reasons campaign title source comment comments other user by link url ip grund motif motivo reden count
    method mode page note notes scrubbed scrubbing checked checks verified validated last updated update before after
    between hours window provider vendor version expires expiry expiration score schedule days""")
# Words in headers both of the time and of the result of a look-up: the values decide.
WITHDRAWAL_LOOKUPS = words("scrub check lookup")
# Single words that mean an opt-out in any header ("National DNC").
WITHDRAWAL_WORDS = words("dnc dnd")

# Words that distinguish several addresses, the preferred one first.
ADDRESS_KINDS = {
    "mailing": 0, "mail": 0, "default": 0,
    "primary": 0, "contact": 0, "main": 0, "current": 0, "business": 1, "work": 1,
    "office": 1, "geschaftlich": 1,
    "professionnel": 1, "bureau": 1, "trabajo": 1, "lavoro": 1, "trabalho": 1, "werk": 1,
    "billing": 2, "home": 2, "private": 2, "privat": 2, "personal": 2, "domicile": 2, "casa": 2, "prive": 2, "1": 0,
    "2": 3, "3": 4, "shipping": 3, "delivery": 3, "other": 4, "andere": 4, "autre": 4, "otra": 4, "alternate": 4,
    "company": 6, "account": 6, "organization": 6, "hq": 6, "headquarters": 6,
}  # fmt: skip
PERSONAL_KINDS = frozenset(("default", "primary", "contact", "main", "current", "billing", "personal", "1"))
ADDRESS_FIELDS = ("address", "city", "state", "country", "postal_code")
# Words without meaning: Pipedrive's "Person - Name", WooCommerce's "Billing First Name", "Lead City".
EMPTY_WORDS = words("""
    person contact contacts lead leads customer client subscriber recipient value address addresses the kontakt your
    deal de del of""")
