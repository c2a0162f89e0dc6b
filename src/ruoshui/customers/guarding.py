"""A customer's record is kept by their unit."""

from ruoshui.core.refusals import NotAllowed
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Permission, Staff


def must_look_after_customer(staff: Staff, customer: Customer, right: Permission) -> None:
    """The right in the customer's own unit: to see them by a case of one's own is not to keep their record. Customers
    without a unit belong to the whole organisation: the right at its top, with all below.
    """
    if not (staff.sees_everything(right) if customer.unit is None else staff.may(right, customer.unit)):
        raise NotAllowed
