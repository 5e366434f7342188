"""The outside made real: what implements the ports of the core, cut by technology."""
