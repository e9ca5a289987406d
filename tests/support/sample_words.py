"""The words the sample files are made of: names, places and employers. People and companies are invented."""


def words(text: str) -> tuple[str, ...]:
    """Return what stands between the commas of `text`, over any line breaks."""
    return tuple(" ".join(word.split()) for word in text.split(","))


FIRST_NAMES = words(
    """
    Aaliyah, Abigail, Adaeze, Aiko, Ainsley, Alejandra, Amara, Amélie, Andre, Anika, Anneliese, Antonio, Arjun,
    Astrid, Beatriz, Benjamin, Björn, Brandon, Bronwyn, Camila, Carlos, Caroline, Cedric, Chantal, Chidi, Chloé,
    Christopher, Clara, Cormac, Dalia, Daniel, Danielle, Darnell, Deepak, Delphine, Desmond, Diego, Ebony, Eduardo,
    Eleanor, Elijah, Emeka, Emily, Esperanza, Ethan, Eun-ji, Fatima, Felix, Fernanda, Fiona, François, Gabriel,
    Georgia, Gloria, Grace, Graham, Gustavo, Hannah, Harold, Hassan, Heather, Hiroshi, Imani, Ingrid, Isabel, Ivan,
    Jamal, Jasmine, Javier, Jennifer, Jesús, Joanna, Jorge, José, Jürgen, Kareem, Katarzyna, Kathleen, Keiko,
    Kenneth, Khadija, Kofi, Kwame, Lakshmi, Lars, Latoya, Leilani, Leonard, Liam, Linh, Lorenzo, Łukasz, Lydia,
    Mackenzie, Magnus, Malik, Marcus, Margaret, María, Mateo, Mei, Mehmet, Mercedes, Miguel, Miriam, Mohammed,
    Monique, Naomi, Nathan, Nia, Nicolás, Noor, Octavia, Olga, Olivia, Omar, Oscar, Padma, Patrick, Paulina, Phoebe,
    Priya, Quentin, Rachel, Rafael, Ramona, Rashida, Raúl, Reginald, René, Rosa, Rubén, Samira, Santiago, Sean,
    Shanice, Siobhán, Sofía, Søren, Stella, Tamika, Tariq, Teresa, Thaddeus, Thi, Tobias, Trevor, Ursula, Valentina,
    Veronica, Vikram, Wanda, Wesley, Winston, Xavier, Ximena, Yasmin, Yolanda, Yusuf, Zachary, Zainab, Zoë
    """
)

LAST_NAMES = words(
    """
    Abernathy, Acosta, Adeyemi, Aguilar, Ahmed, Albrecht, Almeida, Ångström, Anderson, Aoki, Arroyo, Atkinson,
    Bailey, Banerjee, Barrett, Bautista, Beaumont, Becker, Bergström, Bianchi, Blackwood, Boateng, Bouchard,
    Brennan, Brooks, Calderón, Cardoso, Castellanos, Chaudhary, Chevalier, Choi, Clarke, Coleman, Córdova, Crawford,
    Cruz, Dąbrowski, D'Angelo, Delacroix, Desai, Díaz, Dimitrov, Dubois, Duong, Eastwood, Ekström, Ellison,
    Espinoza, Faulkner, Fernández, Figueroa, Fitzgerald, Fontaine, Forsythe, Fujimoto, Gallagher, García, Ghosh,
    Gonçalves, Goodwin, Granger, Greenfield, Gutiérrez, Haddad, Hamilton, Harrington, Hayashi, Hernández, Hoffmann,
    Holloway, Hussain, Ibrahim, Ivanova, Jankowski, Jensen, Johansson, Johnson, Kaur, Kazemi, Keller, Kim, Kiplagat,
    Kowalczyk, Kozlov, Krishnan, Lambert, Larsen, Laurent, Lindqvist, Lombardi, López, MacAllister, Mahmoud,
    Marchetti, Martínez, Mbeki, McCarthy, Mendoza, Mitchell, Mohamud, Moreau, Müller, Muñoz, Nakamura, Navarro,
    Ndiaye, Nguyen, Nielsen, Novák, Núñez, O'Brien, O'Sullivan, Okafor, Okonkwo, Oliveira, Ortega, Osei, Ottesen,
    Özdemir, Pacheco, Palmer, Papadopoulos, Park, Patel, Peña, Pereira, Petrov, Pham, Quinn, Quiñones, Ramírez,
    Rasmussen, Reyes, Richter, Rivera, Robinson, Rossi, Ruiz, Sánchez, Santos, Sato, Schmidt, Schröder, Sharma,
    Silva, Singh, Sørensen, Stewart, Strand, Suzuki, Tanaka, Thompson, Torres, Tremblay, Turner, Underwood, Valdez,
    Vasquez, Villanueva, Volkov, Wagner, Walker, Washington, Whitfield, Williams, Wójcik, Wong, Yamamoto, Yilmaz,
    Young, Zapata, Zhang, Zimmermann
    """
)

