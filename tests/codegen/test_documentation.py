"""Documentation: HTML as clean text, and text as literals that stay text and that ruff leaves as they are."""

from __future__ import annotations

import ast
import inspect
import re
import unicodedata
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.hostile import watchdog

from botobind_codegen.documentation import docstring_lines, docstring_literal
from botobind_codegen.format import format_files
from botobind_codegen.load import load_service

WIDTH = 96
INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
LEFT_OVER = re.compile(r"</?(?:p|li|ul|ol|a|i|b|note|important|dl|dt|dd|br|pre|fullname)\b[^<>]*>")

TEXTS = [
    # Nothing.
    ("", []),
    (" \n\t ", []),
    ("<p></p>", []),
    ("<p/>", []),
    ("<p>&nbsp;\u200b</p>", []),
    ("<zonbook></zonbook><xhtml></xhtml>", []),
    # Paragraphs.
    ("text", ["text"]),
    ("<p>text</p>", ["text"]),
    ("  <p>  some\n  text </p>\n", ["some text"]),
    ("<p>a</p> <p>b</p>", ["a", "", "b"]),
    ("<fullname>Service</fullname> <p>a</p>", ["Service", "", "a"]),
    ("<p>a<p>b", ["a", "", "b"]),
    ("<h2>Use</h2>a", ["Use", "", "a"]),
    ("a</p></div>b</i>", ["a", "", "b"]),
    ("<p>a<br/>b<br>c</p>", ["a", "b", "c"]),
    ("<p><b>a</b><i>b</i> <em>c</em><u>d</u></p>", ["ab cd"]),
    ("<p>a <replaceable>b</replaceable> c</p>", ["a b c"]),
    # Entities.
    ("<p>a &lt; b &amp;&amp; &quot;c&quot; &#39;d&#x27; &eacute;</p>", ["a < b && \"c\" 'd' é"]),
    ("&lt;name&gt;", ["<name>"]),
    ("<p>AT&T &bogus; &amp;lt;</p>", ["AT&T &bogus; &lt;"]),
    ("<p>1&#150;2&#x96;3\x964</p>", ["1\u20132\u20133\u20134"]),
    # Placeholders that look like tags.
    ("<p>arn:aws:kms:<region>:<account-id>:key/<uuid></p>", ["arn:aws:kms:<region>:<account-id>:key/<uuid>"]),
    ("rounded down if less than 0.5 (< 0.5)", ["rounded down if less than 0.5 (< 0.5)"]),
    ('adds <Role name="x"/>.', ['adds <Role name="x"/>.']),
    ("<value>The type</value>", ["The type"]),
    ("the <script> tag <p>a", ["the <script> tag", "", "a"]),
    # Code.
    ("<p>The <code>Name</code>.</p>", ["The ``Name``."]),
    ("<code> a  b </code>c", ["``a b`` c"]),
    ("an<code> x</code>", ["an ``x``"]),
    ("'<code> </code>'", ["' '"]),
    ("<code>a`b</code>", ["``a`b``"]),
    ("<code>`a</code> <code>a`</code> <code>a``b</code>", ["`a a` a``b"]),
    ("<code><code>a</code></code>", ["``a``"]),
    ("<code>a<i>b</i></code>", ["``ab``"]),
    ("<code>a<p>b</p></code>", ["``a``", "", "``b``"]),
    ("a `b`", ["a `b`"]),
    # Links.
    ("see <a>CreateThing</a>.", ["see CreateThing."]),
    ('<a href="https://a.b/c?d=1&amp;e=2">x</a>.', ["x (https://a.b/c?d=1&e=2)."]),
    ('<a href=" https://a.b/ ">x </a>y', ["x (https://a.b/) y"]),
    ('<a href="https://a.b">https://a.b/</a>', ["https://a.b/"]),
    ('<a href="https://a.b"></a>', ["https://a.b"]),
    ('<a href="API_X.html">x</a> <a href="#y">y</a>', ["x y"]),
    ('<a href="javascript:alert(1)">x</a> <a href="https://a b">y</a>', ["x y"]),
    ('<code><a href="https://a.b">x</a></code>', ["``x`` (https://a.b)"]),
    ('<a href="https://a.b"><code>x</code></a>', ["``x`` (https://a.b)"]),
    # Lists.
    ("<p>a:</p> <ul> <li> <p>b</p> </li> <li>c</li> </ul> <p>d</p>", ["a:", "", "- b", "- c", "", "d"]),
    ("<ol><li>a</li><li>b<ul><li>c</ul><li>d</ol>", ["1. a", "2. b", "   - c", "3. d"]),
    ("a<ol>" + "<li>b" * 10 + "<p>c</ol>", ["a", "", *(f"{n}. b" for n in range(1, 11)), "", "    c"]),
    ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", ["- a", "", "  b", "", "- c"]),
    ("<ul><li></li><li>a</li></ul>b", ["- a", "", "b"]),
    ("a<li>b", ["a", "", "- b"]),
    ("<dl><dt>a</dt><dd><p>b</p><p>c</p></dd><dt>d</dt><dd>e</dd></dl>",
     ["a", "    b", "", "    c", "", "d", "    e"]),
    # Notes.
    ("<note> <p>a</p> <p>b</p> </note> <p>c</p>", ["Note: a", "", "b", "", "c"]),
    ("<important><p>a</p></important><note>b</note>", ["Important: a", "", "Note: b"]),
    ("<note><ul><li>a</li></ul></note>b", ["Note:", "", "- a", "", "b"]),
    ("<note> </note><p>a</p>", ["a"]),
    ("<note><p>Note: a</p></note>", ["Note: a"]),
    ("<ul><li>a<note>b</note></li></ul>", ["- a", "", "  Note: b"]),
    # Preformatted text.
    ("a<pre>\n  {\n\t&lt;b&gt;  \n\n  }\n</pre>c", ["a", "", "    {", "      <b>", "", "    }", "", "c"]),
    ("<pre> a\n  b</pre>", ["a", " b"]),
    ("<pre>a</pre>b", ["    a", "", "b"]),
    ("<pre>a<br>b</pre>", ["a", "b"]),
    ("b<ul><li><pre>a\nb</pre></ul>", ["b", "", "- a", "  b"]),
    ("<pre>  \n </pre>", []),
    ("b<pre>" + "a " * 99 + "</pre>", ["b", "", "    " + "a " * 98 + "a"]),
    # Tables.
    ("<table><tr><th>a</th><th>b</th></tr><tr><td><p>c</p></td><td></td><td>d</td></tr></table>",
     ["a | b", "c | | d"]),
    # HTML that was escaped once too often.
    ("&lt;p&gt;a &lt;code&gt;b&lt;/code&gt;&lt;/p&gt;", ["a ``b``"]),
    ("<p>a</p> <pre><code> &lt;note&gt; &lt;p&gt;b&lt;/p&gt; &lt;/note&gt; </code></pre>", ["a", "", "Note: b"]),
    ("<pre><code>&lt;b/&gt;</code></pre>", ["<b/>"]),
    # Text without markup, whose lines mean something.
    ("First.\nSecond:\n- a\n * b\n\nwrapped\nline", ["First.", "Second:", "", "- a", "- b", "", "wrapped line"]),
    # What nobody sees, and what is no text.
    ("<!DOCTYPE html><?xml version='1.0'?>a<!-- <region> -->b <! c <? d", ["ab <! c <? d"]),
    ("<p>a<!-- b --><script>c</script><style>d</style>e</p>", ["ae"]),
    ("a\u200bb\u202ec\u2066d\ufeffe\xadf\u200dg\U000e0041h", ["abcdefgh"]),
    ("a\xa0b\u2003c\u2028d\te\x0bf\x0cg\r\nh\ri", ["a b c d e f g h i"]),
    ("<p>a\xa0&nbsp;&#x2028;&#xa0;b&#x202e;c&zwj;d</p>", ["a bcd"]),
    ("a\0b\x01c\x7fd\x1be", ["abcde"]),
    ("a\ud800b\uffffc\ufdd0d", ["a\ufffdb\ufffdc\ufffdd"]),
    ("<p>\udfffa</p> &#xD800;", ["\ufffda", "", "\ufffd"]),
    ("<p>日本 é 😀 \u2019</p>", ["日本 é 😀 \u2019"]),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), TEXTS)
