"""The headers of exporters and languages, and where each column belongs.

One table a file: `header=target`, divided by `|`. A header without a target is kept as a custom field or ignored; `*`
stands for one on which opinions differ.
"""

HEADERS: dict[str, str] = {
    "Google Contacts, old": (
        "Name=*|Given Name=first_name|Additional Name|Family Name=last_name|Yomi Name|Given Name Yomi"
        "|Family Name Yomi|Name Prefix|Name Suffix|Initials|Nickname|Short Name|Maiden Name|Birthday|Gender|Location"
        "|Billing Information|Directory Server|Mileage|Occupation=*|Hobby|Sensitivity|Priority|Subject|Notes|Language"
        "|Photo|Group Membership|E-mail 1 - Type|E-mail 1 - Value=email|E-mail 2 - Type|E-mail 2 - Value=email"
        "|Phone 1 - Type=phone_label|Phone 1 - Value=phone|Phone 2 - Type=phone_label|Phone 2 - Value=phone"
        "|Address 1 - Type|Address 1 - Formatted=address|Address 1 - Street=address|Address 1 - City=city"
        "|Address 1 - PO Box|Address 1 - Region=state|Address 1 - Postal Code=postal_code|Address 1 - Country=country"
        "|Organization 1 - Type|Organization 1 - Name=organization|Organization 1 - Title=*"
        "|Organization 1 - Department"
    ),
    "Outlook desktop, English": (
        "Title|First Name=first_name|Middle Name|Last Name=last_name|Suffix|Company=organization|Department"
        "|Job Title=job_title|Business Street=address|Business Street 2=*|Business City=city|Business State=state"
        "|Business Postal Code=postal_code|Business Country/Region=country|Assistant's Phone|Business Fax"
        "|Business Phone=phone|Business Phone 2=phone|Callback|Car Phone=phone|Company Main Phone|Home Fax"
        "|Home Phone=phone|ISDN|Mobile Phone=phone|Other Fax|Other Phone=phone|Pager|Primary Phone=phone|Radio Phone"
        "|TTY/TDD Phone|Telex|Account|Anniversary|Assistant's Name|Categories|E-mail Address=email|E-mail Type"
        "|E-mail Display Name|E-mail 2 Address=email|Manager's Name|Notes|Organizational ID Number|Profession"
        "|Referred By|Spouse|User 1|Web Page"
    ),
    "Outlook desktop, German": (
        "Anrede|Vorname=first_name|Weitere Vornamen|Nachname=last_name|Suffix|Firma=organization|Abteilung"
        "|Position=job_title|Straße geschäftlich=address|Ort geschäftlich=city|Bundesland/Kanton geschäftlich=state"
        "|Postleitzahl geschäftlich=postal_code|Land/Region geschäftlich=country|Telefon Assistent|Fax geschäftlich"
        "|Telefon geschäftlich=phone|Telefon geschäftlich 2=phone|Rückmeldung|Autotelefon=phone|Telefon Firma"
        "|Fax privat|Telefon (privat)=phone|ISDN|Mobiltelefon=phone|Weiteres Fax|Weiteres Telefon=phone|Pager"
        "|Haupttelefon=phone|Telex|E-Mail-Adresse=email|E-Mail-Typ|E-Mail: Angezeigter Name|Geburtstag|Notizen"
        "|Webseite"
    ),
    "Outlook desktop, French": (
        "Titre|Prénom=first_name|Deuxième prénom|Nom=last_name|Suffixe|Société=organization|Service|Profession=*"
        "|Rue (bureau)=address|Ville (bureau)=city|Dép/Région (bureau)=state|Code postal (bureau)=postal_code"
        "|Pays/Région (bureau)=country|Télécopie (bureau)|Téléphone (bureau)=phone|Téléphone (domicile)=phone"
        "|Tél. mobile=phone|Téléavertisseur|Adresse de messagerie=email|Notes"
    ),
    "Outlook desktop, Spanish": (
        "Título|Nombre=first_name|Segundo nombre|Apellidos=last_name|Organización=organization|Departamento"
        "|Puesto=job_title|Calle del trabajo=address|Ciudad de trabajo=city|Provincia o estado de trabajo=state"
        "|Código postal del trabajo=postal_code|País o región del trabajo=country|Fax del trabajo"
        "|Teléfono del trabajo=phone|Particular=*|Móvil=phone|Dirección de correo electrónico=email|Notas"
    ),
    "Apple Contacts CSV": (
        "First name=first_name|Last name=last_name|Company=organization|Job title=job_title|Email=email"
        "|Phone (mobile)=phone|Phone (home)=phone|Phone (work)=phone|Street=address|City=city|State=state"
        "|ZIP=postal_code|Country=country|Birthday|Note"
    ),
    "HubSpot, all properties": (
        "Record ID|First Name=first_name|Last Name=last_name|Email=email|Phone Number=phone|Mobile Phone Number=phone"
        "|Company name=organization|Job Title=job_title|Street Address=address|City=city|State/Region=state"
        "|Postal Code=postal_code|Country/Region=country|Time Zone=timezone|Original Source=source|Lead Status=status"
        "|Contact owner|Contact owner email|Opted out of email: Marketing Information|Unsubscribed from all email"
        "|Fax Number|Number of Employees|Website URL|Last Contacted|Became a Lead Date|IP City"
    ),
    "Salesforce leads report": (
        "Salutation|First Name=first_name|Last Name=last_name|Title=job_title|Company / Account=organization"
        "|Street=address|City=city|State/Province=state|Zip/Postal Code=postal_code|Country=country|Phone=phone"
        "|Mobile=phone|Fax|Email=email|Lead Source=source|Lead Status=status|Lead Owner|Do Not Call=do_not_call"
        "|Email Opt Out|Fax Opt Out|Rating|Annual Revenue|Industry|Converted"
    ),
    "Salesforce contacts report": (
        "Account Name=organization|Account Owner|Account Phone|First Name=first_name|Last Name=last_name"
        "|Title=job_title|Mailing Street=address|Mailing City=city|Mailing State/Province=state"
        "|Mailing Zip/Postal Code=postal_code|Mailing Country=country|Phone=phone|Home Phone=phone|Mobile=phone"
        "|Asst. Phone|Fax|Email=email|Reports To|Department|Contact Owner"
    ),
    "Mailchimp audience": (
        "Email Address=email|First Name=first_name|Last Name=last_name|Address=address|Phone Number=phone|Birthday"
        "|MEMBER_RATING|OPTIN_TIME|OPTIN_IP|CONFIRM_TIME|LATITUDE|LONGITUDE|GMTOFF|TIMEZONE=timezone|CC=country"
        "|REGION=state|UNSUB_TIME=do_not_call|UNSUB_CAMPAIGN_TITLE|UNSUB_REASON|LEID|EUID|NOTES|TAGS"
    ),
    "Zoho CRM leads": (
        "Record Id|Lead Owner.id|Lead Owner|Company=organization|First Name=first_name|Last Name=last_name"
        "|Title=job_title|Email=email|Phone=phone|Fax|Mobile=phone|Website|Lead Source=source|Lead Status=status"
        "|Industry|No. of Employees|Annual Revenue|Rating|Email Opt Out|Skype ID|Secondary Email=email|Street=address"
        "|City=city|State=state|Zip Code=postal_code|Country=country|Description|Unsubscribed Mode"
        "|Unsubscribed Time=do_not_call"
    ),
    "Pipedrive people": (
        "ID|Name=full_name|First name=first_name|Last name=last_name|Label|Organization=organization"
        "|Phone - Work=phone|Phone - Home=phone|Phone - Mobile=phone|Phone - Other=phone|Email - Work=email"
        "|Email - Home=email|Email - Other=email|Owner|Open deals|Won deals|Next activity date|Marketing status"
        "|Job title=job_title|Postal address=address|City/town/village/locality of Postal address=city"
        "|State/county of Postal address=state|ZIP/Postal code of Postal address=postal_code"
        "|Country of Postal address=country"
    ),
    "Pipedrive people, prefixed": (
        "Person - ID|Person - Name=full_name|Person - Organization=organization|Person - Phone - Work=phone"
        "|Person - Phone - Mobile=phone|Person - Email - Work=email|Person - Owner|Person - Job title=job_title"
    ),
    "Freshsales": (
        "First name=first_name|Last name=last_name|Job title=job_title|Emails=email|Work=*|Mobile=phone"
        "|Account name=organization|Address=address|City=city|State=state|Zipcode=postal_code|Country=country"
        "|Time zone=timezone|Source=source|Status=status|Sales owner|Lifecycle stage|Do not disturb=do_not_call"
        "|Subscription status"
    ),
    "Close leads": (
        "lead_id|display_name=*|lead_name=*|description|url|status_label=status|contact_name=full_name"
        "|title=job_title|primary_email=email|primary_phone=phone|address_1_address_1=address|address_1_city=city"
        "|address_1_state=state|address_1_zipcode=postal_code|address_1_country=country"
    ),
    "Copper": (
        "Name=full_name|Title=job_title|Company=organization|Email 1=email|Email 1 Type|Phone 1=phone"
        "|Phone 1 Type=phone_label|Street=address|City=city|State=state|Postal Code=postal_code|Country=country|Owner"
        "|Tags|Contact Type"
    ),
    "Insightly": (
        "RecordId|Salutation|FirstName=first_name|LastName=last_name|Organization=organization|Title=job_title"
        "|BusinessPhone=phone|MobilePhone=phone|HomePhone=phone|FaxNumber|EmailAddress=email"
        "|AddressMailStreet=address|AddressMailCity=city|AddressMailState=state|AddressMailPostcode=postal_code"
        "|AddressMailCountry=country|Background"
    ),
    "ActiveCampaign": (
        "ID|Email=email|First Name=first_name|Last Name=last_name|Phone=phone|Organization Name=organization"
        "|Date Created|IP Address|Tags|Status=status|Score"
    ),
    "Constant Contact": (
        "Email address=email|First name=first_name|Last name=last_name|Job title=job_title|Company=organization"
        "|Phone - home=phone|Phone - mobile=phone|Phone - work=phone|Street address line 1 - Home=address"
        "|City - Home=city|State/Province - Home=state|Zip/Postal Code - Home=postal_code|Country - Home=country"
        "|Email status|Email permission status|Source Name=source|Created At|Email Lists"
    ),
    "Klaviyo": (
        "Klaviyo ID|Email=email|First Name=first_name|Last Name=last_name|Organization=organization|Title=job_title"
        "|Phone Number=phone|Address=address|Address 2|City=city|State / Region=state|Country=country"
        "|Zip Code=postal_code|Latitude|Longitude|Source=source|Email Marketing Consent|SMS Marketing Consent"
        "|Initial Source"
    ),
    "Intercom": (
        "ID|Name=full_name|Owner|Lead or user|Email=email|Phone=phone|Company=organization|Signed up|First seen"
        "|Last seen|Country=country|Region=state|City=city|Timezone=timezone|Unsubscribed from Emails|Browser"
    ),
    "Zendesk users": (
        "id|name=full_name|email=email|external_id|role=*|notes|organization=organization|phone=phone|tags"
        "|time_zone=timezone|locale"
    ),
    "Odoo partners": (
        "External ID|Name=full_name|Company Name=organization|Job Position=job_title|Phone=phone|Mobile=phone"
        "|Email=email|Street=address|Street2|City=city|State=state|Zip=postal_code|Country=country|Tax ID|Salesperson"
        "|Tags"
    ),
    "EspoCRM contacts": (
        "ID|First Name=first_name|Last Name=last_name|Account=*|Title=job_title|Email=email|Phone=phone"
        "|Do Not Call=do_not_call|Address Street=address|Address City=city|Address State=state"
        "|Address Country=country|Address Postal Code=postal_code|Assigned User|Created At"
    ),
    "SuiteCRM contacts": (
        "id|first_name=first_name|last_name=last_name|title=job_title|department|do_not_call=do_not_call"
        "|phone_home=phone|phone_mobile=phone|phone_work=phone|phone_other=phone|phone_fax|email_address=email"
        "|primary_address_street=address|primary_address_city=city|primary_address_state=state"
        "|primary_address_postalcode=postal_code|primary_address_country=country|assistant|assistant_phone"
        "|lead_source=source|account_name=organization|assigned_user_name|email_opt_out"
    ),
    "Dynamics 365 contacts": (
        "(Do Not Modify) Contact|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Full Name=full_name"
        "|First Name=first_name|Last Name=last_name|Job Title=job_title|Company Name=organization|Email=email"
        "|Business Phone=phone|Mobile Phone=phone|Address 1: Street 1=address|Address 1: City=city"
        "|Address 1: State/Province=state|Address 1: ZIP/Postal Code=postal_code|Address 1: Country/Region=country"
        "|Do not allow Phone Calls=do_not_call|Do not allow Emails|Status=status"
    ),
    "Keap": (
        "Id|First Name=first_name|Last Name=last_name|Company=organization|Job Title=job_title|Email=email"
        "|Phone 1=phone|Phone 1 Type=phone_label|Phone 2=phone|Street Address 1=address|City=city|State=state"
        "|Postal Code=postal_code|Country=country|Lead Source=source|Tags|Owner"
    ),
    "GoHighLevel": (
        "Contact Id|First Name=first_name|Last Name=last_name|Business Name=organization|Phone=phone|Email=email"
        "|Created|Last Activity|Tags|Additional Emails|Additional Phones|DND=do_not_call|Source=source"
        "|Address=address|City=city|State=state|Postal Code=postal_code|Country=country|Timezone=timezone"
    ),
    "Five9": (
        "number1=phone|number2=phone|number3=phone|first_name=first_name|last_name=last_name|company=organization"
        "|street=address|city=city|state=state|zip=postal_code|email=email"
    ),
    "Aircall contacts": (
        "first_name=first_name|last_name=last_name|company_name=organization|information|phone_numbers=phone"
        "|emails=email"
    ),
    "RingCentral contacts": (
        "First Name=first_name|Last Name=last_name|Company=organization|Job Title=job_title|Mobile Phone=phone"
        "|Home Phone=phone|Business Phone=phone|Fax Number|Email=email|Street=address|City=city|State=state"
        "|Zip=postal_code|Country=country|Notes"
    ),
    "Facebook Lead Ads": (
        "id|created_time|ad_id|ad_name|adset_id|adset_name|campaign_id|campaign_name|form_id|form_name|is_organic"
        "|platform=*|full_name=full_name|phone_number=phone|email=email|city=city|lead_status=status"
    ),
    "LinkedIn connections": (
        "First Name=first_name|Last Name=last_name|URL|Email Address=email|Company=organization|Position=job_title"
        "|Connected On"
    ),
    "Eventbrite attendees": (
        "Order #|Order Date|First Name=first_name|Last Name=last_name|Email=email|Quantity|Price Paid|Ticket Type"
        "|Attendee #|Cell Phone=phone|Home Address 1=address|Home City=city|Home State=state|Home Zip=postal_code"
        "|Home Country=country|Job Title=job_title|Company=organization|Attendee Status"
    ),
    "Shopify customers": (
        "Customer ID|First Name=first_name|Last Name=last_name|Email=email|Accepts Email Marketing"
        "|Default Address Company=organization|Default Address Address1=address|Default Address Address2"
        "|Default Address City=city|Default Address Province Code=state|Default Address Country Code=country"
        "|Default Address Zip=postal_code|Default Address Phone=phone|Phone=phone|Accepts SMS Marketing|Total Spent"
        "|Total Orders|Note|Tax Exempt|Tags"
    ),
    "WooCommerce customers": (
        "ID|User Login|Email=email|Role=*|Billing First Name=first_name|Billing Last Name=last_name"
        "|Billing Company=organization|Billing Address 1=address|Billing City=city|Billing Postcode=postal_code"
        "|Billing Country=country|Billing State=state|Billing Email=email|Billing Phone=phone|Shipping First Name"
        "|Shipping Last Name"
    ),
    "Typeform": (
        "#|What's your name?=*|What's your email address?=email|What's your phone number?=phone|Submitted At|Token"
    ),
    "GetResponse": (
        "email=email|name=full_name|phone=phone|mobile_phone=phone|company=organization|city=city|state=state"
        "|postal_code=postal_code|country=country|created_on|ip"
    ),
    "Sendinblue, French": (
        "EMAIL=email|NOM=last_name|PRENOM=first_name|SMS=phone|TELEPHONE=phone|SOCIETE=organization|VILLE=city"
        "|CODE_POSTAL=postal_code"
    ),
    "Apollo.io": (
        "First Name=first_name|Last Name=last_name|Title=job_title|Company=organization|Company Name for Emails"
        "|Email=email|Email Status|Email Confidence|Contact Owner|Work Direct Phone=phone|Home Phone=phone"
        "|Mobile Phone=phone|Corporate Phone|Other Phone=phone|Stage=*|Lists|Last Contacted|Account Owner|# Employees"
        "|Industry|Person Linkedin Url|City=city|State=state|Country=country|Company Address|Company City=*"
        "|Company State=*|Company Country=*|Company Phone|Do Not Call=do_not_call"
    ),
    "ZoomInfo": (
        "ZoomInfo Contact ID|Last Name=last_name|First Name=first_name|Middle Name|Salutation|Job Title=job_title"
        "|Management Level|Direct Phone Number=phone|Email Address=email|Mobile phone=phone|Person Street=address"
        "|Person City=city|Person State=state|Person Zip Code=postal_code|Country=country|Company Name=organization"
        "|Company HQ Phone|Fax|Company Street Address=*|Company City=*"
    ),
    "Lusha": (
        "First Name=first_name|Last Name=last_name|Job title=job_title|Company=organization|Work email=email"
        "|Private email=email|Phone 1=phone|Phone 1 type=phone_label|Contact country=country|Company phone"
    ),
    "Monday": (
        "Name=full_name|Title=job_title|Company=organization|Email=email|Phone=phone|Type|Priority|Owner|Status=status"
    ),
    "Lexoffice, German": (
        "Kundennummer|Firma=organization|Anrede|Vorname=first_name|Nachname=last_name|Straße=address|PLZ=postal_code"
        "|Ort=city|Land=country|Telefon=phone|Telefon mobil=phone|Telefax|E-Mail=email"
    ),
    "German CRM": (
        "Kundennr.|Name=last_name|Vorname=first_name|Strasse=address|Hausnummer|PLZ=postal_code|Wohnort=city"
        "|Rufnummer=phone|Handynummer=phone|Mailadresse=email|Quelle=source|Werbesperre=do_not_call"
    ),
    "Portuguese (Brazil) RD Station": (
        "Email=email|Nome=full_name|Empresa=organization|Cargo=job_title|Telefone=phone|Celular=phone|Cidade=city"
        "|Estado=state|País=country|Origem=source|Tags"
    ),
    "Italian": (
        "Nome=first_name|Cognome=last_name|Ragione sociale=organization|Indirizzo=address|CAP=postal_code|Città=city"
        "|Provincia=state|Telefono=phone|Cellulare=phone|E-mail=email|Partita IVA"
    ),
    "Dutch": (
        "Voornaam=first_name|Tussenvoegsel|Achternaam=last_name|Bedrijfsnaam=organization|Functie=job_title"
        "|Straat=address|Postcode=postal_code|Plaats=city|Land=country|Telefoonnummer=phone|Mobiel nummer=phone"
        "|E-mailadres=email"
    ),
    "Polish": (
        "Imię=first_name|Nazwisko=last_name|Firma=organization|Stanowisko=job_title|Ulica=address"
        "|Kod pocztowy=postal_code|Miasto=city|Województwo=state|Kraj=country|Telefon=phone|Telefon komórkowy=phone"
        "|Adres e-mail=email"
    ),
    "Swedish": (
        "Förnamn=first_name|Efternamn=last_name|Företag=organization|Gatuadress=address|Postnummer=postal_code"
        "|Ort=city|Land=country|Telefon=phone|Mobil=phone|E-post=email"
    ),
    "Danish": (
        "Fornavn=first_name|Efternavn=last_name|Firma=organization|Adresse=address|Postnr.=postal_code|By=city"
        "|Land=country|Telefon=phone|Mobilnummer=phone|E-mail=email"
    ),
    "Norwegian": (
        "Fornavn=first_name|Etternavn=last_name|Firma=organization|Adresse=address|Postnummer=postal_code"
        "|Poststed=city|Land=country|Telefonnummer=phone|Mobiltelefon=phone|E-post=email"
    ),
    "Finnish": (
        "Etunimi=first_name|Sukunimi=last_name|Yritys=organization|Katuosoite=address|Postinumero=postal_code"
        "|Postitoimipaikka=city|Maa=country|Puhelin=phone|Matkapuhelin=phone|Sähköposti=email"
    ),
    "Czech": (
        "Jméno=first_name|Příjmení=last_name|Společnost=organization|Ulice=address|Město=city|PSČ=postal_code"
        "|Země=country|Telefon=phone|Mobil=phone|E-mail=email"
    ),
    "Slovak": (
        "Meno=first_name|Priezvisko=last_name|Spoločnosť=organization|Ulica=address|Mesto=city|PSČ=postal_code"
        "|Krajina=country|Telefón=phone|E-mail=email"
    ),
    "Hungarian": (
        "Vezetéknév=last_name|Keresztnév=first_name|Cég=organization|Utca=address|Város=city|Irányítószám=postal_code"
        "|Ország=country|Telefonszám=phone|Mobil=phone|E-mail cím=email"
    ),
    "Romanian": (
        "Nume=last_name|Prenume=first_name|Companie=organization|Adresă=address|Oraș=city|Județ=state"
        "|Cod poștal=postal_code|Țară=country|Telefon=phone|Email=email"
    ),
    "Turkish": (
        "Ad=first_name|Soyad=last_name|Şirket=organization|Adres=address|Şehir=city|Posta Kodu=postal_code"
        "|Ülke=country|Telefon=phone|Cep Telefonu=phone|E-posta=email"
    ),
    "Greek": (
        "Όνομα=first_name|Επώνυμο=last_name|Εταιρεία=organization|Διεύθυνση=address|Πόλη=city|ΤΚ=postal_code"
        "|Χώρα=country|Τηλέφωνο=phone|Κινητό=phone|Email=email"
    ),
    "Russian": (
        "Имя=first_name|Фамилия=last_name|Отчество|Компания=organization|Должность=job_title|Адрес=address|Город=city"
        "|Индекс=postal_code|Страна=country|Телефон=phone|Мобильный телефон=phone|Эл. почта=email|Источник=source"
        "|Статус=status"
    ),
    "Russian, amoCRM": (
        "Наименование=full_name|Компания=organization|Рабочий телефон=phone|Мобильный телефон=phone"
        "|Рабочий email=email|Должность=job_title|Ответственный|Теги"
    ),
    "Ukrainian": (
        "Ім'я=first_name|Прізвище=last_name|Компанія=organization|Адреса=address|Місто=city"
        "|Поштовий індекс=postal_code|Країна=country|Телефон=phone|Мобільний=phone|Електронна пошта=email"
    ),
    "Bulgarian": (
        "Име=first_name|Фамилия=last_name|Фирма=organization|Адрес=address|Град=city|Държава=country|Телефон=phone"
        "|Имейл=email"
    ),
    "Croatian": (
        "Ime=first_name|Prezime=last_name|Tvrtka=organization|Adresa=address|Grad=city|Poštanski broj=postal_code"
        "|Država=country|Telefon=phone|Mobitel=phone|E-mail=email"
    ),
    "Japanese": (
        "姓=last_name|名=first_name|会社名=organization|役職=job_title|住所=address|市区町村=city|都道府県=state|郵便番号=postal_code"
        "|国=country|電話番号=phone|携帯電話=phone|メールアドレス=email"
    ),
    "Chinese": (
        "姓名=full_name|公司=organization|职位=job_title|地址=address|城市=city|省份=state|邮编=postal_code|国家=country|电话=phone"
        "|手机=phone|邮箱=email"
    ),
    "Chinese, traditional": (
        "姓氏=last_name|名字=first_name|公司=organization|職稱=job_title|地址=address|城市=city|郵遞區號=postal_code|國家=country"
        "|電話=phone|行動電話=phone|電子郵件=email"
    ),
    "Korean": (
        "이름=full_name|회사=organization|직책=job_title|주소=address|도시=city|우편번호=postal_code|국가=country|전화번호=phone"
        "|휴대폰=phone|이메일=email"
    ),
    "Arabic": (
        "الاسم الأول=first_name|اسم العائلة=last_name|الشركة=organization|المدينة=city|الدولة=country|العنوان=address"
        "|الهاتف=phone|الجوال=phone|البريد الإلكتروني=email"
    ),
    "Hebrew": (
        "שם פרטי=first_name|שם משפחה=last_name|חברה=organization|כתובת=address|עיר=city|מיקוד=postal_code|טלפון=phone"
        '|נייד=phone|דוא"ל=email'
    ),
    "Vietnamese": (
        "Họ=last_name|Tên=first_name|Họ và tên=full_name|Công ty=organization|Địa chỉ=address|Thành phố=city"
        "|Số điện thoại=phone|Email=email"
    ),
    "Indonesian": (
        "Nama=full_name|Perusahaan=organization|Alamat=address|Kota=city|Provinsi=state|Kode Pos=postal_code"
        "|Negara=country|Telepon=phone|No HP=phone|Email=email"
    ),
    "Opt-outs": (
        "Phone=phone|SMS Opt Out=do_not_call|Phone Opt-Out=do_not_call|Call Opt Out=do_not_call|Email Opt Out"
        "|Newsletter unsubscribed|Opt-out reason|Opted Out=do_not_call|Unsubscribed=do_not_call"
        "|Unsubscribed At=do_not_call|Do Not Mail|Do Not Contact=do_not_call|National DNC=do_not_call|DNC=do_not_call"
        "|Blacklisted=do_not_call"
    ),
}
