"""How a webhook is shown, and how one is named."""

from argparse import ArgumentParser
from typing import Any

from attrs import asdict

from ....core.notifications import Shown, Webhook
from ...wiring.plain_notifications import PlainWebhook
from ..output import Output


def which(parser: ArgumentParser) -> None:
    """By its id."""
    parser.add_argument("id", metavar="ID", help="the id of the webhook")


def show(webhook: Webhook, output: Output) -> None:
    """As it is by now."""
    output.document(PlainWebhook.of(webhook))
    say(webhook, output)


def show_with_secret(shown: Shown, output: Output) -> None:
    """With its new secret, which is never shown again."""
    plain: dict[str, Any] = asdict(PlainWebhook.of(shown.webhook))
    output.document({**plain, "secret": shown.secret})
    say(shown.webhook, output)
    output.say(f"  secret {shown.secret}")
    output.say("  keep it: it is shown this once, and whoever has it can pretend to be us")


def say(webhook: Webhook, output: Output) -> None:
    """The same for people."""
    why = f": {webhook.why}" if webhook.why not in ("", webhook.state) else ""
    of = f" of {webhook.account}" if webhook.account else ""
    output.say(f"webhook {webhook.id} is {webhook.state}{why}")
    output.say(f"  {webhook.url}")
    output.say(f"  is told {', '.join(webhook.events)}{of}")
    if webhook.old_until:
        output.say(f"  signed with the old secret too until {webhook.old_until:%Y-%m-%d %H:%M} UTC")
    if webhook.failing_since:
        output.say(f"  nothing has reached it since {webhook.failing_since:%Y-%m-%d %H:%M} UTC")
