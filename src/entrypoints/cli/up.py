"""Start Altyn: bot, HTTP API and worker, over a database that is brought up to date first.

The data goes to ./altyn-data and the API listens on 127.0.0.1:8420, unless settings say otherwise.
Without any settings at all the sandbox is started beside it: everybody whom Altyn deals with, on
this machine, and a page where one is their customer. Stop it with Ctrl-C, or with SIGTERM."""

import asyncio
import logging
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Coroutine
from contextlib import AsyncExitStack, ExitStack, closing, nullcontext, suppress
from enum import StrEnum
from typing import Any, Final

from attrs import evolve

from ..wiring import Settings
from ..wiring.logs import write_log
from ..wiring.methods import TELEGRAM, Method, methods
from ..wiring.reports import report_mistakes
from ..wiring.sellers import sellers
from ..wiring.survey import make_sure
from ..wiring.traces import telling_traces
from .exits import Exit
from .migrate import migrated
from .output import Output
from .session import debugging, found_for, settings_of, unchecked
from .session import make_sure as make_sure_of_schema
from .stopping import stopped_by_eof, stopped_by_signals
from .whole_world import is_installed, is_no_shop_yet, serve_world

NAME: Final = "up"

worker_log: Final = logging.getLogger("altyn.worker")


def arguments(parser: ArgumentParser) -> None:
    """None that people need: what it does is in the settings."""
    parser.add_argument("--until-eof", action="store_true", help=SUPPRESS)


class Role(StrEnum):
    """What a process does."""

    UP = "up"
    """All of it, over a database that it creates and migrates."""
    API = "api"
    WORKER = "worker"


async def run(arguments: Namespace, output: Output) -> int:
    """Serve until somebody says stop."""
    found = found_for(arguments)
    if is_no_shop_yet(found):
        if is_installed():
            await serve_world(found.settings, output)
            return Exit.DONE
        output.note("the sandbox is not started, as it needs pip install 'altyn[ton]'")
    return await serve(arguments, output, Role.UP)


async def serve(arguments: Namespace, output: Output, role: Role) -> int:
    """Serve in that role until somebody says stop."""
    settings = settings_of(arguments)
    make_sure(settings)
    write_log(settings.log, role, debug=debugging(arguments))
    report_mistakes(settings.sentry, role)
    stopping = asyncio.Event()
    by_eof = stopped_by_eof(stopping) if getattr(arguments, "until_eof", False) else nullcontext()
    with telling_traces(settings.traces, role), stopped_by_signals(stopping), by_eof:
        await _serve(settings, stopping, output, role)
    output.say("stopped")
    return Exit.DONE


async def _serve(settings: Settings, stopping: asyncio.Event, output: Output, role: Role) -> None:
    # Imported late: the other commands do not need a web framework.
    from ..api.app import make_api
    from ..api.listening import listen
    from ..api.metrics import PATH, MetricsPage
    from ..api.serving import Serving
    from ..wiring.metrics import Exposition
    from ..worker import Chore, worker_of
    from .bot import talk_of

    # Whoever works tells people what happened, in the words of the bot.
    with_bot = bool(settings.telegram.token.reveal()) and role is not Role.API
    talking: tuple[Any, ...] = ()
    if with_bot:
        from ..bot.providing import Talking  # aiogram takes seconds

        talking = (Talking(),)
    with ExitStack() as listening:
        # The ports come first: when one is taken, nothing else has been touched.
        listener = beside = None
        if role is not Role.WORKER:
            listener = listen(settings.api.host, settings.api.port)
            listening.enter_context(closing(listener))
        if settings.metrics.port is not None:
            beside = listen(settings.metrics.host, settings.metrics.port, "ALTYN_METRICS")
            listening.enter_context(closing(beside))
        async with AsyncExitStack() as serving:
            house = await serving.enter_async_context(
                unchecked(settings, *talking, create=role is Role.UP)
            )
            if role is not Role.UP:
                await make_sure_of_schema(house)
            elif not await _done(migrated(house, output), stopping):
                return
            served = watched = ""
            if beside is not None:
                metrics = Serving(MetricsPage(await house.get(Exposition)), beside)
                await serving.enter_async_context(metrics.until(stopping))
                watched = f"{metrics.address}{PATH}"
            if role is not Role.API:
                worker = await worker_of(house.container)
                if role is Role.UP and with_bot:
                    talk = await talk_of(house)
                    worker = evolve(
                        worker, chores=[*worker.chores, *(Chore(*each) for each in talk.chores)]
                    )
                    await serving.enter_async_context(talk.until(stopping))
                await serving.enter_async_context(worker.until(stopping))
            if listener is not None:
                api = Serving(await make_api(house.container, settings), listener)
                await serving.enter_async_context(api.until(stopping))
                served = api.address
            _announce(settings, served, watched, output, role)
            warn_of_silence(settings, role)


