"""The documentation's configuration. `nox -s docs` builds it, and any warning fails the build."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "botobind"
html_title = "botobind"
copyright = "2026, the botobind developers"  # noqa: A001 - Sphinx calls it so

extensions = [
    *("myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"),
    *("api", "benchmark_plots", "docstrings", "modules"),
]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"

# What is copied is what can be run: no prompts, and nothing that a command or a program has printed.
copybutton_selector = "div:not(.highlight-text) > div.highlight > pre"
copybutton_exclude = ".gp, .go"

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

benchmark_results = str(HERE.parent / "benchmarks" / "results")

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_class_signature = "mixed"
autodoc_inherit_docstrings = False
autodoc_typehints_format = "short"

nitpicky = True
nitpick_ignore_regex = [
    # The documentation of others is not at hand while this one is built: nothing is fetched.
    ("py:.*", r"(attrs?|cattrs|collections|datetime|enum|hypothesis|lxml|os|re|types|typing|uuid)\..*"),
    ("py:class", r"datetime|Decimal|ModuleType|SearchStrategy|tzinfo"),
    # Parameters of types are no classes, and names with an underscore are nobody's business.
    ("py:(class|obj)", r"(botobind\..+\.)?(A|T|F|P|R|S|Input|Output|Error|Item|Result|Put|Get|Copy|P\.k?w?args)"),
    # What carries a client's calls, takes a fake's, reads documents, or is made into a table is nothing to call.
    ("py:class", r"(Async)?(Carrier|(Engine)?Transport)|Handled|ModuleTable|botobind\.wire_structs\.WireStructs"),
    # What is told where it is used: the words of waiters, iterators that close, the options of clients.
    ("py:class", r"Matcher|EngineOptions|Opening|botobind\.io\.engine\.observing\.Attempt"),
    ("py:class", r"pa\.\w+|Source|Compression"),
    # How a page or an attempt of a waiter is sent, and the plans that patterns are made of.
    ("py:class", r"Closable|Sent(Awaited)?|Child|MemberPlan|ValuePlan"),
    # What transfers of whole objects take: boto3's configuration as well, any file, any function.
    ("py:class", r"Configured|Progress|Writable|Readable"),
    ("py:class", r"(botobind\.wire\.closing\.)?(Async)?Closing"),
    ("py:class", r"(.+\.)?_\w+"),
]
