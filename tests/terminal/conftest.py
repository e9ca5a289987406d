"""What the tests in a real terminal share."""

import pytest

from segtui.demo import create_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the arguments that open a demo made beforehand: it is only looked at."""
    return ["--database", str(create_demo(tmp_path_factory.mktemp("demo")))]
