"""Lets papermill write parameters in TypeScript: `k = 5;` after `let k: number = 10` in the cell tagged `parameters`.

Install it beside papermill: `pip install node_modules/sulam/src/kernel/papermill`. Nothing else is needed; papermill
loads it by its entry point.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators


class TypeScriptTranslator(Translator):
    """Values as JSON, and the numbers that JSON lacks."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_str(cls, val):
        return json.dumps(str(val), ensure_ascii=False)

    # whatever else YAML makes, such as a path: as its text
    translate_escaped_str = translate_str

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        return repr(val) if math.isfinite(val) else ("Infinity" if val > 0 else "-Infinity")

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(item) for item in val) + "]"

    @classmethod
    def translate_dict(cls, val):
        # a computed key: a plain "__proto__" would set the prototype
        pairs = (f"[{cls.translate_str(key)}]: {cls.translate(item)}" for key, item in val.items())
        return "{" + ", ".join(pairs) + "}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}"

    @classmethod
    def assign(cls, name, str_val):
        return f"{name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        """The one-line `let` and `var` declarations of the tagged cell, for `papermill --help-notebook`."""
        pattern = r"^\s*(?:let|var)\s+([\w$]+)\s*(?::\s*([^=]+?))?\s*=\s*(.*?)\s*;?\s*(?://\s*(.*))?$"
        found = re.findall(pattern, parameters_cell["source"], re.MULTILINE)
        return [Parameter(name, kind or "None", default, text) for name, kind, default, text in found]


class TypeScriptEngine(NBClientEngine):
    """papermill's usual engine; it is here for its entry point alone."""


# papermill looks for the kernel's name first, then for the language
for _name in ("typescript", "sulam"):
    papermill_translators.register(_name, TypeScriptTranslator)
