"""Which phone numbers are set aside for fiction, so that no test and no sample ever names a line that rings."""

import re

_FOR_FICTION = re.compile(
    r"""
    \+1 \d{3} 555 01\d\d                                        # North America: 555-0100 to 555-0199
    | \+44 (207946|11[3-8]496|1[2-6]1496|191498|289018|292018) 0\d{3}  # Ofcom, numbers for drama
    | \+33 (19900|26191|35301|46571|53649|63998) \d{4}           # Arcep, numbers for audiovisual works
    | \+49 (3023125|6990009|4066969|2214710|8999998) \d{3}       # Bundesnetzagentur, numbers for drama
    | \+49 17139200 \d\d
    """,
    re.VERBOSE,
)


def is_for_fiction(e164: str) -> bool:
    """Tell whether an E.164 number lies in a range that its regulator set aside for fiction."""
    return _FOR_FICTION.fullmatch(e164) is not None
