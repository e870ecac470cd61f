"""What the operator does on the command line: subscribe, try a feed or a rule, find feeds."""
