from ruoshui.assets.models import Asset
from ruoshui.core.reactions import Happened, at_once
from ruoshui.customers.events import CustomersMerged


@at_once(CustomersMerged)
def move_equipment_on_customers_merged(event: CustomersMerged, happened: Happened) -> None:
    Asset.objects.filter(customer_id=event.other).update(customer_id=happened.about_id)
