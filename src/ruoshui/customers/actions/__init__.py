from ruoshui.customers.actions.contacting import add_contact
from ruoshui.customers.actions.identifying import identify, identify_sender
from ruoshui.customers.actions.merging import merge_customers
from ruoshui.customers.actions.noting import note_customer
from ruoshui.customers.actions.registering import register_customer, revise_customer
from ruoshui.customers.actions.renewing import renew_code
from ruoshui.customers.actions.wishing import wish

__all__ = [
    "add_contact",
    "identify",
    "identify_sender",
    "merge_customers",
    "note_customer",
    "register_customer",
    "renew_code",
    "revise_customer",
    "wish",
]
