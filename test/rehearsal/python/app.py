"""An app in Python, whose assemblies are beside it: an app of another language gives the same kind of assembly.

Made with the package of this library for Python, from the root of the repository:

    npx projen compile && npx projen package:python
    python3 -m venv .venv/rehearsal
    .venv/rehearsal/bin/pip install aws-cdk-lib==2.260.0 dist/python/*.whl
    for version in old moved tagged ports; do .venv/rehearsal/bin/python test/rehearsal/python/app.py $version; done

The assemblies have neither assets nor metadata: the handlers of the package stand in for the code of the function.
"""
import json
import pathlib
import shutil
import sys

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from cdk_multi_region import (
    CustomRoutingAccelerator,
    CustomRoutingDestination,
    CustomRoutingPortRange,
    CustomRoutingProtocol,
    MultiRegionEndpoint,
)

VERSIONS = {
    "old": {},
    "moved": {"secondary_region": "us-east-1"},
    "tagged": {"tags": {"team": "games"}},
    "ports": {"last_port": 7779},
}
KEPT = {"manifest.json", "Game.template.json"}


def game(app, secondary_region="eu-central-1", tags=None, last_port=7777):
    stack = cdk.Stack(app, "Game", env=cdk.Environment(region="eu-west-1", account="111122223333"))
    endpoint = MultiRegionEndpoint(stack, "Mail", secondary_region=secondary_region, tags=tags)
    accelerator = CustomRoutingAccelerator(stack, "Acc")
    listener = accelerator.add_listener("L", port_ranges=[CustomRoutingPortRange(from_port=10_001, to_port=12_000)])
    listener.add_endpoint_group("G", destinations=[
        CustomRoutingDestination(from_port=7777, to_port=last_port, protocols=[CustomRoutingProtocol.UDP]),
    ])
    lambda_.Function(
        stack, "Sender", runtime=lambda_.Runtime.PYTHON_3_13, handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        environment={"ENDPOINT_ID": endpoint.endpoint_id},
    )


def main(version):
    outdir = pathlib.Path(__file__).parent / version
    shutil.rmtree(outdir, ignore_errors=True)
    app = cdk.App(outdir=str(outdir))
    game(app, **VERSIONS[version])
    app.synth()
    for path in outdir.iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    manifest = json.loads((outdir / "manifest.json").read_text())
    artifacts = {"Game": manifest["artifacts"]["Game"]}
    artifacts["Game"].pop("additionalMetadataFile", None)
    artifacts["Game"].pop("metadata", None)
    (outdir / "manifest.json").write_text(json.dumps({"version": manifest["version"], "artifacts": artifacts}, indent=1) + "\n")


main(sys.argv[1])
