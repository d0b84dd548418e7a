"""``/api/v1/docs``: the API reference for people, drawn from OpenAPI, without a script."""

import json
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

_STYLE_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_CSS = """
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem}h2{margin-top:2.5rem;border-bottom:1px solid #d5dde3;padding-bottom:.3rem}
details{border:1px solid #d5dde3;border-radius:8px;margin:.5rem 0;padding:.5rem .9rem}
summary{cursor:pointer}b.m{display:inline-block;min-width:4.5rem;color:#0b5a7d}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:#f3f6f8;padding:.7rem;overflow:auto}
td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
"""


def routes(prefix: str) -> list[BaseRoute]:
    """Return the routes of this module, under ``prefix``."""
    return [Route(f"{prefix}/docs", show, name="api-reference")]


async def show(request: Request) -> Response:
    """Return the reference as one page of HTML."""
    page = _page(request.app.openapi())
    return HTMLResponse(page, headers={"content-security-policy": _STYLE_CSP})


def _page(spec: dict[str, Any]) -> str:
    groups: dict[str, list[str]] = {}
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append(_operation(spec, method, path, operation))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(parts)}" for tag, parts in groups.items())
    info = spec["info"]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])} API'
        f'</title><meta name="viewport" content="width=device-width"><style>{_CSS}</style>'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>"
        f'<p>{escape(info["description"])} <a href="openapi.json">OpenAPI</a></p>{body}</html>'
    )


def _operation(spec: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    text = escape(operation.get("description") or operation.get("summary") or "")
    return (
        f'<details><summary><b class="m">{method.upper()}</b> <code>{escape(path)}</code></summary>'
        f"<p>{text}</p>{_parameters(operation)}{_body(spec, operation)}</details>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code><td>{escape(one['in'])}"
        f"<td>{escape(_type(one.get('schema', {})))}<td>{'required' if one.get('required') else ''}"
        for one in operation.get("parameters", [])
    )
    return f"<table>{rows}</table>" if rows else ""


def _body(spec: dict[str, Any], operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    parts: list[str] = []
    for media_type, described in content.items():
        schema = _resolved(spec, described.get("schema", {}))
        fields = {name: _type(kind) for name, kind in schema.get("properties", {}).items()}
        shown = escape(json.dumps(fields, indent=1, ensure_ascii=False))
        parts.append(f"<p><code>{escape(media_type)}</code></p><pre>{shown}</pre>")
    return "".join(parts)


def _resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return spec.get("components", {}).get("schemas", {}).get(name, schema)


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return str(schema.get("format") or schema.get("type") or "any")
