"""What a worker uses: tasks at once, and memory."""

import psutil
from celery.worker import state


def active_tasks() -> int:
    """Return the number of tasks that this worker works on now; call it in its main process."""
    return len(state.active_requests)


def memory_bytes() -> int:
    """Return the resident memory of this process and its children; shared pages count in each."""
    main, total = psutil.Process(), 0
    for process in (main, *main.children(recursive=True)):
        try:
            total += int(process.memory_info().rss)
        except psutil.NoSuchProcess:
            continue  # it has ended meanwhile
    return total
