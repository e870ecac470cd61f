"""Text tools that feeds and pages share: encodings, dates, HTML, plain text and same-site rules. Pure."""
