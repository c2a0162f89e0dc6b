from ruoshui.web.api.appointments import router as appointments
from ruoshui.web.api.assets import router as assets
from ruoshui.web.api.case_moves import router as case_moves
from ruoshui.web.api.cases import router as cases
from ruoshui.web.api.channels import router as channels
from ruoshui.web.api.customers import router as customers
from ruoshui.web.api.numbers import router as numbers
from ruoshui.web.api.problems import PlainParser, RuoshuiAPI, answer_problems
from ruoshui.web.api.promises import router as promises
from ruoshui.web.api.queues import router as queues
from ruoshui.web.api.requests import router as requests
from ruoshui.web.api.setup import router as setup
from ruoshui.web.api.surveys import router as surveys
from ruoshui.web.api.tasks import router as tasks

api = RuoshuiAPI(
    title="Ruoshui API",
    version="1",
    parser=PlainParser(),
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
    description=(
        "Everything a person does on the screens a program can do here. Authenticate with "
        "`Authorization: Bearer rs_…`. Creates take an `Idempotency-Key`: sent again with the same key, a request is "
        "done once and answered alike. Lists are paged by key: pass `next` back as `after`; null is the end."
    ),
)
answer_problems(api)
# Addresses are tried in this order: those first that are asked for hundreds of times a second.
api.add_router("", queues)
api.add_router("", cases)
api.add_router("", assets)
api.add_router("", channels)
api.add_router("", customers)
api.add_router("", promises)
api.add_router("", numbers)
api.add_router("", appointments)
api.add_router("", requests)
api.add_router("", setup)
api.add_router("", tasks)
api.add_router("", case_moves)
api.add_router("", surveys)
