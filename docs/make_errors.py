"""Writes errors.md beside itself: every error code of the tree, found by reading the source.

`python docs/make_errors.py --check` writes nothing and fails when the page is not what the code says.
An error is a call of a class that descends from VicinageError, or of a function with a parameter named
`code`, with a code in kebab-case among its first two arguments; in the browser, `new ...Error("code", ...)`.
"""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src" / "vicinage"
WEB = HERE.parent / "web"
IN_BROWSER = re.compile(r'new \w+Error\(\s*"([a-z0-9]+(?:-[a-z0-9]+)+)",\s*(?:"([^"]*)"|`([^`]*)`)?')
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+\Z")
HEAD = """# Errors

Every error says what was and what should be, gives a hint where there is one, and has a code that stays
the same. On the console it ends the message, in brackets, and the exit status is 1 or 2; over HTTP it is
`code` in problem details (RFC 9457). What varies in a sentence stands here as `…`. A refusal by a rule
is no error: it is a finding, and the rules are in [spec/regime.md](../spec/regime.md) and
[spec/consent.md](../spec/consent.md).

Made by `python docs/make_errors.py`.
"""

Found = dict[str, dict[str, list[str]]]


def _name(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _trees(source: Path) -> list[tuple[Path, ast.Module]]:
    paths = sorted(p for p in source.rglob("*.py") if "migrations" not in p.parts)
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def makers(trees: list[tuple[Path, ast.Module]]) -> set[str]:
    """The names that make an error when called."""
    names, before = {"VicinageError"}, 0
    classes = [n for _, tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    while len(names) != before:
        before = len(names)
        names |= {
            c.name for c in classes if {getattr(b, "attr", getattr(b, "id", "")) for b in c.bases} & names
        }
    functions = [n for _, tree in trees for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    names |= {f.name for f in functions if "code" in [a.arg for a in f.args.args[:3]]}
    return names


def say(node: ast.expr | None) -> str:
    """A sentence as written in the source, with … for what varies."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{[a-z_]*\}", "…", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(say(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.Call) and _name(node) in ("_", "gettext") and node.args:
        return say(node.args[0])
    if isinstance(node, ast.BinOp):
        return say(node.left)
    return ""


def codes(source: Path = SOURCE) -> Found:
    """Floor -> code -> sentences."""
    trees = _trees(source)
    names = makers(trees)
    found: Found = defaultdict(lambda: defaultdict(list))
    for path, tree in trees:
        floor = path.relative_to(source).parts[0].removesuffix(".py")
        for call in (
            n for n in ast.walk(tree) if isinstance(n, ast.Call) and _name(n) in {*names, "__init__"}
        ):
            for i, arg in enumerate(call.args[:2]):
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and CODE.match(arg.value):
                    after = call.args[i + 1 :]
                    found[floor][arg.value].append(say(after[0]) if after else "")
                    break
    return found


def browser_codes(web: Path = WEB) -> dict[str, list[str]]:
    """Code -> sentences, of what runs in the browser."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in ("islands", "lib", "worker"):
        for path in sorted((web / folder).rglob("*.ts")):
            if not path.name.endswith(".test.ts"):
                for code, plain, template in IN_BROWSER.findall(path.read_text(encoding="utf-8")):
                    found[code].append(plain or re.sub(r"\$\{[^}]*\}", "…", template))
    return found


def page(source: Path = SOURCE, web: Path = WEB) -> str:
    """The page in Markdown."""
    parts = [HEAD]
    for floor, entries in [*sorted(codes(source).items()), ("web", browser_codes(web))]:
        parts.append(f"\n## {floor}\n\n| code | says |\n|---|---|\n")
        for code, sentences in sorted(entries.items()):
            said = next((s for s in sentences if s.strip("…. ")), "(the sentence of what failed underneath)")
            parts.append(f"| `{code}` | {said.replace('|', '&#124;').replace(chr(10), ' ')} |\n")
    return "".join(parts)


def main() -> None:
    """Write the page, or compare it when told --check."""
    target = HERE / "errors.md"
    if "--check" not in sys.argv[1:]:
        target.write_text(page(), encoding="utf-8")
    elif target.read_text(encoding="utf-8") != page():
        raise SystemExit("docs/errors.md is not what the code says. Run python docs/make_errors.py.")


if __name__ == "__main__":
    main()
