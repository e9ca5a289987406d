"""Export of the contacts of a query to a file, from screens whose rows are no contacts."""

from typing import TYPE_CHECKING, Any

from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, company_of
from segtui.tui.screens.base.background_writes import Done

if TYPE_CHECKING:
    from segtui.tui.screens.base.list_base import ListScreen
    from segtui.tui.screens.shared.export_form import ExportTarget


async def export_contacts(
    screen: "ListScreen[Any]",
    session: Session,
    query: ContactQuery,
    contents: str,
    name: str,
    *,
    company_id: int | None = None,
) -> None:
    """Ask for a file named after `name`, and write the contacts of `query` to it; await it in a flow of `screen`.

    `contents` is the sentence about the file. `company_id` is the company of the contacts, for a session of all
    companies.
    """
    from segtui.tui.screens.shared.export_form import ExportForm

    target = await screen.ask(ExportForm(contents, name, session))
    if target is None:
        return

    def write(interrupt: Interrupt, target: "ExportTarget" = target) -> Done:
        from segtui.services.exports import exports
        from segtui.ssh.user_file_words import hide_folders

        with hide_folders(session.user_files):
            own = session if company_id is None else company_of(session, company_id)
            count = exports.export(own, query, target.path, target.form, interrupt)
        return target.done(count, "contact")

    screen.do(f"Writing {target.shown}", write, undoable=False)
