"""What every view wears: the permission it asks for, or the statement that it is public. A view without one fails the tests."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import abort, redirect, request, url_for
from flask_login import current_user

from .identity import SignedIn
from .permissions import Permission

P = ParamSpec("P")
R = TypeVar("R")


def guard(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only people with the permission. Others: sent to sign in when nobody, answered 403 when somebody else."""

    def wear(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            if not current_user.is_authenticated:
                back = request.full_path.rstrip("?") if request.method == "GET" else "/"
                return redirect(url_for("accounts.login", next=back))
            if not current_user.may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return wear


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open to everybody, signed in or not."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def me() -> SignedIn:
    """The person signed in, in a view that wears `guard`."""
    return cast(SignedIn, current_user._get_current_object())
