"""casesim: a preview of proactive cases."""
