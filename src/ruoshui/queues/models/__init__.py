from ruoshui.queues.models.appointments import Appointment, HeldPlace
from ruoshui.queues.models.branches import Branch, Business, OrderRule, Queue, ServiceClass
from ruoshui.queues.models.counters import Counter, CounterDuty, CounterSession, CounterState, SessionKind
from ruoshui.queues.models.devices import Device, DeviceKind
from ruoshui.queues.models.learning import SharedWaits, WaitLearning
from ruoshui.queues.models.tickets import Care, LeftReason, NamedBy, Ticket, TicketSource, TicketState

__all__ = [
    "Appointment",
    "Branch",
    "Business",
    "Care",
    "Counter",
    "CounterDuty",
    "CounterSession",
    "CounterState",
    "Device",
    "DeviceKind",
    "HeldPlace",
    "LeftReason",
    "NamedBy",
    "OrderRule",
    "Queue",
    "ServiceClass",
    "SessionKind",
    "SharedWaits",
    "Ticket",
    "TicketSource",
    "TicketState",
    "WaitLearning",
]
