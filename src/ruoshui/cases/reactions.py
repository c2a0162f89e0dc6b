from ruoshui.cases.models import Case, Participant
from ruoshui.core.reactions import Happened, at_once
from ruoshui.customers.events import CustomersMerged


@at_once(CustomersMerged)
def move_cases_to_the_survivor(event: CustomersMerged, happened: Happened) -> None:
    Case.objects.filter(customer_id=event.other).update(customer_id=happened.about_id)
    Participant.objects.filter(customer_id=event.other).exclude(
        case__participants__customer_id=happened.about_id
    ).update(customer_id=happened.about_id)