def test_text(html: str, expected: list[str]) -> None:
    assert docstring_lines(html, WIDTH) == expected


@pytest.mark.parametrize(
    ("html", "width", "expected"),
    [
        # The first line leaves room for the quotes, a single one for both.
        ("aaaa bbbb cccc dddd eeee", 20, ["aaaa bbbb cccc", "dddd eeee"]),
        ("aaaa bbbb", 15, ["aaaa bbbb"]),
        ("aaaa bbbb", 14, ["aaaa", "bbbb"]),
        # Words are not broken, neither at hyphens nor where they are too long.
        ("a well-kept-word-and-more", 20, ["a", "well-kept-word-and-more"]),
        ("a " + "b" * 30, 20, ["a", "b" * 30]),
        ("<p>a<br>bbbb cccc dddd eeee ffff</p>", 20, ["a", "bbbb cccc dddd eeee", "ffff"]),
        # What belongs to an item hangs below its text.
        ("a<ul><li>bbbb cccc dddd eeee</ul>", 20, ["a", "", "- bbbb cccc dddd", "  eeee"]),
        ("a<ol><li>bbbb cccc dddd eeee</ol>", 20, ["a", "", "1. bbbb cccc dddd", "   eeee"]),
    ],
)
def test_wrapping(html: str, width: int, expected: list[str]) -> None:
    assert docstring_lines(html, width) == expected


