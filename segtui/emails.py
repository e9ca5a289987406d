"""What counts as an e-mail address, for imports and for what people type.

The rule is that of mail in practice, narrower than RFC 5322: one @, a local part of at most 64 characters without
blanks, quotes or stray dots, a domain of at least two labels of letters, digits and inner hyphens (any script), at most
254 characters in all (RFC 5321, section 4.5.3.1).
"""

import re

_EMAIL = re.compile(
    r"""(?=.{3,254}\Z)(?=[^@]{1,64}@)
    [^\s@.,;:<>()\[\]"\\]+ (?: \. [^\s@.,;:<>()\[\]"\\]+ )*
    @
    (?: [^\W_] (?: [\w-]{0,61} [^\W_] )? \. )+
    (?: [^\W\d_]{2,63} | xn--[a-z0-9-]{1,59} )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_email(value: str) -> bool:
    """Tell whether `value` is an e-mail address."""
    return _EMAIL.fullmatch(value) is not None
