"""The tests: `reference` is the rules in plain Python, `examples` are worked by hand, `strategies` draw datasets."""
