from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.refusals import NotFound
from ruoshui.customers.actions import identify, merge_customers
from ruoshui.customers.guarding import must_look_after_customer
from ruoshui.customers.models import ContactKind, Customer
from ruoshui.customers.queries import find
from ruoshui.organization.models import Permission, Scope
from ruoshui.web.access import unit_to_register_in
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.cases import Key
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After, page_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.types import ContactIn, CustomerIn, CustomerOut, CustomerPage, Id, Limit

router = Router(tags=["customers"])
READ, WRITE = Token(Scope.CUSTOMERS_READ), Token(Scope.CUSTOMERS_WRITE)


def shown(customer: Customer) -> CustomerOut:
    contacts = [ContactIn(kind=ContactKind(c.kind), value=c.value) for c in customer.contacts.all()]
    return CustomerOut(
        id=customer.pk,
        name=customer.name,
        kind=customer.kind,
        contacts=contacts,
        tier=customer.tier.code if customer.tier else None,
    )


@router.get("/customers", auth=READ, response={200: CustomerPage, **ERRORS}, operation_id="list_customers")
def index(
    request: HttpRequest,
    q: str = Query("", max_length=160),  # type: ignore[type-arg]
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """Customers by phone, e-mail or name; newest first."""
    customers = customers_visible_to(staff_of(request)).current()
    if q.strip():
        customers = find(customers, q)
    customers = customers.select_related("tier").prefetch_related("contacts")
    return page_of("customers", customers, shown, after=after, limit=limit, newest_first=True)


@router.post("/customers", auth=WRITE, response={201: CustomerOut, **ERRORS}, operation_id="create_customer")
def create(request: HttpRequest, body: CustomerIn, key: Key = None) -> Any:
    """Register a customer; who has this name and one of these contacts already is answered instead."""

    def work() -> CustomerOut:
        staff = staff_of(request)
        return shown(
            identify(
                name=body.name,
                contacts=[(c.kind, c.value) for c in body.contacts],
                unit=unit_to_register_in(staff),
                among=customers_visible_to(staff),
                by=token_of(request).actor,
                at=timezone.now(),
            )
        )

    return once(request, key, work)


@router.put(
    "/customers/{id}/mergers/{other}", auth=WRITE, response={200: CustomerOut, **ERRORS}, operation_id="merge_customers"
)
def merge(request: HttpRequest, id: Id, other: Id) -> Any:
    """Two records of one customer become one: contacts, notes, wishes and cases of the other go to this one."""
    staff = staff_of(request)
    pair = {one.pk: one for one in customers_visible_to(staff).select_related("unit").filter(pk__in=[id, other])}
    for pk in (id, other):
        if pk not in pair:
            raise NotFound
        must_look_after_customer(staff, pair[pk], Permission.CUSTOMERS)
    merge_customers(pair[id], pair[other], by=token_of(request).actor, at=timezone.now())
    return shown(Customer.objects.select_related("tier").prefetch_related("contacts").get(pk=id))


@router.get("/customers/{id}", auth=READ, response={200: CustomerOut, **ERRORS}, operation_id="get_customer")
def get(request: HttpRequest, id: Id) -> Any:
    """A customer; one that was merged answers as the survivor."""
    visible = customers_visible_to(staff_of(request)).select_related("tier").prefetch_related("contacts")
    customer = visible.filter(pk=id).first()
    if customer is None:
        raise NotFound
    if customer.merged_into_id:
        customer = visible.filter(pk=customer.merged_into_id).first()
        if customer is None:
            raise NotFound
    return shown(customer)
