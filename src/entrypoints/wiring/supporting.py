"""What people ask us: the use cases over tickets."""

from dishka import Provider, Scope, provide

from ...core.support import AnswerTicket, CloseTicket, OpenTicket, ReadTickets, Supportbook


class Supporting(Provider):
    """Questions and answers."""

    scope = Scope.APP

    book = provide(Supportbook)
    open_ticket = provide(OpenTicket)
    read_tickets = provide(ReadTickets)
    answer_ticket = provide(AnswerTicket)
    close_ticket = provide(CloseTicket)
