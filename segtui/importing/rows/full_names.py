"""Splits a full name in two, for files that have it in one column."""

from typing import Final

from segtui.domain.text import fold, words

# Words that begin a family name: "Ludwig van Beethoven", "Oscar de la Hoya".
_PARTICLES: Final = words("""
    van von vom zu zum zur der den de del della delle dei di da das do dos du des la le el al bin ibn ter ten op af
    av san santa st saint mc mac""")
_SUFFIXES: Final = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"])


def split_name(name: str, *, last_name_first: bool = False) -> tuple[str, str]:
    """Return the first and the last name of a full name; a single word is a first name.

    "Last, First" is reversed, and with `last_name_first` "Last First" too. Particles and suffixes stay with the last
    name.
    """
    last, comma, first = name.partition(",")
    if comma and first.strip() and last.strip() and fold(first).replace(".", "") not in _SUFFIXES:
        return first.strip(" ,"), last.strip()
    words = name.split()
    if len(words) < 2:
        return name.strip(), ""
    if last_name_first:
        end = next((index for index, word in enumerate(words) if fold(word) not in _PARTICLES), 0) + 1
        return " ".join(words[end:]), " ".join(words[:end])
    begin = len(words) - 1
    while begin > 1 and fold(words[begin]).strip(".,") in _SUFFIXES:
        begin -= 1
    while begin > 1 and fold(words[begin - 1]) in _PARTICLES:
        begin -= 1
    return " ".join(words[:begin]), " ".join(words[begin:])
