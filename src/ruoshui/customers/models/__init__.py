from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models.contacts import ContactPoint
from ruoshui.customers.models.customers import Customer, CustomerKind, CustomerNote
from ruoshui.customers.models.tiers import Tier
from ruoshui.customers.models.wishes import Way, Wish

__all__ = ["ContactKind", "ContactPoint", "Customer", "CustomerKind", "CustomerNote", "Tier", "Way", "Wish"]