# People whose names are written in other scripts, as (first, last, spelling in an address).
OTHER_SCRIPTS = (
    ("美咲", "佐藤", "misaki.sato"),
    ("健太", "高橋", "kenta.takahashi"),
    ("伟", "王", "wei.wang"),
    ("丽娜", "陈", "lina.chen"),
    ("민준", "김", "minjun.kim"),
    ("서연", "박", "seoyeon.park"),
    ("Олена", "Шевченко", "olena.shevchenko"),
    ("Γιώργος", "Νικολάου", "giorgos.nikolaou"),
    ("ליאת", "כהן", "liat.cohen"),
    ("أمينة", "الحداد", "amina.alhaddad"),
    ("अनन्या", "वर्मा", "ananya.verma"),
    ("Đặng", "Thị Hương", "huong.dang"),
)

# city, state, postal code, time zone, area codes in use there
US_PLACES = (
    ("Phoenix", "AZ", "85004", "America/Phoenix", "602 480 623"),
    ("Tucson", "AZ", "85701", "America/Phoenix", "520"),
    ("Flagstaff", "AZ", "86001", "America/Phoenix", "928"),
    ("Los Angeles", "CA", "90012", "America/Los_Angeles", "213 323 310"),
    ("San Diego", "CA", "92101", "America/Los_Angeles", "619 858"),
    ("San Francisco", "CA", "94103", "America/Los_Angeles", "415 628"),
    ("Sacramento", "CA", "95814", "America/Los_Angeles", "916 279"),
    ("Fresno", "CA", "93721", "America/Los_Angeles", "559"),
    ("San José", "CA", "95113", "America/Los_Angeles", "408 669"),
    ("Oakland", "CA", "94612", "America/Los_Angeles", "510 341"),
    ("Bakersfield", "CA", "93301", "America/Los_Angeles", "661"),
    ("Cañon City", "CO", "81212", "America/Denver", "719"),
    ("Denver", "CO", "80202", "America/Denver", "303 720"),
    ("Fort Collins", "CO", "80521", "America/Denver", "970"),
    ("Hartford", "CT", "06103", "America/New_York", "860 959"),
    ("New Haven", "CT", "06510", "America/New_York", "203 475"),
    ("Wilmington", "DE", "19801", "America/New_York", "302"),
    ("Miami", "FL", "33130", "America/New_York", "305 786"),
    ("Orlando", "FL", "32801", "America/New_York", "407 689"),
    ("Tampa", "FL", "33602", "America/New_York", "813"),
    ("Jacksonville", "FL", "32202", "America/New_York", "904"),
    ("Atlanta", "GA", "30303", "America/New_York", "404 470 678"),
    ("Savannah", "GA", "31401", "America/New_York", "912"),
    ("Honolulu", "HI", "96813", "Pacific/Honolulu", "808"),
    ("Boise", "ID", "83702", "America/Boise", "208 986"),
    ("Chicago", "IL", "60604", "America/Chicago", "312 773 872"),
    ("Springfield", "IL", "62701", "America/Chicago", "217"),
    ("Indianapolis", "IN", "46204", "America/Indiana/Indianapolis", "317 463"),
    ("Des Moines", "IA", "50309", "America/Chicago", "515"),
    ("Wichita", "KS", "67202", "America/Chicago", "316"),
    ("Louisville", "KY", "40202", "America/Kentucky/Louisville", "502"),
    ("New Orleans", "LA", "70112", "America/Chicago", "504"),
    ("Portland", "ME", "04101", "America/New_York", "207"),
    ("Baltimore", "MD", "21202", "America/New_York", "410 443 667"),
    ("Boston", "MA", "02108", "America/New_York", "617 857"),
    ("Worcester", "MA", "01608", "America/New_York", "508 774"),
    ("Detroit", "MI", "48226", "America/Detroit", "313"),
    ("Grand Rapids", "MI", "49503", "America/Detroit", "616"),
    ("Minneapolis", "MN", "55401", "America/Chicago", "612"),
    ("Duluth", "MN", "55802", "America/Chicago", "218"),
    ("St. Louis", "MO", "63101", "America/Chicago", "314 557"),
    ("Kansas City", "MO", "64106", "America/Chicago", "816"),
    ("Billings", "MT", "59101", "America/Denver", "406"),
    ("Omaha", "NE", "68102", "America/Chicago", "402 531"),
    ("Las Vegas", "NV", "89101", "America/Los_Angeles", "702 725"),
    ("Reno", "NV", "89501", "America/Los_Angeles", "775"),
    ("Manchester", "NH", "03101", "America/New_York", "603"),
    ("Newark", "NJ", "07102", "America/New_York", "973 862"),
    ("Albuquerque", "NM", "87102", "America/Denver", "505"),
    ("Las Cruces", "NM", "88001", "America/Denver", "575"),
    ("New York", "NY", "10007", "America/New_York", "212 646 917"),
    ("Buffalo", "NY", "14202", "America/New_York", "716"),
    ("Charlotte", "NC", "28202", "America/New_York", "704 980"),
    ("Raleigh", "NC", "27601", "America/New_York", "919 984"),
    ("Fargo", "ND", "58102", "America/Chicago", "701"),
    ("Columbus", "OH", "43215", "America/New_York", "614 380"),
    ("Cleveland", "OH", "44114", "America/New_York", "216"),
    ("Oklahoma City", "OK", "73102", "America/Chicago", "405"),
    ("Portland", "OR", "97204", "America/Los_Angeles", "503 971"),
    ("Eugene", "OR", "97401", "America/Los_Angeles", "541 458"),
    ("Philadelphia", "PA", "19107", "America/New_York", "215 267 445"),
    ("Pittsburgh", "PA", "15222", "America/New_York", "412 878"),
    ("Providence", "RI", "02903", "America/New_York", "401"),
    ("Charleston", "SC", "29401", "America/New_York", "843 854"),
    ("Sioux Falls", "SD", "57104", "America/Chicago", "605"),
    ("Nashville", "TN", "37203", "America/Chicago", "615 629"),
    ("Memphis", "TN", "38103", "America/Chicago", "901"),
    ("Houston", "TX", "77002", "America/Chicago", "713 281 832"),
    ("Dallas", "TX", "75201", "America/Chicago", "214 469 972"),
    ("Austin", "TX", "78701", "America/Chicago", "512 737"),
    ("San Antonio", "TX", "78205", "America/Chicago", "210 726"),
    ("El Paso", "TX", "79901", "America/Denver", "915"),
    ("Salt Lake City", "UT", "84111", "America/Denver", "801 385"),
    ("Burlington", "VT", "05401", "America/New_York", "802"),
    ("Richmond", "VA", "23219", "America/New_York", "804"),
    ("Norfolk", "VA", "23510", "America/New_York", "757"),
    ("Seattle", "WA", "98104", "America/Los_Angeles", "206 564"),
    ("Spokane", "WA", "99201", "America/Los_Angeles", "509"),
    ("Charleston", "WV", "25301", "America/New_York", "304 681"),
    ("Milwaukee", "WI", "53202", "America/Chicago", "414"),
    ("Madison", "WI", "53703", "America/Chicago", "608"),
    ("Cheyenne", "WY", "82001", "America/Denver", "307"),
)

