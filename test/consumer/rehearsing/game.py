"""The app of the snippets in docs/rehearsing.md."""
import aws_cdk as cdk
from cdk_multi_region import (
    CustomRoutingAccelerator,
    CustomRoutingDestination,
    CustomRoutingPortRange,
    CustomRoutingProtocol,
)


def game(app, servers):
    stack = cdk.Stack(app, "Game", env=cdk.Environment(region="eu-west-1", account="111122223333"))
    listener = CustomRoutingAccelerator(stack, "Acc").add_listener(
        "L", port_ranges=[CustomRoutingPortRange(from_port=10_000, to_port=11_000 + servers)])
    # From ten servers on, there is a second port: that re-creates the endpoint group.
    listener.add_endpoint_group("G", destinations=[CustomRoutingDestination(
        from_port=7777, to_port=7777 if servers < 10 else 7778, protocols=[CustomRoutingProtocol.UDP])])
