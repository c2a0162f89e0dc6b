"""What a form is sent by somebody who tries all doors with one and the same words."""


def sent(pk: int, unit: int) -> dict[str, object]:
    """What forms call their fields, with something in each."""
    names = (
        "staff assignee deputy manager sitter team type queue counter role level template customer case document "
        "requirement urge extension device business service_class tier parent calendar holidays call defect letter "
        "message stop asset group exchange kind_of first"
    )
    words = "name name_zh name_en subject body text reason note remark summary comment title words address why value"
    found: dict[str, object] = {name: str(pk) for name in names.split()}
    found |= dict.fromkeys(words.split(), "改动")
    number = f"RS{pk:08d}"
    return found | {
        "unit": str(unit),
        "to": str(unit),
        "number": number,
        "other": number,
        "code": "anew",
        "username": "anew",
        "is_active": "on",
        "priority": "urgent",
        "outcome": "explained",
        "decision": "approve",
        "state": "closed",
        "password": "violet harbour teapot nine",
        "scope": ["cases:read"],
        "email": "anew@example.com",
        "minutes": "30",
        "until": "2030-03-09T10:00",
        "begin": "2026-03-03T10:00",
        "end": "2026-03-03T11:00",
        "starts_at": "2026-03-09T10:00",
        "ends_at": "2026-03-10T10:00",
        "date": "2026-03-09",
        "hours": "09:00-10:00",
        "contact": "13800138001",
        "phone": "13800138001",
        "kind": "phone",
        "capacity": "5",
        "score": "5",
        "prefix": "Z",
        "first_number": "7",
        "new": "1",
        "what": "since",
        "needs": "one",
        "do": "open",
    }
