"""`python -m ruoshui.operations.bound PARENT MODULE ARGUMENTS…`: a module as a program that ends with its parent."""

import runpy
import sys

from ruoshui.core.loading import collect_seldom
from ruoshui.core.parents import end_with

if __name__ == "__main__":
    parent, module = int(sys.argv[1]), sys.argv[2]
    end_with(parent)
    collect_seldom()
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
