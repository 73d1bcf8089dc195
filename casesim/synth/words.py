"""Invented names: regions, towns, companies, roles. No persons; what looks like a real place is chance.

Names are pairs or triples of words, so short lists give enough distinct ones and no table of names is kept.
"""


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


REGIONS = (
    "Harbour Coast",
    "Northmoor",
    "Eastfield",
    "Silver Valley",
    "Highmark",
    "Westbrook",
    "Southern Plain",
    "Capital",
)
# One ending for each region, so a town's name tells its region. Their first letters make distinct short codes.
_TOWN_ENDINGS = ("haven", "moor", "brook", "ford", "gate", "wick", "ton", "stead")
_TOWN_BEGINNINGS = _list("Mill, Ash, Oak, Stone, Clear, Fair, Red, White, Green, King, Long, Winter")
TOWNS_PER_REGION = len(_TOWN_BEGINNINGS)
# Region by region.
TOWNS = tuple(begin + end for end in _TOWN_ENDINGS for begin in _TOWN_BEGINNINGS)
TOWN_CODES = tuple((begin[:2] + end[0]).upper() for end in _TOWN_ENDINGS for begin in _TOWN_BEGINNINGS)

PLACES = _list(
    "Harbour, Anchor, Summit, Cedar, Riverside, Granite, Lighthouse, Meadow, Station, Bridge, Orchard, "
    "Market, Castle, Garden, Forest, Canal, Hilltop, Lakeside, Quarry, Chapel, Windmill, Parkside, Old Town, "
    "New Town, Ferry, Copper, Maple, Birch, Valley, Crossroads, Seaview, Southgate, Northgate, Central, "
    "Union, Falcon, Heron, Compass, Beacon, Keystone, Atlas, Horizon, Pioneer, Evergreen, Silverline, "
    "Bluewater, Redstone, Goldfield"
)
TRADES = _list(
    "Logistics, Bakery, Dental Clinic, Timber, Freight, Insurance, Pharmacy, Foods, Steelworks, Textiles, "
    "Printing, Accountants, Hotels, Travel, Motors, Hospital, College, Savings Bank, Credit Union, Legal, "
    "Plumbing, Electric, Energy, Water, Recycling, Furniture, Books, Brewery, Dairy, Fisheries, Farms, "
    "Machinery, Tools, Packaging, Cold Storage, Shipping, Couriers, Airfield, Architects, Surveyors, "
    "Builders, Glassworks, Ceramics, Optics, Laboratories, Veterinary, Retail, Theatre"
)
COMPANY_NAMES = len(PLACES) * len(TRADES)

ROLES = (
    "Service desk",
    "IT operations",
    "Network operations",
    "Facilities",
    "Duty manager",
    "Branch office",
)
ROLE_CODES = ("servicedesk", "it", "noc", "facilities", "duty", "branch")
TIERS = ("Gold", "Silver", "Bronze")
CRITICALITY = (
    "1 - most critical",
    "2 - somewhat critical",
    "3 - less critical",
    "4 - not critical",
)