# city, county, postal code, the drama numbers of the place up to their last three digits
UK_PLACES = (
    ("London", "Greater London", "SE1 7PB", "020 7946 0"),
    ("Leeds", "West Yorkshire", "LS1 4DY", "0113 496 0"),
    ("Sheffield", "South Yorkshire", "S1 2BJ", "0114 496 0"),
    ("Leicester", "Leicestershire", "LE1 5WW", "0116 496 0"),
    ("Bristol", "Bristol", "BS1 4ST", "0117 496 0"),
    ("Reading", "Berkshire", "RG1 2AG", "0118 496 0"),
    ("Birmingham", "West Midlands", "B1 1BB", "0121 496 0"),
    ("Edinburgh", "City of Edinburgh", "EH1 1YZ", "0131 496 0"),
    ("Glasgow", "Glasgow City", "G2 1AL", "0141 496 0"),
    ("Liverpool", "Merseyside", "L1 8JQ", "0151 496 0"),
    ("Manchester", "Greater Manchester", "M1 2WD", "0161 496 0"),
    ("Newcastle upon Tyne", "Tyne and Wear", "NE1 7RU", "0191 498 0"),
    ("Belfast", "County Antrim", "BT1 5GS", "028 9018 0"),
    ("Cardiff", "South Glamorgan", "CF10 1EP", "029 2018 0"),
)

