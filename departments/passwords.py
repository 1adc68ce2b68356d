"""Passwords: the rule for one's own, and how one is issued."""

import copy
import secrets
import unicodedata
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher, make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"
KINDS = (str.islower, str.isupper, str.isdigit)


def issue_password() -> str:
    """A random password to be read out once: three groups of four, no 0/o, 1/l/i."""
    groups = ("".join(secrets.choice(UNMISTAKABLE) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def hash_issued(password: str) -> str:
    """The hash of an issued password, in a hundredth of the time that one of one's own takes.

    It is random (59 bits), so that no guessing profits; Django hashes it anew at the first
    sign-in, where the person must change it anyway. So many accounts can be opened at once.
    """
    hasher = copy.copy(get_hasher())
    if isinstance(hasher, Argon2PasswordHasher):
        hasher.time_cost, hasher.memory_cost, hasher.parallelism = 1, 8 * 1024, 1
    return make_password(password, hasher=hasher)


def kinds_of(password: str) -> int:
    """How many of lower case, upper case, digits and others occur in ``password``."""
    folded = unicodedata.normalize("NFKC", password)
    named = sum(any(map(kind, folded)) for kind in KINDS)
    other = any(not any(kind(character) for kind in KINDS) for character in folded)
    return named + int(other)


class LengthValidator(MinimumLengthValidator):
    """Django's rule; its sentence has no Chinese translation yet."""

    def get_error_message(self) -> str:
        return f"密码太短，至少要有 {self.min_length} 个字符。"


class CharacterKindsValidator:
    """Asks for at least ``kinds`` of: lower case, upper case, digits, other characters."""

    def __init__(self, kinds: int = 2) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: Any = None) -> None:
        if kinds_of(password) < self.kinds:
            raise ValidationError(f"密码{self._rule()}。", code="password_too_uniform")

    def get_help_text(self) -> str:
        return f"你的密码{self._rule()}。"

    def _rule(self) -> str:
        return f"须包含大写字母、小写字母、数字、符号中的至少 {self.kinds} 类"
