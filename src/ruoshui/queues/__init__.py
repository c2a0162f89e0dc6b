"""The branch: businesses and classes, queues, counters, numbers from the kiosk to the end of service, appointments.

Owns branches and their set-up, tickets, counter sessions, appointments, devices and what was learned of waits. Records
`TicketIssued` … `ServiceFinished`, `CounterOpened` …, `AppointmentBooked` …, `WaitsLearned`, `PromiseDrifted`. A ticket
carries the draft of a case; the case is opened when a counter begins to serve (decision 14). Every verb about a
branch's tickets takes that branch's lock, which also counts: `Ticket.seq` says which change came when.
"""
