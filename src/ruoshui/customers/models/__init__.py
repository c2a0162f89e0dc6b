from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models.contacts import ContactPoint
from ruoshui.customers.models.customers import Customer, CustomerKind, CustomerNote
from ruoshui.customers.models.tiers import Tier

__all__ = ["ContactKind", "ContactPoint", "Customer", "CustomerKind", "CustomerNote", "Tier"]