def warn_of_silence(settings: Settings, role: Role) -> None:
    """One worker at least has to have the token, and here it is not: say so where it shows."""
    # `altyn up` says whether it has one anyway, and is seldom beside others.
    if role is Role.WORKER and not settings.telegram.token.reveal():
        worker_log.warning(
            "this worker has no ALTYN_TELEGRAM_TOKEN: what people are told it leaves to workers "
            "that have it; where the shop has a bot, one of them has to"
        )


async def _done(work: Coroutine[Any, Any, object], stopping: asyncio.Event) -> bool:
    """Do it, but leave off when somebody says stop; answers whether it was done."""
    doing, told = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
        doing.cancel()
    with suppress(asyncio.CancelledError):
        await doing
    return not doing.cancelled()


def _announce(settings: Settings, address: str, metrics: str, output: Output, role: Role) -> None:
    ways, goods = methods(settings), sellers(settings)
    locked = settings.api.keys or settings.api.public
    asked_by = "callers with a key or token" if locked else "this machine only"
    output.document(
        {
            "serving": address or None,
            "working": role is not Role.API,
            "database": str(settings.database),
            "metrics": metrics or None,
            "payments": [
                {"method": each.name, "enabled": each.enabled, "notices": each.notices or None}
                for each in ways
            ],
            "bot": bool(settings.telegram.token.reveal()),
            "goods": [{"supplier": each.name, "enabled": each.enabled} for each in goods],
        }
    )
    if address:
        output.say(f"Altyn is serving its API on {address}, for {asked_by}.")
        output.say(f"  Health     {address}/health/ready")
        output.say(f"  Balances   {address}/v1/accounts/NAME/balances")
        output.say(f"  OpenAPI    {address}/docs/openapi.json")
    else:
        output.say("Altyn is working, and serves nobody.")
    if metrics:
        output.say(f"  Metrics    {metrics}")
    for each in ways:
        output.say(f"  Payments   {_state(each)}")
    told = "on" if settings.telegram.token.reveal() else "off (see ALTYN_TELEGRAM_TOKEN)"
    output.say(f"  Bot        {told}")
    for seller in goods:
        off = "" if seller.enabled else f" (see {seller.enabled_by})"
        output.say(f"  Goods      {seller.name} is {'off' if off else 'on'}{off}")
    output.say(f"  Data       {settings.database}")
    output.say("Stop it with Ctrl-C.")


def _state(method: Method) -> str:
    """Whether one can pay by it, and how we learn of it."""
    if not method.enabled:
        return f"{method.name} is off (see {method.enabled_by})"
    if method.reads:
        return f"{method.name} is on, read by the worker"
    if not method.notices and method.told_as == TELEGRAM:
        return f"{method.name} is on, updates are fetched"
    if not method.notices:
        return f"{method.name} is on, found by asking (see ALTYN_API_PUBLIC)"
    return f"{method.name} is on, notices go to {method.notices}"
