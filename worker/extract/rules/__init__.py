"""Per-site rules: for what no heuristic gets. Files in, `Rules` out; `extract` asks them for each page."""

from worker.extract.rules.read import RulesError, read_rules
from worker.extract.rules.rule import Rule, Rules

__all__ = ["Rule", "Rules", "RulesError", "read_rules"]
