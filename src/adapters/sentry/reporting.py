"""Each mistake that the log tells is told to Sentry: what kind, where, about what, and no more."""

import logging
from collections.abc import Callable
from typing import Any, Final

from sentry_sdk import Client
from sentry_sdk.transport import Transport
from sentry_sdk.utils import event_from_exception

from ...core.correlation import concerns
from ...core.spans import whereabouts

OURS: Final = "altyn."
"""How loggers are called whose words are written in our source."""
ITS_OWN: Final = ("sentry_sdk", "urllib3")
"""What goes wrong while Sentry is told is not told to Sentry."""
CLOSING_SECONDS: Final = 2.0


class Reporting(logging.Handler):
    """
    Takes records that hold an exception; errors of others' making are for whoever reads the log.

    What an exception says, and what was filled into the words about it, may name a person, so
    neither leaves the house: the ids beside it find the line in the log that has both. `redact`
    is shown each report before it goes.
    """

    def __init__(
        self,
        dsn: str,
        role: str,
        release: str,
        redact: Callable[[Any, str], Any],
        transport: type[Transport] | None = None,
    ) -> None:
        super().__init__(logging.ERROR)
        self.role = role
        self.client = Client(
            dsn=dsn,
            transport=transport,
            release=release,
            server_name=role,  # that of the machine is nobody's business
            before_send=lambda event, _: redact(event, ""),
            # Nothing is told that is not told here; nothing personal is by default.
            default_integrations=False,
            auto_enabling_integrations=False,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it; that costs little, never waits and never raises."""
        bug = record.exc_info[1] if record.exc_info else None
        if bug is None or record.name.startswith(ITS_OWN):
            return
        try:
            event, hint = event_from_exception(bug, client_options=self.client.options)
            for each in event["exception"]["values"]:
                each["value"] = ""
            event["level"] = "error"
            event["logger"] = record.name
            event["tags"] = {"role": self.role, **concerns(), **whereabouts()}
            if record.name.startswith(OURS):
                event["logentry"] = {"message": str(record.msg)}
            self.client.capture_event(event, hint)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """What waits is sent, for a moment; logging does this when the process ends."""
        self.client.close(CLOSING_SECONDS)
        super().close()
