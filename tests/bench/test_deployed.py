"""What is measured is what is deployed: the same number of requests at once."""

from bench import memory
from bench.plan import Scale
from bench.start import EMPTY
from tests.bench.test_fat import deployed


def test_memory_is_measured_with_as_many_requests_as_are_let_in() -> None:
    at_once = {duty.function: duty.at_once for duty in memory._duties() if duty.function != EMPTY}
    assert at_once == {name: deployed(name.replace("_", "-"))[1] for name in at_once}


def test_the_receiver_is_measured_with_its_threads() -> None:
    assert Scale().crowds[1] == deployed("receive-notification")[1]