STREETS = words(
    """
    Alder Way, Bluebonnet Lane, Canal Street, Dogwood Drive, Elm Street, Foundry Road, Garnet Avenue, Hickory Court,
    Iron Horse Road, Juniper Street, Kestrel Lane, Laurel Avenue, Mill Road, Northgate Drive, Orchard Street,
    Prairie View, Quarry Road, Riverside Drive, Sycamore Street, Tanager Court, Union Street, Valley Road, Walnut
    Street, Yarrow Lane
    """
)

ORGANIZATIONS = words(
    """
    Aldergate Freight, Bellwether Dental, Blue Heron Bakery, Brightwater Roofing, Cactus Wren Realty, Cedar & Slate,
    Copperfield Plumbing, Dovetail Furniture, Eastlake Veterinary, Fernhill Catering, Foxglove Florists, Garnet
    Logistics, Granite Peak HVAC, Half Moon Brewing, Hazelwood Academy, Ironbark Fitness, Kingfisher Marine, Lantern
    Street Books, Little Acorn Childcare, Maple & Vine, Millrace Printing, Nightjar Coffee, Oakhurst Family Clinic,
    Palisade Insurance, Pinewater Landscaping, Quillon Software, Redstart Auto, Saltbox Interiors, Sandpiper Travel,
    Silverleaf Pharmacy, Stonecrop Nurseries, Thistle Creek Farm, Tidewater Electric, Umber Studio, Wildrye Grocers,
    Windhover Media
    """
)

JOB_TITLES = words(
    """
    Owner, Office Manager, Operations Manager, Director of Facilities, Head of Purchasing, Accountant, Practice
    Manager, General Manager, Sales Manager, Chief Executive Officer, Site Supervisor, Marketing Lead, Head Teacher,
    Engineer
    """
)

SOURCES = ("Webinar", "Website", "Referral", "Trade show", "Partner", "Facebook Ads", "Google Ads", "Cold list")
STATUSES = ("NEW", "CONTACTED", "QUALIFIED", "CALL BACK", "CUSTOMER", "NOT INTERESTED")
