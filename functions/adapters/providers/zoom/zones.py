"""Time zones by the names that Zoom takes, of which it has fewer than the tz database.

Its list: https://developers.zoom.us/docs/api/references/abbreviations/#timezones. Where the tz database links
two names, they are one zone to it (its file `backward`), and Zoom may list either.
"""

from functions.core import recurrence

_ALONE = """
Africa/Algiers Africa/Casablanca Africa/Djibouti Africa/Khartoum Africa/Mogadishu Africa/Nouakchott
Africa/Tunis America/Araguaina America/Bogota America/Caracas America/Costa_Rica America/El_Salvador
America/Guatemala America/Halifax America/Lima America/Managua America/Montevideo America/Tegucigalpa
Asia/Aden Asia/Almaty Asia/Amman Asia/Baghdad Asia/Bahrain Asia/Baku Asia/Beirut Asia/Calcutta Asia/Dacca
Asia/Damascus Asia/Dhaka Asia/Irkutsk Asia/Jakarta Asia/Kabul Asia/Kamchatka Asia/Kolkata
Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuwait Asia/Magadan Asia/Muscat Asia/Novosibirsk Asia/Qatar
Asia/Tashkent Asia/Vladivostok Asia/Yakutsk Asia/Yekaterinburg Atlantic/Azores Atlantic/Cape_Verde CET
Canada/Atlantic Europe/Amsterdam Europe/Bucharest Europe/Budapest Europe/Copenhagen Europe/Luxembourg
Europe/Madrid Europe/Oslo Europe/Sofia Europe/Stockholm Europe/Vienna Pacific/Apia Pacific/Fiji
Pacific/Midway Pacific/Noumea
"""

# Zoom's name, then other names of the same zone; what is indented goes on with the line before.
_LINKED = """
Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville
    Africa/Luanda Africa/Malabo Africa/Niamey Africa/Porto-Novo
Africa/Cairo Egypt
Africa/Harare Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Kigali Africa/Lubumbashi
    Africa/Lusaka Africa/Maputo
Africa/Johannesburg Africa/Maseru Africa/Mbabane
Africa/Nairobi Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Kampala
    Indian/Antananarivo Indian/Comoro Indian/Mayotte
Africa/Tripoli Libya
America/Anchorage US/Alaska
America/Argentina/Buenos_Aires America/Buenos_Aires
America/Chicago US/Central
America/Denver America/Shiprock Navajo US/Mountain
America/Edmonton America/Yellowknife Canada/Mountain
America/Godthab America/Nuuk
America/Indianapolis America/Fort_Wayne America/Indiana/Indianapolis US/East-Indiana
America/Los_Angeles US/Pacific
America/Mazatlan Mexico/BajaSur
America/Mexico_City Mexico/General
America/Montreal America/Nassau America/Nipigon America/Thunder_Bay America/Toronto Canada/Eastern
America/New_York US/Eastern
America/Panama America/Atikokan America/Cayman America/Coral_Harbour EST
America/Phoenix America/Creston MST US/Arizona
America/Puerto_Rico America/Anguilla America/Antigua America/Aruba America/Blanc-Sablon America/Curacao
    America/Dominica America/Grenada America/Guadeloupe America/Kralendijk America/Lower_Princes
    America/Marigot America/Montserrat America/Port_of_Spain America/St_Barthelemy America/St_Kitts
    America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola America/Virgin
America/Regina Canada/Saskatchewan
America/Santiago Chile/Continental
America/Sao_Paulo Brazil/East
America/St_Johns Canada/Newfoundland
America/Tijuana America/Ensenada America/Santa_Isabel Mexico/BajaNorte
America/Vancouver Canada/Pacific
America/Winnipeg America/Rainy_River Canada/Central
Asia/Bangkok Asia/Phnom_Penh Asia/Vientiane Indian/Christmas
Asia/Dubai Indian/Mahe Indian/Reunion
Asia/Hong_Kong Hongkong
Asia/Jerusalem Asia/Tel_Aviv Israel
Asia/Kathmandu Asia/Katmandu
Asia/Nicosia Europe/Nicosia
Asia/Riyadh Antarctica/Syowa
Asia/Saigon Asia/Ho_Chi_Minh
Asia/Seoul ROK
Asia/Shanghai Asia/Chongqing Asia/Chungking Asia/Harbin PRC
Asia/Singapore Singapore
Asia/Taipei ROC
Asia/Tehran Iran
Asia/Tokyo Japan
Atlantic/Reykjavik Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Conakry Africa/Dakar
    Africa/Freetown Africa/Lome Africa/Ouagadougou Africa/Timbuktu Atlantic/St_Helena Iceland
Australia/Adelaide Australia/South
Australia/Brisbane Australia/Queensland
Australia/Darwin Australia/North
Australia/Hobart Australia/Currie Australia/Tasmania
Australia/Perth Australia/West
Australia/Sydney Australia/ACT Australia/Canberra Australia/NSW
Etc/Greenwich Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 GMT GMT+0 GMT-0 GMT0 Greenwich
Europe/Athens EET
Europe/Belgrade Europe/Ljubljana Europe/Podgorica Europe/Sarajevo Europe/Skopje Europe/Zagreb
Europe/Berlin Arctic/Longyearbyen Atlantic/Jan_Mayen
Europe/Brussels MET
Europe/Dublin Eire
Europe/Helsinki Europe/Mariehamn
Europe/Istanbul Asia/Istanbul Turkey
Europe/Kiev Europe/Kyiv Europe/Uzhgorod Europe/Zaporozhye
Europe/Lisbon Portugal WET
Europe/London Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey GB GB-Eire
Europe/Moscow W-SU
Europe/Paris Europe/Monaco
Europe/Prague Europe/Bratislava
Europe/Rome Europe/San_Marino Europe/Vatican
Europe/Warsaw Poland
Europe/Zurich Europe/Busingen Europe/Vaduz
Pacific/Auckland Antarctica/McMurdo Antarctica/South_Pole NZ
Pacific/Honolulu HST Pacific/Johnston US/Hawaii
Pacific/Pago_Pago Pacific/Samoa US/Samoa
Pacific/Port_Moresby Antarctica/DumontDUrville Pacific/Chuuk Pacific/Truk Pacific/Yap
UTC Etc/UCT Etc/UTC Etc/Universal Etc/Zulu UCT Universal Zulu
"""


def _names() -> dict[str, str]:
    names = {name: name for name in _ALONE.split()}
    for line in _LINKED.strip().replace("\n    ", " ").splitlines():
        listed, *others = line.split()
        names |= dict.fromkeys([listed, *others], listed)
    return names


_NAMES = _names()


def listed(time_zone: str) -> str | None:
    """Zoom's name for a zone as an event names it, or None if it has none."""
    found = recurrence.zone(time_zone)
    return _NAMES.get(found.key) if found else None
