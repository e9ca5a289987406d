"""Column names in languages beyond those of `header_synonyms`: only the everyday names of the fields.

Only data, in the form of `header_synonyms`: headers as people write them, separated by `|`.
"""

from typing import Final

NAMES: Final[dict[str, str]] = {
    "first_name": """
        křestní jméno|meno|krstné meno|utónév|prenume|prenumele|ime|önisim|adı|isim|όνομα|μικρό όνομα|ім'я
        име|собствено име|nama depan|nama pertama|tên|ชื่อ|名字|名前 名|이름 (이름)|이름(성 제외)
        الاسم الأول|الاسم الاول|שם פרטי|नाम पहला|vardas|vārds|eesnimi|emri|ainm|pangalan""",
    "last_name": """
        priezvisko|családnév|nume|nume de familie|numele|prezime|soyadı|soy isim|επώνυμο|επίθετο|прізвище
        фамилно име|nama belakang|họ|นามสกุล|姓氏|성|اسم العائلة|اللقب|שם משפחה|pavardė|uzvārds
        perekonnanimi|mbiemri|apelyido""",
    "full_name": """
        celé jméno|jméno a příjmení|meno a priezvisko|teljes név|név|nume complet|nume și prenume
        ime i prezime|ad soyad|adı soyadı|isim soyisim|ονοματεπώνυμο|фио контакта|наименование|полное имя
        контакт|піб|повне ім'я|трите имена|име и фамилия|nama|nama lengkap|họ và tên|họ tên|ชื่อ นามสกุล
        ชื่อ-นามสกุล|全名|联系人|客户姓名|聯絡人|お名前|お客様名|이름|성명|성함|الاسم|الاسم الكامل|שם
        שם מלא|namn och efternamn|för- och efternamn|täydellinen nimi|nimi|isim soy isim|vardas pavardė""",
    "email": """
        e mail cím|email cím|adresa de email|adresă de email|adresă email|e posta|eposta|e posta adresi
        ηλεκτρονική διεύθυνση|ηλεκτρονικό ταχυδρομείο|эл почта|эл адрес|электронный адрес|почта
        рабочий email|имейл|ел поща|електронна пошта|ел пошта|surel|alamat email|thư điện tử|địa chỉ email
        อีเมล|电邮|邮件|電子郵件|電子信箱|電郵|eメール|이메일|이메일 주소|البريد الإلكتروني
        البريد الالكتروني|الايميل|דוא"ל|דואל|אימייל|כתובת מייל|adresse de messagerie|adresă e mail
        e postadress|e postadresse|mailadresse|el paštas|e pasts|meiliaadress|sähköpostiosoite
        adresa elektronické pošty""",
    "phone": """
        telefón|telefónne číslo|číslo telefonu|mobilní telefon|mobilný telefón|mobil číslo|mobilszám
        mobiltelefonszám|telefon mobil|număr de telefon|nr telefon|numar telefon|telefonski broj
        broj telefona|broj mobitela|mobitel|telefon numarası|telefon no|cep telefonu|cep|gsm no|cep no
        τηλέφωνο|κινητό|κινητό τηλέφωνο|αριθμός τηλεφώνου|мобильный телефон|рабочий телефон
        домашний телефон|другой телефон|моб телефон|тел|мобільний|мобільний телефон|номер телефону
        телефонен номер|мобилен телефон|telepon|nomor telepon|no telepon|no telp|no hp|nomor hp|handphone
        số điện thoại|điện thoại|điện thoại di động|di động|โทรศัพท์|เบอร์โทร|เบอร์โทรศัพท์|มือถือ
        电话号码|联系电话|手机号码|移动电话|電話|行動電話|手機|手機號碼|聯絡電話|携帯番号|携帯|連絡先
        전화번호|전화|휴대폰|휴대전화|핸드폰|휴대폰번호|연락처|الهاتف|رقم الهاتف|الجوال|رقم الجوال
        الموبايل|טלפון|טלפון נייד|נייד|autotelefon|haupttelefon|weiteres telefon|telefon komórkowy
        telefonas|tālrunis|telefoni number""",
    "organization": """
        společnost|název společnosti|spoločnosť|názov spoločnosti|cég|cégnév|vállalat|companie|compania
        firmă|numele companiei|tvrtka|poduzeće|kompanija|şirket|şirket adı|firma adı|kurum|εταιρεία
        εταιρία|επωνυμία|организация|название компании|фирма|компанія|назва компанії|организация име
        perusahaan|nama perusahaan|công ty|tên công ty|บริษัท|公司名称|公司名稱|单位|企業名|회사|회사명
        الشركة|اسم الشركة|חברה|שם חברה|širkä|yrityksen nimi|företagsnamn|bedrijf naam|virksomhed|bedrift
        įmonė|uzņēmums|company account|account company|nazwa firmy""",
    "job_title": """
        stanowisko|pozice|pracovní pozice|pozícia|beosztás|munkakör|funcție|funcția|poziție|radno mjesto
        pozicija|ünvan|unvan|pozisyon|görev|θέση|θέση εργασίας|должность|посада|длъжност|jabatan|chức vụ
        chức danh|ตำแหน่ง|职位|职务|職稱|職位|役職|肩書き|직책|직위|직함|المسمى الوظيفي|الوظيفة|תפקיד
        titteli|stilling|stillingsbetegnelse|befattning|yrkestitel|intitulé de poste""",
    "address": """
        ulice|ulice a číslo|ulica a číslo|utca|utca házszám|cím|adresă|adresa|stradă|strada|adresi|sokak
        cadde|διεύθυνση|οδός|улица|вулиця|адреса|улица и дом|alamat|địa chỉ|ที่อยู่|街道|详细地址
        地址 街道|주소|العنوان|כתובת|רחוב|gatuadress|gateadresse|katuosoite|osoite|vejnavn|adres cadde
        adresas|adrese|aadress""",
    "city": """
        město|mesto|obec|település|város|oraș|oras|localitate|grad|mjesto|şehir|il|πόλη|населенный пункт
        місто|град|kota|thành phố|tỉnh thành phố|เมือง|城市名|市|縣市|도시|시|المدينة|עיר|ישוב|poststed
        postitoimipaikka|postort|bynavn|miejscowość|miestas|pilsēta|linn|city town village locality""",
    "state": """
        województwo|kraj okres|župa|megye|județ|judet|ilçe|νομός|περιφέρεια|регион|край|область край
        область регион|provinsi|tỉnh|จังหวัด|省份|省市|州|도|시도|المحافظة|المنطقة|מחוז|län|fylke|maakunta
        provincia o estado|estado o provincia|bundesland kanton|dép région|département région""",
    "country": """
        země|krajina|štát|ország|țară|tara|država|zemlja|ülke|χώρα|страна регион|країна|държава|negara
        quốc gia|ประเทศ|國家|국가|나라|الدولة|البلد|מדינה|ארץ|šalis|valsts|riik|país o región
        pays ou région""",
    "postal_code": """
        směrovací číslo|poštovní směrovací číslo|poštové smerovacie číslo|cod poștal|cod postal
        poštanski broj|posta kodu|τκ|τ κ|ταχυδρομικός κώδικας|почтовый индекс|поштовий індекс|індекс
        пощенски код|kode pos|mã bưu điện|mã bưu chính|รหัสไปรษณีย์|邮政编码|郵遞區號|우편번호
        الرمز البريدي|מיקוד|postnr|pašto kodas|pasta indekss|postiindeks""",
    "source": """
        zdroj|źródło|źródło leada|forrás|sursă|sursa|izvor|kaynak|πηγή|джерело|източник|sumber|nguồn|来源
        來源|流入元|유입경로|출처|المصدر|מקור|kilde|källa|lähde""",
    "status": """
        stav|állapot|durum|κατάσταση|состояние|этап|стан|статус лида|trạng thái|สถานะ|状态|狀態|ステータス
        상태|الحالة|סטטוס|tila|status label""",
    "do_not_call": """
        nevolat|nie dzwonić|ne hívja|nu sunați|ne zvati|aramayın|не звонить|не дзвонити|请勿致电|勿打扰
        電話不可|전화금지|älä soita|ring inte|ring ikke|não contactar""",
}  # fmt: skip
