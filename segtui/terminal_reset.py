"""Terminal reset: the bytes that restore a terminal after a killed interface. Imports nothing."""

TERMINAL_RESET = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l"  # bracketed paste, line wrap, size reports
    b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    b"\x1b[<u\x1b[?1004l\x1b[?1049l\x1b[?25h\x1b[0m"  # keyboard protocol, focus reports, alternate screen, cursor
)
