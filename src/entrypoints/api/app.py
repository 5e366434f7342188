"""The application: routes, errors, the description of both, and the door in front of them."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, Final

from dishka import AsyncContainer
from dishka.integrations.litestar import setup_dishka
from litestar import Litestar, Response, get
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.serialization import encode_json
from litestar.types import ControllerRouterHandler

from ...core.clock import Clock
from ...core.errands import DoOnce
from ...core.events import Outbox
from ...core.identifiers import Identifiers
from ...core.identity import OpenWithAccessToken, OpenWithKey
from ...core.limits import AskLimits
from ...core.sealing import Sealer
from ...core.signals import Signals
from ..wiring import Settings
from ..wiring.doctor import Rounds, look_around
from ..wiring.news import News
from . import (
    audit,
    auth,
    balances,
    campaigns,
    health,
    hooks,
    keys,
    limits,
    live,
    payments,
    preferences,
    purchases,
    refunds,
    users,
    webhooks,
)
from .asgi import App, by_path, safely
from .bodies import only_strict_bodies
from .describing import Spec, described
from .door import Door, caller
from .lookout import Lookout
from .named import Named
from .once import Once
from .origin import Origin
from .problems import HANDLERS
from .reading import POLICY, page
from .routed import Routed
from .sockets import Sockets
from .tags import Tagged
from .turnstile import Turnstile, address

ROUTES: Final[tuple[ControllerRouterHandler, ...]] = (
    health.live,
    health.ready,
    health.deep,
    balances.accounts,
    balances.of_users,
    users.router,
    preferences.router,
    payments.router,
    refunds.router,
    purchases.router,
    campaigns.router,
    hooks.router,
    keys.router,
    limits.router,
    audit.router,
    live.live,
    auth.sessions,
    auth.end_others,
    auth.end_one,
)
SIGNING_IN: Final[tuple[ControllerRouterHandler, ...]] = (auth.router,)
"""An application of its own: what is answered there is a secret, and never kept to be repeated."""
OUTSIDE: Final[tuple[ControllerRouterHandler, ...]] = (webhooks.notice,)
"""For those who have no key. They are an application of their own: no path leads from it inside."""


NO_PARAMETERS: Final = frozenset({"data", "request"})
"""What handlers are given beside them."""


async def make_api(container: AsyncContainer, settings: Settings) -> App:
    """
    The API over the ports of that container, for the callers that the settings let in.

    Whoever comes is counted by address, which trusted proxies may tell, shows a key, and is counted
    by key; what they ask is looked at after that. Providers have no key: they are counted by
    address, and what they tell is proven by its signature.
    """
    ask, signals = await container.get(AskLimits), await container.get(Signals)
    news = await container.get(News)
    sealer = await container.get(Sealer)
    rounds = Rounds(await container.get(Clock), partial(look_around, container, settings))
    once: Any = partial(Once, do_once=await container.get(DoOnce), sealer=sealer)
    app = _application(
        container,
        [*ROUTES, description, reader],
        guards=[only_known_parameters, only_strict_bodies],
        middleware=[Routed, Tagged, DefineMiddleware(once)],
        state=State(
            {
                live.LOOKOUT: Lookout(await container.get(Outbox), news.bell),
                health.ROUNDS: rounds,
            }
        ),
    )
    desk = _application(container, SIGNING_IN, guards=[only_known_parameters], middleware=[Routed])
    inside = Turnstile(by_path(auth.PATH, desk, app), ask, signals, "ask", caller)
    opens = await container.get(OpenWithKey), await container.get(OpenWithAccessToken)
    guarded = Door(inside, settings.api.keys, bool(settings.api.public), *opens)
    door = Turnstile(guarded, ask, signals, "arrive", address)
    notified = _application(container, OUTSIDE, middleware=[Routed])
    outside = Turnstile(notified, ask, signals, "notify", address)
    origin = Origin(by_path(webhooks.PATH, outside, door), settings.api.proxies)
    return Sockets(safely(Named(origin, await container.get(Identifiers))))


def _application(
    container: AsyncContainer, routes: Sequence[ControllerRouterHandler], **more: Any
) -> App:
    app = Litestar(
        routes,
        exception_handlers=HANDLERS,
        # Litestar's own pages load scripts from elsewhere: only the description is served.
        openapi_config=None,
        logging_config=None,  # how to log is decided by whoever starts the process
        **more,
    )
    setup_dishka(container, app)
    return app  # type: ignore[return-value]


def only_known_parameters(
    request: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """A misspelt parameter is refused: without its `at` an answer would be of another day."""
    found = handler.resolve_dependencies()  # what the path names, made into what it is
    known = handler.parsed_fn_signature.parameters.keys() - NO_PARAMETERS - found.keys()
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = [
        {"key": name, "message": words}
        for words, names in {
            "there is no such parameter": set(given) - set(known),
            "is given more than once": {name for name in known if given.count(name) > 1},
        }.items()
        for name in sorted(names)
    ]
    if wrong:
        raise ValidationException(extra=wrong)


@get("/docs/openapi.json", include_in_schema=False)
async def description() -> Response[bytes]:
    """The API described (OpenAPI 3.1)."""
    return Response(_described(), media_type="application/vnd.oai.openapi+json")


@get("/docs", include_in_schema=False)
async def reader() -> Response[str]:
    """The same for people."""
    headers = {"content-security-policy": POLICY, "referrer-policy": "no-referrer"}
    return Response(_page(), media_type="text/html", headers=headers)


@cache
def specification() -> Spec:
    """The description of every route."""
    return described([*ROUTES, *SIGNING_IN, *OUTSIDE])


@cache
def _described() -> bytes:
    return encode_json(specification())


@cache
def _page() -> str:
    return page(specification())
