"""A decision model as other tools write them: a network of decisions, functions with parameters, contexts, formulas."""

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="x">'


def formula(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def entry(name: str, inside: str) -> str:
    return (
        f'<contextEntry><variable name="{name}"/>{inside}</contextEntry>'
        if name
        else f"<contextEntry>{inside}</contextEntry>"
    )


def call(function: str, **told: str) -> str:
    bound = "".join(f'<binding><parameter name="{name}"/>{formula(text)}</binding>' for name, text in told.items())
    return f"<invocation>{formula(function)}{bound}</invocation>"


def decision(code: str, name: str, inside: str, *needs: str) -> str:
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in needs
    )
    return f'<decision id="{code}" name="{name}"><variable name="{name}"/>{required}{inside}</decision>'


def function(code: str, name: str, inside: str, *parameters: str) -> str:
    asked = "".join(f'<formalParameter name="{one}"/>' for one in parameters)
    return (
        f'<businessKnowledgeModel id="{code}" name="{name}"><encapsulatedLogic>{asked}{inside}</encapsulatedLogic>'
        f"</businessKnowledgeModel>"
    )


def table(asked: str, *rows: tuple[str, str], policy: str = "FIRST") -> str:
    shown = "".join(
        f"<rule><inputEntry><text>{when}</text></inputEntry><outputEntry><text>{then}</text></outputEntry></rule>"
        for when, then in rows
    )
    column = f"<input><inputExpression><text>{asked}</text></inputExpression></input><output/>"
    return f'<decisionTable hitPolicy="{policy}">{column}{shown}</decisionTable>'


def model(*parts: str, inputs: tuple[str, ...] = ()) -> str:
    known = "".join(f'<inputData name="{name}"/>' for name in inputs)
    return f"{HEAD}{known}{''.join(parts)}</definitions>"


# What late payers of a water bill pay: a surcharge by how long they are late, times a rate for who they are.
MODEL = model(
    decision("total", "Total due", formula("decimal(bill * (1 + Surcharge), 2) + Reminder fee"), "surcharge", "reminder"),
    decision("surcharge", "Surcharge", call("rate of", days="Customer.days late", kind="Customer.kind")),
    decision("reminder", "Reminder fee", "<context>" + entry("base", formula("5"))
             + entry("fee", table("reminders", ("0", "0"), ("[1..3]", "base"), ("-", "base * 2"))) + entry("", formula("fee")) + "</context>"),
    function("rate", "rate of", "<context>" + entry("step", table("days", ("&lt; 30", "0.01"), ("-", "0.05")))
             + entry("by kind", formula('if kind = "household" then 1 else times(2, 1.5)')) + entry("", formula("step * by kind")) + "</context>",
             "days", "kind"),
    function("times", "times", formula("a * b"), "a", "b"),
    inputs=("bill", "reminders", "Customer", "days late", "kind"),
)  # fmt: skip
