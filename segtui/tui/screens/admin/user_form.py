"""The form that adds or edits a user."""

from collections.abc import Mapping, Sequence

from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput
from segtui.services.accounts import users
from segtui.services.accounts.companies import CompanyRow
from segtui.services.accounts.users import User
from segtui.services.session import Session
from segtui.tui.screens.shared.company_field import company_field, company_missing
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field

_ROLES = (
    ("viewer: looks, searches and exports", Role.VIEWER.value),
    ("member: also changes things in the company", Role.MEMBER.value),
    ("admin: everything, in every company", Role.ADMIN.value),
)
_ENABLED = ("may not sign in", "may sign in")


class UserForm(Form[User]):
    """Adds a user, or edits `user`. `companies` are those they can be of."""

    def __init__(self, session: Session, companies: Sequence[CompanyRow], user: User | None = None) -> None:
        self._session = session
        self._user = user
        self._companies = {str(row.id): row.name for row in companies}
        looked_at = user.company_id if user and user.company_id else session.company
        company = company_field(companies, looked_at)
        fields = [
            Field("name", "Name", user.name if user else "", hint="The person's name"),
            Field("role", "Role", (user.role if user else Role.VIEWER).value, choices=_ROLES),
        ]
        self._company = company.value
        if len(companies) > 1:
            fields.append(company)
        if user:
            fields.append(Field("enabled", "Access", "true" if user.enabled else "false", ticks=_ENABLED))
        else:
            fields.insert(0, Field("login", "Login", hint="Lowercase letters and digits, such as alice"))
        title = f"Edit {user.login}" if user else "Add user"
        super().__init__(title, fields, save_label="Save changes" if user else "Add user")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the login, and of who is no admin that the company is missing."""
        problems = {} if values["role"] == Role.ADMIN else company_missing(values)
        if self._user is not None:
            return problems
        try:
            users.check_login(self._session, values["login"])
        except InvalidInput as error:
            problems["login"] = str(error)
        return problems

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say of an admin that the company does not count."""
        if values["role"] == Role.ADMIN:
            return {"role": "An admin belongs to no company."}
        return {}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> User:
        """Add the user, or change the one that is edited."""
        role = Role(values["role"])
        company = None if role is Role.ADMIN else self._companies[values.get("company", self._company)]
        if self._user is None:
            return users.add(self._session, values["login"], name=values["name"], company=company, role=role)
        enabled = values["enabled"] == "true" if "enabled" in changed else None
        return users.edit(
            self._session, self._user.login, name=changed.get("name"), company=company, role=role, enabled=enabled
        )