LITERALS = [
    (["Text."], '"""Text."""'),
    (["x" * 90], f'"""{"x" * 90}"""'),
    (["x" * 120], f'"""{"x" * 120}"""'),
    (["a", "", "b"], '"""a\n\n    b\n    """'),
    (["- a", "  b"], '"""\n    - a\n      b\n    """'),
    (["    a", "", "b"], '"""\n        a\n\n    b\n    """'),
    (['"a"'], r'"""\"a\""""'),
    (['a"'], r'"""a\""""'),
    (['a""'], r'"""a\"\""""'),
    (['a"""'], r'"""a\"\"\""""'),
    (['a"b""c'], '"""a"b""c"""'),
    (['"a', 'b"'], '"""\\"a\n    b"\n    """'),
    (['a""""b', '"""'], '"""a\\"\\"\\"\\"b\n    \\"\\"\\"\n    """'),
    (["a\\"], r'"""a\\"""'),
    (["a\\", "\\"], '"""a\\\\\n    \\\\\n    """'),
    (['\\"""'], r'"""\\\"\"\""""'),
    (["\\n{x}%s'''"], '"""\\\\n{x}%s\'\'\'"""'),
    (["# fmt: off", "# type: ignore"], '"""# fmt: off\n    # type: ignore\n    """'),
    # No text of a model, but it may not do harm either.
    (["a\0b\tc\nd\re\x0cf\u2028g\u202eh\ud800i\xa0j"], r'"""a\x00b\tc\nd\re\x0cf\u2028g\u202eh\ud800i\xa0j"""'),
]


@pytest.mark.parametrize(("lines", "expected"), LITERALS)
def test_literal(lines: list[str], expected: str) -> None:
    literal = docstring_literal(lines, 4)
    assert literal == expected
    value = ast.literal_eval(literal)
    assert value.split("\n    ") in (lines, [*lines, ""], ["", *lines, ""]) or "" in lines
    if all(line.isprintable() for line in lines):
        assert inspect.cleandoc(value) == "\n".join(lines)


def module(literals: list[str]) -> str:
    attributes = "".join(f"\n    a{number}: int\n    {literal}\n" for number, literal in enumerate(literals))
    return f"class A:{attributes}"


def test_ruff_leaves_literals_as_they_are() -> None:
    literals = [expected for _, expected in LITERALS]
    literals += [docstring_literal(lines, 4) for html, _ in TEXTS if (lines := docstring_lines(html, WIDTH))]
    files = {"a.py": module(literals)}
    files |= {f"{number}.py": f"{docstring_literal(lines, 0)}\n" for number, (lines, _) in enumerate(LITERALS)}
    assert format_files(files) == files


@pytest.mark.parametrize(
    "html",
    [
        '"""\nimport os',
        '<p>a"""</p><p>import os</p>',
        '\\"""\nimport os\n"""',
        '<pre>"""\nimport os\n"""</pre>',
        "a\0\nimport os",
        "&quot;&quot;&quot;&#10;import os",
        'a\\\\"""+__import__("os")+"""',
        "\\N{DIGIT ONE}\\x41\\u0041",
    ],
)
def test_what_looks_like_python_stays_text(html: str) -> None:
    for indent in (0, 4):
        literal = docstring_literal(docstring_lines(html, 100 - indent), indent)
        (statement,) = ast.parse(literal).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Constant)
        assert inspect.cleandoc(str(statement.value.value)).split("\n") == docstring_lines(html, 100 - indent)


