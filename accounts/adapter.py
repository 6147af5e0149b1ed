"""How sign-in behaves here: nobody registers alone; people are invited by staff."""

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from accounts import sign_in_words
from procurement.web import network
from procurement.web.rate_limit import counted

ON_REQUEST = ("account/email/password_reset_key", "account/email/unknown_account")
"""Mails that anybody can have sent to any address, without signing in."""
MOST_MAILS = ((3, 60 * 60), (10, 60 * 60 * 24))
"""How many of them one address gets, in how many seconds; from whatever networks they are asked for."""


class AccountAdapter(DefaultAccountAdapter):
    """Closes public sign-up. An account comes with a membership, which only the back office or an import gives."""

    error_messages = sign_in_words.ACCOUNT

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for an account as tried from one network, so nobody locks out the owner elsewhere."""
        address = network.of(request.META.get("REMOTE_ADDR", ""))
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}@{address}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nobody can fill another person's mailbox: beyond the limits no mail is sent, and the page does not say so.

        Nobody is locked out by it, because the links in the mails before are still good; and an address without an
        account is answered and counted like one with an account.
        """
        if template_prefix in ON_REQUEST:
            box = hashlib.sha256(email.strip().lower().encode()).hexdigest()
            counts = [
                counted(f"mail:{box}:{seconds}", seconds=seconds) > most for most, seconds in MOST_MAILS
            ]
            if any(counts):
                return
        super().send_mail(template_prefix, email, context)

    def get_user_search_fields(self) -> list[str]:
        return ["email", "name"]

    def set_password(self, user: Any, password: str) -> None:
        """The password alone: hashing takes long, and meanwhile somebody may end the account."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""


class SecondStepAdapter(DefaultMFAAdapter):
    """The second step, in our words."""

    error_messages = sign_in_words.SECOND_STEP
