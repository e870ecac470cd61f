"""What a host's own files reserve of a page: robots.txt for agents of others, and tdmrep.json for mining."""

from collections.abc import Sequence
from typing import TypedDict

from worker.fetch.robots import Rules
from worker.fetch.tdm import TdmRule, rule_for


class Reserved(TypedDict, total=False):
    """What is reserved; what is not is left out."""

    tdm_reserved: bool
    tdm_policy: str
    agents: list[str]


class Reservations:
    """Of one host, asked for each of its pages. `agents` are the names that the operator wants to know of."""

    def __init__(self, robots: bytes, agents: Sequence[str], rules: Sequence[TdmRule]) -> None:
        self._robots = robots
        self._tdm = rules
        said = robots.lower()
        # Most agents stand in no robots.txt, and are then treated there as everyone is.
        self._named = [agent for agent in agents if agent.lower().encode() in said]
        self._unnamed = [agent for agent in agents if agent not in self._named]
        self._rules: dict[str, Rules] = {}

    def of(self, url: str) -> Reserved:
        """What is reserved of the page at `url`."""
        found = Reserved()
        if rule := rule_for(self._tdm, url):
            found["tdm_reserved"] = rule.reserved
            if rule.policy:
                found["tdm_policy"] = rule.policy
        if denied := self._denied(url):
            found["agents"] = denied
        return found

    def _denied(self, url: str) -> list[str]:
        denied = [agent for agent in self._named if not self._of_agent(agent).allowed(url)]
        if self._unnamed and self._robots and not self._of_agent("*").allowed(url):
            denied += self._unnamed
        return sorted(denied)

    def _of_agent(self, agent: str) -> Rules:
        if not self._rules:
            self._rules = Rules.of_agents(self._robots, (*self._named, "*"))
        return self._rules[agent]
