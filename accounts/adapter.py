"""How sign-in behaves here: nobody registers alone; people are invited by staff."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from procurement import network


class AccountAdapter(DefaultAccountAdapter):
    """Closes public sign-up. An account comes with a membership, which only the back office or an import gives."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for an account as tried from one network, so nobody locks out the owner elsewhere."""
        address = network.of(request.META.get("REMOTE_ADDR", ""))
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}@{address}"

    def get_user_search_fields(self) -> list[str]:
        return ["email", "name"]

    def set_password(self, user: Any, password: str) -> None:
        """The password alone: hashing takes long, and meanwhile somebody may end the account."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""
