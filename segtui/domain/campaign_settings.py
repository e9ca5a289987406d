"""Campaign settings, one declaration each: the caller, the times and the limits of a campaign.

The options of `campaigns create` and `edit`, the form, JSON, the database columns and the checks are made from the
declarations.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from segtui.domain.calling_hours import CallingHours

Group = Literal["who", "when", "limits"]
Kind = Literal["text", "number", "flag"]


@dataclass(frozen=True, slots=True)
class CampaignSetting:
    """Declaration of one setting.

    `name` is its option on the command line, its field in the form, and its key in JSON. Of a number or a flag it is
    the database column too; texts mean something that is stored in another form, which `services` reads and writes.
    """

    name: str
    kind: Kind
    group: Group
    label: str
    help: str
    """The help of the option."""
    metavar: str | None = None
    hint: str = ""
    """The text in the empty box of the form."""
    beside: bool = False
    """True if the form has it in one line with the setting before it."""
    least: int = 0
    most: int = 0
    words: str = ""
    """The plural of a number in the sentence about its range: `The calls per hour are 1 to 100,000`."""
    form_words: str = ""
    """The same beside the form's label, if that is shorter."""
    tick: str = ""
    """The words beside the box of a flag."""
    retroactive: bool = False
    """True if a change applies to contacts that were called already."""
    summary: Callable[[Any], str] | None = None
    """Words for its value in the overview of a campaign; None if a line there has several settings."""

    @property
    def option(self) -> str:
        """The option of the command line: `--calls-per-hour`, `--retry-voicemail/--no-retry-voicemail`."""
        name = self.name.replace("_", "-")
        return f"--{name}/--no-{name}" if self.kind == "flag" else f"--{name}"


_METADATA: Final = "campaign settings"


def _declared(*settings: CampaignSetting, default: Any = MISSING) -> Any:  # noqa: ANN401  a dataclass field
    return field(default=default, metadata={_METADATA: settings})


def _text(name: str, group: Group, label: str, metavar: str, help_: str, **more: Any) -> CampaignSetting:  # noqa: ANN401
    return CampaignSetting(name, "text", group, label, help_, metavar, **more)


def _number(name: str, label: str, metavar: str, help_: str, default: int, **more: Any) -> Any:  # noqa: ANN401
    help_ = f"{help_.format(**more)}; {default} by default."
    return _declared(CampaignSetting(name, "number", "limits", label, help_, metavar, **more), default=default)


def _flag(name: str, label: str, help_: str, tick: str, **more: Any) -> Any:  # noqa: ANN401
    return _declared(CampaignSetting(name, "flag", "limits", label, help_, tick=tick, **more), default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSettings:
    """The settings of a campaign. `start_at` None is at once."""

    agent: str = _declared(
        _text(
            "agent", "who", "Agent", "ID", "The caller: an identifier on the calling platform.",
            hint="Who calls: an id on the calling platform",
        )
    )  # fmt: skip
    start_at: datetime | None = _declared(  # noqa: RUF009 -- it returns a dataclass field
        _text(
            "start", "when", "Start", "TIME",
            "The time when calling begins, such as “2026-12-01 09:00”, in the campaign's time zone; by default, or for "
            "now, at the launch.",
            hint="now, or 2026-12-01 09:00",
        )
    )  # fmt: skip
    hours: CallingHours = _declared(  # noqa: RUF009 -- likewise
        _text(
            "hours", "when", "Hours", "FROM-TO",
            "Calling hours, such as 9am-8pm, within 08:00-21:00; 09:00-20:00 by default.",
            hint="09:00-20:00",
        ),
        _text(
            "days", "when", "Days", "DAYS", "Calling days, such as mon-fri (the default), weekdays, or mon,wed,sat.",
            hint="mon-fri", beside=True,
        ),
    )  # fmt: skip
    timezone: str = _declared(
        _text(
            "timezone", "when", "Time zone", "ZONE",
            "The time zone of the start, and of contacts in an unknown zone; by default the company's.",
            hint="Europe/Madrid",
        )
    )  # fmt: skip
    calls_per_hour: int = _number(
        "calls_per_hour", "Calls per hour", "N", "Maximum number of calls begun in an hour", 100,
        least=1, most=100_000, words="calls per hour",
    )  # fmt: skip
    concurrent: int = _number(
        "concurrent", "Calls at once", "N", "Maximum number of calls at the same time", 5,
        least=1, most=1_000, words="concurrent calls", form_words="calls at once", beside=True,
    )  # fmt: skip
    attempts: int = _number(
        "attempts", "Attempts", "N", "Attempts per contact, {least} to {most}", 3,
        least=1, most=10, words="attempts per contact", form_words="attempts", retroactive=True,
    )  # fmt: skip
    retry_delay: int = _number(
        "retry_delay", "Minutes between", "MINUTES", "Minutes before a retry", 60,
        least=1, most=7 * 24 * 60, words="minutes before a contact is tried again",
        form_words="minutes before a retry", beside=True, retroactive=True,
    )  # fmt: skip
    retry_voicemail: bool = _flag(
        "retry_voicemail", "Voicemail", "Try a contact again after voicemail answered.",
        tick="try again after a voicemail", retroactive=True,
    )  # fmt: skip

    @property
    def shown_start(self) -> str:
        """The start on the clocks of the campaign's zone, which is named: `2026-12-01 09:00 (Europe/Madrid)`."""
        if self.start_at is None:
            return ""
        return f"{self.start_at.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d %H:%M} ({self.timezone})"

    def value(self, name: str) -> Any:  # noqa: ANN401  a text, a number or a flag
        """Return a setting by the name of its declaration, a text as it is typed; an open start is `now`."""
        if name == "start":
            zone = ZoneInfo(self.timezone)
            return "now" if self.start_at is None else f"{self.start_at.astimezone(zone):%Y-%m-%d %H:%M}"
        if name == "hours":
            return self.hours.text
        return self.hours.days_text if name == "days" else getattr(self, name)


CAMPAIGN_SETTINGS: Final[Mapping[str, CampaignSetting]] = {
    setting.name: setting for declared in fields(CampaignSettings) for setting in declared.metadata[_METADATA]
}
"""Every setting by its name, in the order of the options and of the form."""
NUMBER_SETTINGS: Final = tuple(setting for setting in CAMPAIGN_SETTINGS.values() if setting.kind == "number")
FLAG_SETTINGS: Final = tuple(setting for setting in CAMPAIGN_SETTINGS.values() if setting.kind == "flag")


def settings_in(group: Group) -> Iterator[CampaignSetting]:
    """Yield the settings of a group of the form."""
    return (setting for setting in CAMPAIGN_SETTINGS.values() if setting.group == group)


def form_lines(group: Group) -> tuple[tuple[str, ...], ...]:
    """Return the names of a group's settings as the form has them: lines of one or two fields."""
    lines: list[tuple[str, ...]] = []
    for setting in settings_in(group):
        if setting.beside:
            lines[-1] += (setting.name,)
        else:
            lines.append((setting.name,))
    return tuple(lines)


def summaries(settings: CampaignSettings) -> list[str]:
    """Return the words of the settings that the overview names one by one."""
    values = ((setting, settings.value(setting.name)) for setting in CAMPAIGN_SETTINGS.values())
    return [words for setting, value in values if setting.summary is not None and (words := setting.summary(value))]
