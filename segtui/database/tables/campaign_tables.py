"""The tables of campaigns: the rules of the other tables (`database.tables`) are theirs too.

Whom a campaign calls is frozen by its launch in `campaign_contacts`, one row for every contact of the segment, called
or not. Its rows know a contact by its id alone: deleting a contact takes its phone out of them, and they stay.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, Text, UniqueConstraint

from segtui.database.tables.table_parts import (
    PAIR,
    ROW,
    Id,
    Key,
    Time,
    company,
    count,
    flag,
    index_ids,
    metadata,
    one_of,
    reference_key,
    row_id,
    row_key,
)
from segtui.domain.campaign_settings import CAMPAIGN_SETTINGS, FLAG_SETTINGS, NUMBER_SETTINGS
from segtui.domain.vocabulary import (
    AUDIENCE_STATES,
    CALL_OUTCOMES,
    CALL_RESOLUTIONS,
    CAMPAIGN_STATUSES,
    DATABASE_ID_CAUSES,
    UNFINISHED,
)

_attempts = CAMPAIGN_SETTINGS["attempts"]

campaigns = Table(
    "campaigns",
    metadata,
    row_id(),
    company(),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),  # text.name_key: what must be unique
    Column("status", Text, CheckConstraint(one_of("status", CAMPAIGN_STATUSES), name="status"), nullable=False),
    Column("reason", Text),  # a sentence: why it was paused
    Column("agent", Text, nullable=False),
    # The foreign key holds the segment of an unfinished campaign; a finished one keeps its name alone when it goes.
    Column("segment_id", Id),
    Column("segment", Text, nullable=False),  # its name, kept when the campaign ends
    # The part of the segment that a campaign made by a split calls: contacts above the one id, up to the other.
    Column("above_contact", Id),
    Column("to_contact", Id),
    Column("start_at", Time),  # NULL is at once
    Column("opens", Integer, nullable=False),  # minutes since midnight, in the zone of who is called
    Column("closes", Integer, nullable=False),
    Column("days", Text, nullable=False),  # settings.days_text
    Column("timezone", Text, nullable=False),
    *(Column(each.name, Id, nullable=False) for each in NUMBER_SETTINGS),
    *(flag(each.name) for each in FLAG_SETTINGS),
    count("calls"),  # how many attempts were made
    Column("created_at", Time, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("launched_at", Time),  # when its audience was frozen
    Column("started_at", Time),  # when it became active, at once or when its time had come
    Column("finished_at", Time),
    # The row of `database_ids` that was the newest when a person launched or last resumed it.
    Column("confirmed_id", Id),
    row_key(),
    reference_key(),
    UniqueConstraint("company_id", "name_key"),
    ForeignKeyConstraint(["company_id", "segment_id"], ["segments.company_id", "segments.id"]),
    CheckConstraint(
        f"segment_id IS NOT NULL OR NOT ({one_of('status', UNFINISHED)})",
        name="segment",
    ),
    CheckConstraint("opens >= 480 AND closes <= 1260 AND opens < closes", name="hours"),
    CheckConstraint(f"attempts BETWEEN {_attempts.least} AND {_attempts.most}", name="attempts"),
    **ROW,
)
index_ids(campaigns)
Index("ix_campaigns_segment", campaigns.c.company_id, campaigns.c.segment_id)

# The further segments of a campaign of several: it calls the contacts of them all, each once.
campaign_segments = Table(
    "campaign_segments",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("campaign_id", Id, primary_key=True, autoincrement=False),
    Column("place", Id, primary_key=True, autoincrement=False),  # 1 is the second segment
    Column("segment_id", Id),  # NULL where it was deleted after the campaign ended
    Column("segment", Text, nullable=False),  # its name, kept when the campaign ends
    ForeignKeyConstraint(["company_id", "campaign_id"], ["campaigns.company_id", "campaigns.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["company_id", "segment_id"], ["segments.company_id", "segments.id"]),
    **PAIR,
)
Index("ix_campaign_segments_segment", campaign_segments.c.company_id, campaign_segments.c.segment_id)

# The segments whose contacts a campaign leaves out.
campaign_exclusions = Table(
    "campaign_exclusions",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("campaign_id", Id, primary_key=True, autoincrement=False),
    Column("place", Id, primary_key=True, autoincrement=False),
    Column("segment_id", Id),  # NULL where it was deleted after the launch
    Column("segment", Text, nullable=False),  # its name, kept when it is deleted or the campaign ends
    ForeignKeyConstraint(["company_id", "campaign_id"], ["campaigns.company_id", "campaigns.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["company_id", "segment_id"], ["segments.company_id", "segments.id"]),
    **PAIR,
)
Index("ix_campaign_exclusions_segment", campaign_exclusions.c.company_id, campaign_exclusions.c.segment_id)

# The frozen audience. `outcome` is that of the last attempt while a contact waits for another.
campaign_contacts = Table(
    "campaign_contacts",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("campaign_id", Id, primary_key=True, autoincrement=False),
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    Column("phone", Key),
    Column("state", Text, CheckConstraint(one_of("state", AUDIENCE_STATES), name="state"), nullable=False),
    Column("outcome", Text, CheckConstraint(one_of("outcome", CALL_OUTCOMES), name="outcome")),
    Column("reason", Text),  # one of SKIP_REASONS where it was skipped; a sentence where it failed
    count("attempts"),
    Column("next_at", Time),  # not before this; NULL is as soon as its hours allow
    Column("zone", Text),  # whose hours hold; NULL is the campaign's
    ForeignKeyConstraint(["company_id", "campaign_id"], ["campaigns.company_id", "campaigns.id"]),
    CheckConstraint("state <> 'done' OR outcome IS NOT NULL", name="accounted"),
    **PAIR,
)
# Who is to be called next. In part on PostgreSQL too, as with those of `database.tables`.
Index(
    "ix_campaign_contacts_next",
    campaign_contacts.c.company_id,
    campaign_contacts.c.campaign_id,
    campaign_contacts.c.state,
    campaign_contacts.c.zone,
    campaign_contacts.c.next_at,
    sqlite_where=campaign_contacts.c.state != "done",
)
Index("ix_campaign_contacts_contact", campaign_contacts.c.company_id, campaign_contacts.c.contact_id)

# How many of an audience are where, exact and at once: kept in the transaction that moves them. '' where there is none.
campaign_counts = Table(
    "campaign_counts",
    metadata,
    Column("company_id", Id, primary_key=True, autoincrement=False),
    Column("campaign_id", Id, primary_key=True, autoincrement=False),
    Column("state", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("reason", Text, primary_key=True),  # of the skipped alone
    count("contacts"),
    ForeignKeyConstraint(["company_id", "campaign_id"], ["campaigns.company_id", "campaigns.id"]),
    **PAIR,
)

call_attempts = Table(
    "call_attempts",
    metadata,
    row_id(),
    company(),
    Column("campaign_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("number", Id, nullable=False),  # 1 is the first
    Column("call_id", Text),  # what the calling platform calls it
    Column("started_at", Time, nullable=False),
    Column("ended_at", Time),
    Column("outcome", Text, CheckConstraint(one_of("outcome", CALL_OUTCOMES), name="outcome")),
    Column("seconds", Id),
    # It was claimed but certainly never dialled: whoever calls this contact next takes it up again.
    Column("released", Integer, nullable=False, server_default="0"),
    Column("agent", Text),  # who calls; the campaign may have another one by the time it is looked up
    Column("clock", Id),  # when it began by a clock that nobody sets: services.campaigns.clocks
    # The token of `database_ids` in the data of its call; NULL for calls from before there was one.
    Column("database_id", Text),
    Column("phone", Text),  # the number that is called; NULL where the contact was deleted since
    # Its attempt id in the data of its call, where it was recorded from the platform's list; NULL where that is `id`.
    Column("platform_attempt_id", Id),
    row_key(),
    UniqueConstraint("company_id", "campaign_id", "contact_id", "number"),
    ForeignKeyConstraint(
        ["company_id", "campaign_id", "contact_id"],
        ["campaign_contacts.company_id", "campaign_contacts.campaign_id", "campaign_contacts.contact_id"],
    ),
    **ROW,
)
index_ids(call_attempts)
Index("ix_call_attempts_started", call_attempts.c.company_id, call_attempts.c.campaign_id, call_attempts.c.started_at)
Index("ix_call_attempts_clock", call_attempts.c.company_id, call_attempts.c.campaign_id, call_attempts.c.clock)
# What is not settled yet. In part on PostgreSQL too, as with those of `database.tables`.
Index(
    "ix_call_attempts_open",
    call_attempts.c.company_id,
    call_attempts.c.campaign_id,
    sqlite_where=call_attempts.c.outcome.is_(None),
)

# Who works on the campaigns of this database: one row, of the one that took over last.
dispatcher = Table(
    "dispatcher",
    metadata,
    Column("id", Id, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("generation", Id, nullable=False),  # counts who took over: whoever has an older one may not write any more
    Column("holder", Text, nullable=False),
    Column("seen_at", Time, nullable=False),
    Column("trouble", Text),  # a sentence: why it dials nothing at all at present
    sqlite_strict=True,
)

# The random ids of this database, the newest last: `token` is in the data of every call made under it. A restored or
# copied database gets a new one, and dials only campaigns that a person confirmed since (`campaigns.confirmed_id`).
database_ids = Table(
    "database_ids",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("cause", Text, CheckConstraint(one_of("cause", DATABASE_ID_CAUSES), name="cause"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("home", Text),  # database.location: where it dials; NULL before its first dispatcher
    Column("home_name", Text, nullable=False, server_default=""),  # the same for people
    **ROW,
)

# Calls of this database's ids on the platform's list, whose attempts the database does not have: an older backup was
# put in its place, or a copy dials. They wait for `campaigns reconcile`. Numbers are not stored, only whose they are.
unrecorded_calls = Table(
    "unrecorded_calls",
    metadata,
    row_id(),
    company(),
    Column("campaign_id", Id, nullable=False),
    Column("contact_id", Id),  # NULL where no contact of the company has the number
    Column("database_id", Text, nullable=False),
    Column("attempt_id", Id, nullable=False),
    Column("call_id", Text),
    Column("started_at", Time, nullable=False),
    Column("outcome", Text, CheckConstraint(one_of("outcome", CALL_OUTCOMES), name="outcome")),  # NULL: in progress
    Column("seconds", Id),
    Column(
        "resolution", Text, CheckConstraint(one_of("resolution", CALL_RESOLUTIONS), name="resolution")
    ),  # NULL: waits
    row_key(),
    UniqueConstraint("company_id", "campaign_id", "database_id", "attempt_id"),
    ForeignKeyConstraint(["company_id", "campaign_id"], ["campaigns.company_id", "campaigns.id"], ondelete="CASCADE"),
    **ROW,
)
index_ids(unrecorded_calls)
