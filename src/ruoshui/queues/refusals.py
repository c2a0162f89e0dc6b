"""What the verbs of the branch refuse, and what to do about it."""

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import NotFound, Refusal


class BusinessNotOffered(Refusal):
    code, status = "business-not-offered", 422
    text = _("{branch} does not offer this. Choose another business or another branch.")


class BranchNotOpen(Refusal):
    code = "branch-not-open"
    text = _("{branch} is closed now. Come back during the opening hours, or book an appointment.")


class NotWaiting(Refusal):
    code = "not-waiting"
    text = _("{number} is not waiting any more. Look at what it says now.")


class NotAtCounter(Refusal):
    code = "not-at-counter"
    text = _("{number} is not at this counter any more. Look at what it says now.")


class CounterBusy(Refusal):
    code = "counter-busy"
    text = _("Counter {counter} still has {number}. Finish it, put it on hold or mark it as not come first.")


class CounterNotOpen(Refusal):
    code = "counter-not-open"
    text = _("Counter {counter} is not open. Open it first.")


class CounterTaken(Refusal):
    code = "counter-taken"
    text = _("Counter {counter} is taken by {name}. Choose another counter, or ask the lobby manager to close it.")


class AtAnotherCounter(Refusal):
    code = "at-another-counter"
    text = _("{name} sits at counter {counter} of {branch}. Close that one first.")


class TicketFinished(Refusal):
    code = "ticket-finished"
    text = _("{number} is finished. Take a new number.")


class SameQueue(Refusal):
    code = "same-queue"
    text = _("{number} is in this queue already. Choose another one.")


class SlotNotOffered(Refusal):
    code, status = "slot-not-offered", 422
    text = _("There are no appointments at this time. Choose one of the times shown.")


class SlotFull(Refusal):
    code = "slot-full"
    text = _("Somebody was faster: this time is taken. Choose another one.")


class AppointmentOver(Refusal):
    code = "appointment-over"
    text = _("This appointment was cancelled or used already. Book a new one, or take a number.")


class AppointmentBegun(Refusal):
    code = "appointment-begun"
    text = _("Its time has come: it cannot be cancelled any more. Come now, or ask the branch to excuse it.")


class AppointmentMissed(Refusal):
    code = "appointment-missed"
    text = _(
        "Nobody came for this appointment in time, so its place was given up. Take a number, or book another time."
    )


class NotMissed(Refusal):
    code = "not-missed"
    text = _("There is nothing to excuse: nobody has missed this appointment.")


class TooManyAppointments(Refusal):
    """`earlier`: those they have, for who may see them."""

    code = "too-many-appointments"
    text = _("The limit of {most} for one business and day is reached. Cancel the earlier one, or choose another day.")


class BookingPaused(Refusal):
    code = "booking-paused"
    text = _(
        "Online booking is paused until {until}: {times} appointments were missed. Staff can still book, at the branch"
        " or by phone."
    )


class NoPlaceHeld(NotFound):
    code = "no-place-held"
    text = _("Nothing is booked or held for this code. Check it. If 15 minutes have passed, choose a time again.")


class TooManyHeld(Refusal):
    code, status = "too-many-held", 429
    text = _("Too many places are being held from your network. Confirm those, or try again in {minutes} minutes.")


class TooEarly(Refusal):
    code = "too-early"
    text = _("Your appointment is on another day. Come on that day, or take a number without it.")


class NothingHeld(Refusal):
    code = "not-held"
    text = _("{number} is not on hold.")


class AppointmentNotFound(NotFound):
    code = "appointment-not-found"
    text = _("We found no appointment for today. Check the code, ask the lobby manager, or take a number.")
