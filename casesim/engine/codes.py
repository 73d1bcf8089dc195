"""Values that integer columns use for what is not there."""

# Epoch microseconds of a route without times (R8): there before and after everything.
FROM_START = -(2**63)
NEVER = 2**63 - 1

# The rank of a service definition where no product selects one (R4): after all others.
NO_TYPE = 2**31 - 1
