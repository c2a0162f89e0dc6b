from types import SimpleNamespace

import pytest

from tests.secrecy.world import build


@pytest.fixture
def world(demo: SimpleNamespace) -> SimpleNamespace:
    return build(demo)
