"""How allauth behaves here: accounts are opened by a structure, never by a visitor."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Close the public sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: a structure opens accounts after its checks (R18)."""
        return False
