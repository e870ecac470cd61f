"""Site rules for pages that heuristics get wrong: files in, `Rules` out, looked up for each page."""

from worker.extract.rules.read import RulesError, read_rules
from worker.extract.rules.rule import Rule, Rules

__all__ = ["Rule", "Rules", "RulesError", "read_rules"]
