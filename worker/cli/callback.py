"""Whether WebSub hubs can reach the web server: asked as a hub would ask, from here."""

from worker.fetch.client import Client
from worker.fetch.limits import ANYWHERE, RequestLimits
from worker.fetch.loop import run_async
from worker.fetch.reply import Failure, Reply

GONE = 410
"""What the callback says to a push for a subscription that is not there; hardly another server would."""

SECONDS = 5.0


def trouble(callback: str, agent: str) -> str | None:
    """What is wrong with the callback at this address, in words; None: it is ours and answers.

    That it can be reached from here does not prove that hubs can; that it cannot need not mean that they
    cannot, where a router does not lead back.
    """
    answer = run_async(_ask(f"{callback.rstrip('/')}/websub/doctor", agent))
    if answer.status == GONE:
        return None
    if isinstance(answer, Failure) and answer.status is None:
        return f"{callback} cannot be reached from here: {answer.refusal.detail or answer.refusal.reason}"
    return f"what answers at {callback}/websub/ is not Wiredesk's web server: status {answer.status}"


async def _ask(url: str, agent: str) -> Reply | Failure:
    # The operator's own address, which may well be in a private network as seen from here.
    limits = RequestLimits(connect=SECONDS, read=SECONDS, total=SECONDS, networks=ANYWHERE)
    async with Client(agent, limits) as client:
        return await client.post(url, {})
