"""Runs apps one after the other, which takes less time than a process for each.

Usage: examples.py APP ASSEMBLY [APP ASSEMBLY]...
"""

import runpy
import shutil
import sys

arguments = iter(sys.argv[1:])
for app, assembly in zip(arguments, arguments):
    synthesized = runpy.run_path(app, run_name="__main__")["app"].synth()
    # Where an app has not been told where to, it leaves nothing behind when the process ends.
    shutil.copytree(synthesized.directory, assembly)
