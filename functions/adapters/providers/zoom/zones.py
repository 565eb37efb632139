"""Time zones by the names that Zoom takes, of which it has fewer than the tz database.

Its list: https://developers.zoom.us/docs/api/references/abbreviations/#timezones. Names that the tz database
links are one zone to it, and Zoom may list any of them.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from functions.core import zones

_LISTED = """
Africa/Algiers Africa/Bangui Africa/Cairo Africa/Casablanca Africa/Djibouti Africa/Harare
Africa/Johannesburg Africa/Khartoum Africa/Mogadishu Africa/Nairobi Africa/Nouakchott Africa/Tripoli
Africa/Tunis America/Anchorage America/Araguaina America/Argentina/Buenos_Aires America/Bogota
America/Caracas America/Chicago America/Costa_Rica America/Denver America/Edmonton America/El_Salvador
America/Godthab America/Guatemala America/Halifax America/Indianapolis America/Lima America/Los_Angeles
America/Managua America/Mazatlan America/Mexico_City America/Montevideo America/Montreal America/New_York
America/Panama America/Phoenix America/Puerto_Rico America/Regina America/Santiago America/Sao_Paulo
America/St_Johns America/Tegucigalpa America/Tijuana America/Vancouver America/Winnipeg Asia/Aden
Asia/Almaty Asia/Amman Asia/Baghdad Asia/Bahrain Asia/Baku Asia/Bangkok Asia/Beirut Asia/Calcutta Asia/Dacca
Asia/Damascus Asia/Dhaka Asia/Dubai Asia/Hong_Kong Asia/Irkutsk Asia/Jakarta Asia/Jerusalem Asia/Kabul
Asia/Kamchatka Asia/Kathmandu Asia/Kolkata Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuwait Asia/Magadan
Asia/Muscat Asia/Nicosia Asia/Novosibirsk Asia/Qatar Asia/Riyadh Asia/Saigon Asia/Seoul Asia/Shanghai
Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tehran Asia/Tokyo Asia/Vladivostok Asia/Yakutsk
Asia/Yekaterinburg Atlantic/Azores Atlantic/Cape_Verde Atlantic/Reykjavik Australia/Adelaide
Australia/Brisbane Australia/Darwin Australia/Hobart Australia/Perth Australia/Sydney CET Canada/Atlantic
Etc/Greenwich Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Brussels Europe/Bucharest
Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kiev Europe/Lisbon
Europe/London Europe/Luxembourg Europe/Madrid Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague
Europe/Rome Europe/Sofia Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zurich Pacific/Apia
Pacific/Auckland Pacific/Fiji Pacific/Honolulu Pacific/Midway Pacific/Noumea Pacific/Pago_Pago
Pacific/Port_Moresby UTC
"""
_NAMES = frozenset(_LISTED.split())


def listed(time_zone: str) -> str | None:
    """Zoom's name for a zone as an event names it, or None if it has none."""
    found = zones.named(time_zone)
    if found is None:
        return None
    return found.key if found.key in _NAMES else _listed_as().get(_root(found.key))


def _root(name: str) -> str:
    while name in _links():
        name = _links()[name]
    return name


@cache
def _links() -> Mapping[str, str]:
    """The database's own name for each further one, as its compact form has them (zic(8), link lines)."""
    compact = files("tzdata").joinpath("zoneinfo/tzdata.zi").read_text()
    links = (line.split() for line in compact.splitlines() if line.startswith("L "))
    return {name: target for _, target, name in links}


@cache
def _listed_as() -> Mapping[str, str]:
    names = sorted(_NAMES, key=lambda name: name in _links(), reverse=True)  # so that its own name wins
    return {_root(name): name for name in names}
