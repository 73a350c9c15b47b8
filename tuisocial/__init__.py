"""One terminal client and command line for many decentralized social networks."""
