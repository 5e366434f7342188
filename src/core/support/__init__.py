"""What people ask us: a ticket with a number that they can say, until a person has answered it."""

from .answering import AnswerTicket, CloseTicket
from .asking import OPEN_MAX, OpenTicket, ReadTickets
from .errors import TicketMissing, TicketMoved, TooManyTickets
from .ports import Tickets
from .supportbook import Supportbook
from .ticket import MOVES, WORDS_MAX, State, Ticket, TicketId, about_payment, about_purchase
from .told import TellTickets

__all__ = [
    "MOVES",
    "OPEN_MAX",
    "WORDS_MAX",
    "AnswerTicket",
    "CloseTicket",
    "OpenTicket",
    "ReadTickets",
    "State",
    "Supportbook",
    "TellTickets",
    "Ticket",
    "TicketId",
    "TicketMissing",
    "TicketMoved",
    "Tickets",
    "TooManyTickets",
    "about_payment",
    "about_purchase",
]
