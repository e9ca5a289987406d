"""Prefetch: produces items in a thread while the previous ones are processed."""

import threading
from collections.abc import Generator, Iterator
from queue import Empty, Queue
from typing import TypeVar

T = TypeVar("T")

_END = object()
_POLL_SECONDS = 0.1


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def ahead(items: Iterator[T], depth: int = 1) -> Generator[T]:
    """Yield `items`, prefetching up to `depth` of them in a thread. Their errors are raised here.

    Closing the generator stops the thread after its present item, and waits for that.
    """
    ready: Queue[object] = Queue(depth)
    stopped = threading.Event()

    def work() -> None:
        try:
            for item in items:
                ready.put(item)
                if stopped.is_set():
                    return
            ready.put(_END)
        except BaseException as error:  # noqa: BLE001  it is raised again where somebody waits for it
            ready.put(_Raised(error))

    thread = threading.Thread(target=work, name="working ahead", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item  # type: ignore[misc]  # it is one of `items`
    finally:
        stopped.set()
        while thread.is_alive():
            # The thread may wait for a place.
            try:
                ready.get(timeout=_POLL_SECONDS)
            except Empty:
                continue
        thread.join()
