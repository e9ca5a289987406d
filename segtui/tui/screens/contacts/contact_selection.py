"""Contact selection: the contacts that a command acts on, which are the marked ones or the one under the cursor."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services.contacts import bulk
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, company_of


@dataclass(frozen=True, slots=True)
class ContactSelection:
    """Contacts as the services take them (all of `which` but those with the ids `besides`), and their number.

    `contact` is the only one, where it is read already.
    """

    which: ContactQuery | Sequence[int]
    count: int
    contact: Contact | None = None
    besides: Sequence[int] = ()

    @property
    def title(self) -> str:
        """The contact's own title, or the number of contacts."""
        return self.contact.title if self.contact else counted(self.count, "contact")

    @property
    def shown(self) -> Content:
        """The title, as it can be shown."""
        return Content.styled(clean(self.title), "bold")

    def bound(self, session: Session, interrupt: Interrupt) -> Session:
        """Return the session bound to their company. Raises InvalidInput where they are of several."""
        if session.company is not None:
            return session
        company_id = bulk.company_of_all(session, self.which, besides=self.besides, interrupt=interrupt)
        if company_id is None:
            raise InvalidInput("The marked contacts belong to several companies. Choose one company with c.", "company")
        return company_of(session, company_id)