NAMES = [
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "pre",
    "code",
    "note",
    "br",
    "a",
    "b",
    "table",
    "tr",
    "td",
    "script",
    "x",
]
SIGNS = ['"', '""', '"""', "\\", "`", "``", "\n", "\r", "\t", "\xa0", "&lt;", "&quot;", "&#10;", "&", "<", ">"]
PIECES = st.one_of(
    st.sampled_from(SIGNS),
    st.sampled_from(NAMES).map("<{}>".format),
    st.sampled_from(NAMES).map("</{}>".format),
    st.sampled_from(['<a href="https://a.b">', "<!--", "-->", "<?", "- ", "text", "two words. ", "w" * 120]),
    st.text(max_size=5),
    st.characters(codec=None),
)


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from([0, 4]))
@example("<pre>\n a\n</pre>b", 4)
@example("<ul><li>" * 40 + "deep", 4)
def test_any_text(html: str, indent: int) -> None:
    width = 100 - indent
    lines = docstring_lines(html, width)
    assert lines == docstring_lines(html, width)
    for before, line in zip(["x", *lines], lines, strict=False):
        assert line == line.rstrip()
        assert before or line
        assert not any(unicodedata.category(character) in INVISIBLE for character in line)
    "\n".join(lines).encode()
    if lines:
        assert lines[0]
        assert lines[-1]
        literal = docstring_literal(lines, indent)
        assert inspect.cleandoc(ast.literal_eval(literal)).split("\n") == lines


@given(st.lists(st.sampled_from(["a", "bb", "ccc-ccc", "<p>", "<ul>", "<li>", "</ul>", "<br>", "<note>", "<dd>"])))
def test_lines_fit(chunks: list[str]) -> None:
    lines = docstring_lines(" ".join(chunks), 60)
    assert all(len(line) <= 60 for line in lines)
    assert not lines or len(lines[0]) <= 57
    assert len(lines) != 1 or len(lines[0]) <= 54


@pytest.mark.parametrize(
    "html",
    [
        "<" * 100_000,
        "&" * 100_000,
        "a" + "\n" * 100_000 + "b",
        "<p>" + " " * 100_000 + "<x",
        "<b>" * 30_000 + "x",
        "<ul><li>x" * 10_000,
        "<dl><dd>x" * 10_000,
        "<pre><code>" + "a" * 100_000,
        "<!--" * 30_000,
        "".join(f"<n{number}>" for number in range(15_000)),
        "<code>" + '<a href="http://x">z</a>' * 4_000,
        "<table><tr><td>" * 7_000 + "x",
        '"' * 100_000,
    ],
    ids=lambda html: html[:12],
)
def test_large_and_deep_documents_take_no_longer_than_their_size(html: str) -> None:
    with watchdog(20):  # what grows with the square of the size takes minutes
        assert docstring_literal(docstring_lines(html, WIDTH), 4).startswith('"""')


def documentation(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "documentation" and isinstance(value, str):
                yield value
            else:
                yield from documentation(value)
    elif isinstance(node, list):
        for value in node:
            yield from documentation(value)


@pytest.mark.parametrize("service", ["partnercentral-selling", "sts", "s3", "dynamodb", "lambda", "cloudwatch"])
def test_the_committed_services_have_clean_texts(service: str) -> None:
    texts = list(dict.fromkeys(documentation(load_service(service).document)))
    assert texts
    literals = []
    for html in texts:
        lines = docstring_lines(html, WIDTH)
        literals.append(docstring_literal(lines, 4))
        assert inspect.cleandoc(ast.literal_eval(literals[-1])) == "\n".join(lines)
        # What is left was escaped in the model: the name of an element.
        written = re.sub(r"\W", "", html.replace("&lt;", "<"))
        assert all(re.sub(r"\W", "", tag) in written and "&lt;" in html for tag in LEFT_OVER.findall("\n".join(lines)))
    files = {"a.py": module(literals)}
    assert format_files(files) == files
