"""Files in the encodings of the world: read in the right letters, and a guess is a sentence people see."""

from pathlib import Path

import pytest

from segtui.errors import UnreadableFile
from segtui.importing.readers.charsets import SAMPLE_BYTES, Sampler
from tests.importing.support import judged_text, opened

POLISH = "Imię;Nazwisko;Telefon;Miasto\nŁucja;Żak;22 600 01 01;Łódź\nŚwięta;Ćma;22 600 01 02;Kraków\n"
RUSSIAN = "Имя;Фамилия;Телефон;Город\nАнна;Ли;8 (495) 123-45-11;Москва\nПётр;Фо;8 (495) 123-45-12;Тверь\n"
JAPANESE = "氏名,会社名,電話番号,住所\n山田 太郎,株式会社サンプル,03-3210-0111,東京都千代田区\n"
CHINESE = (
    "姓名,公司,电话,地址\n王小明,北京科技有限公司,010 8520 3000,北京市朝阳区\n李华,上海贸易公司,021 6170 1000,上海\n"
)
TAIWAN = "姓名,公司,電話,地址\n王小明,台北科技有限公司,02 2345 6789,台北市信義區\n李美華,貿易公司,02 2345 6780,高雄\n"
KOREAN = "이름,회사,전화,주소\n김민수,삼성전자,02-2255-0114,서울시 강남구\n이영희,한국상사,02-2255-0115,부산시\n"
GREEK = "Όνομα;Εταιρεία;Τηλέφωνο;Πόλη\nΓιώργος;Παράδειγμα ΑΕ;210 3710 000;Αθήνα\nΜαρία;Εμπορική;210 3710 001;Πάτρα\n"
TURKISH = "Ad;Soyad;Telefon;Şehir\nAyşe;Yılmaz;0212 393 30 00;İstanbul\nGökhan;Çağlar;0212 393 30 01;Muğla\n"
HEBREW = "שם;חברה;טלפון;עיר\nדוד כהן;חברה לדוגמה;03-607-1111;תל אביב\nשרה לוי;מסחר;03-607-1112;חיפה\n"
ARABIC = "الاسم;الشركة;الهاتف;المدينة\nمحمد علي;شركة المثال;02 2390 0000;القاهرة\nفاطمة;التجارة;02 2390 0001;دبي\n"
THAI = "ชื่อ,บริษัท,โทรศัพท์,เมือง\nสมชาย ใจดี,บริษัท ตัวอย่าง,02 123 4567,กรุงเทพ\nสมหญิง,การค้า,02 123 4568,เชียงใหม่\n"
GERMAN = "Vorname;Straße;Telefon\nJörg;Mühlstraße;030 23125000\nKäthe;Königsplatz;030 23125001\n"
FRENCH = "Prénom;Nom;Téléphone;Ville\nHélène;Lefèvre;01 42 68 53 00;Nîmes\nFrançois;Bérenger;01 42 68 53 01;Orléans\n"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (POLISH, "cp1250", "Windows-1250"),
        (POLISH, "iso8859-2", "ISO-8859-2"),
        (RUSSIAN, "cp1251", "Windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (RUSSIAN, "cp866", "DOS 866"),
        (JAPANESE, "shift_jis", "Shift-JIS"),
        (JAPANESE, "cp932", "Shift-JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "iso2022_jp", "ISO-2022-JP"),
        (CHINESE, "gbk", "GBK"),
        (CHINESE, "gb18030", "GBK"),
        (TAIWAN, "big5", "Big5"),
        (KOREAN, "euc_kr", "EUC-KR"),
        (GREEK, "cp1253", "Windows-1253"),
        (TURKISH, "cp1254", "Windows-1254"),
        (HEBREW, "cp1255", "Windows-1255"),
        (ARABIC, "cp1256", "Windows-1256"),
        (THAI, "cp874", "Windows-874"),
        (FRENCH, "mac_roman", "MacRoman"),
    ],
)
def test_a_guess_gives_the_right_letters_and_is_said(tmp_path: Path, text: str, codec: str, label: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(codec))
    with opened(path) as source:
        assert source.encoding == label
        assert source.encoding_guessed
        assert [[cell.strip() for cell in row] for row in source.preview] == [
            line.split(";" if ";" in text else ",") for line in text.splitlines()[1:]
        ]
        assert source.warnings == [f"The encoding {label} is a guess: where letters are wrong, choose another encoding"]
        assert source.warnings[0] in source.findings


def test_windows_1252_is_a_warning_only_where_another_encoding_fits_nearly_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(GERMAN.encode("cp1252"))
    with opened(path) as source:
        assert (source.encoding, source.encoding_guessed, source.warnings) == ("Windows-1252", True, [])
        assert "The encoding Windows-1252 is a guess" in source.findings
    path.write_bytes(FRENCH.encode("cp1252"))
    with opened(path) as source:
        assert source.encoding == "Windows-1252"
        assert source.warnings == [
            "The encoding Windows-1252 is a guess: where letters are wrong, choose another encoding"
        ]


def test_utf_8_is_no_guess(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(RUSSIAN.encode())
    with opened(path) as source:
        assert (source.encoding, source.encoding_guessed, source.warnings) == ("UTF-8", False, [])


def test_a_named_encoding_overrules_the_guess_and_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(RUSSIAN.encode("koi8-r"))
    with opened(path, encoding="windows-1251") as source:
        assert (source.encoding, source.encoding_guessed, source.warnings) == ("Windows-1251", False, [])
        assert source.preview[0][0] != "Анна"
    with opened(path, encoding="koi8-r") as source:
        assert source.preview[0][0] == "Анна"


def test_the_letters_may_stand_far_behind_in_the_file(tmp_path: Path) -> None:
    plain = "".join(f"Ann;Lee;8 (495) 123-{n // 100:02}-{n % 100:02};Mesa\n" for n in range(5000))
    _, *rows = RUSSIAN.encode("cp1251").splitlines(keepends=True)
    found = judged_text(tmp_path, b"Name;Surname;Phone;City\n" + plain.encode() + b"".join(rows), "RU")
    assert found.contacts[-1]["city"] == "Тверь"
    assert "The encoding Windows-1251 is a guess: where letters are wrong, choose another encoding" in found.findings


def test_both_reading_paths_read_the_same_letters(tmp_path: Path) -> None:
    rows = "".join(f"Анна;Ли;8 (495) 1{n:02}-45-11;Москва\n" for n in range(10, 99))
    for count in (1, 4):
        found = judged_text(tmp_path, (RUSSIAN.splitlines()[0] + "\n" + rows * count).encode("cp1251"), "RU")
        assert {contact["city"] for contact in found.contacts} == {"Москва"}


def test_bytes_that_fit_no_encoding_are_said(tmp_path: Path) -> None:
    content = b"Name,Phone\n" + bytes(range(0x81, 0xFF)) + b",602-555-0101\n"
    found = judged_text(tmp_path, content)
    assert found.rows == 1
    assert any("is a guess" in finding for finding in found.findings)


def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not UTF-8"):
        judged_text(tmp_path, RUSSIAN.encode("cp1251"), encoding="utf-8")


def test_the_sample_is_of_bounded_size_whatever_the_lines_are() -> None:
    sampler = Sampler()
    for _ in range(50):
        sampler.feed("ж".encode() * (1 << 19))
    assert len(sampler.sample()) <= 3 * SAMPLE_BYTES
    sampler = Sampler()
    for _ in range(50):
        sampler.feed("Ann;ж\n".encode() * 100_000)
    assert len(sampler.sample()) <= 3 * SAMPLE_BYTES
