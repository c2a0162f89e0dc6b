"""A calendar file says of each time zone it names what that zone is."""

from icalendar import Calendar

from ruoshui.queues.setup import setup_of
from tests.conftest import at


def test_the_file_of_an_appointment_brings_its_time_zone(client, book):
    appointment = book(at("2026-03-06 09:30"))
    found = Calendar.from_ical(client.get(f"/appointments/{appointment.code}/calendar.ics").content)
    [zone], [event] = found.walk("VTIMEZONE"), found.walk("VEVENT")
    named = setup_of(appointment.branch_id).zone.key
    assert [str(zone["TZID"]), event["DTSTART"].params["TZID"], event["DTEND"].params["TZID"]] == [named] * 3
    assert len(zone.walk("STANDARD")) >= 1
