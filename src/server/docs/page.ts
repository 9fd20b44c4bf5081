import { errors } from '../../core/errors.ts'
import { escapeHtml, html, type Html } from '../html.ts'
import type { OpenApi, Operation, Parameter } from './openapi.ts'
import type { JsonSchema } from './schema-pool.ts'

const nothing: Html = { html: '' }

/** The page at /docs: every endpoint by resource, every schema, every error code under its own anchor. No scripts, one stylesheet. */
export function renderDocs(api: OpenApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Atlas API</title><link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/docs/docs.css"></head>
<body>
<header><h1>Atlas API</h1>
<p>Version ${api.info.version}. The same as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
<p>Send a token as <code>Authorization: Bearer atlas_…</code>; make one with <code>atlas token create</code>. A browser session sends its cookie,
and with every change the header <code>x-csrf-token</code> from <code>GET /auth/session</code>.</p></header>
<nav aria-label="On this page"><ul>
${api.tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}
<li><a href="#schemas">Schemas</a></li><li><a href="#errors">Errors</a></li></ul></nav>
<main>
${api.tags.map(
  ({ name }) => html`<section id="${name}"><h2>${name}</h2>
${operations.filter(({ operation }) => operation.tags[0] === name).map(renderOperation)}</section>`,
)}
<section id="schemas"><h2>Schemas</h2>${Object.entries(api.components.schemas).map(renderSchema)}</section>
<section id="errors"><h2>Errors</h2>
<p>Every error is <code>application/problem+json</code> with one of these codes.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>What it means</th><th>What to do</th><th>Try again?</th></tr></thead><tbody>
${Object.entries(errors).map(([code, { status, title, next, retry }]) => html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td><td>${next}</td><td>${retry ? 'yes' : 'no'}</td></tr>`)}
</tbody></table></section>
</main></body></html>`.html
}

function renderOperation({ path, method, operation }: { path: string; method: string; operation: Operation }): Html {
  const bodies = Object.entries(operation.requestBody?.content ?? {})
  return html`<article id="${operation.operationId}">
<h3><a href="#${operation.operationId}"><code>${method} ${path}</code></a></h3>
<p>${operation.summary}.${operation.description === undefined ? '' : ` ${operation.description}`}</p>
<p>Needs: ${needs(operation['x-permission'])}</p>
${operation.parameters.length === 0 ? nothing : html`<table><thead><tr><th>Parameter</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${operation.parameters.map(renderParameter)}</tbody></table>`}
${bodies.map(([type, { schema }]) => html`<p>Body (<code>${type}</code>): ${typeOf(schema)}</p>${renderFields(schema)}`)}
${Object.entries(operation.responses)
  .filter(([status]) => status !== 'default')
  .map(([status, response]) => renderResponse(status, response))}
</article>`
}

function needs(permission: string): Html {
  if (permission === 'public') return html`nothing; open to everyone`
  return permission === 'self' ? html`a signed-in caller` : html`<code>${permission}</code>`
}

function renderParameter({ name, in: place, required, schema, description }: Parameter): Html {
  return html`<tr><td><code>${name}</code>${required ? '' : ' (optional)'}</td><td>${place}</td><td>${typeOf(schema)}${defaultOf(schema)}</td><td>${description ?? ''}</td></tr>`
}

function renderResponse(status: string, response: unknown): Html {
  const { content = {}, description } = response as { description: string; content?: Record<string, { schema: JsonSchema }> }
  const [entry] = Object.entries(content)
  if (entry === undefined) return html`<p>Replies ${status}: ${description}</p>`
  return html`<p>Replies ${status} (<code>${entry[0]}</code>): ${typeOf(entry[1].schema)}</p>${renderFields(entry[1].schema)}`
}

function renderSchema([name, schema]: [string, JsonSchema]): Html {
  const { description } = schema
  return html`<article id="schema-${name}"><h3><a href="#schema-${name}">${name}</a></h3>
${typeof description === 'string' ? html`<p>${description}</p>` : nothing}
${schema['properties'] === undefined ? html`<p>${typeOf(schema)}</p>` : renderFields(schema)}</article>`
}

function renderFields(schema: JsonSchema): Html {
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined
  if (properties === undefined) return nothing
  const required = new Set(schema['required'] as string[] | undefined)
  const rows = Object.entries(properties).map(
    ([name, part]) =>
      html`<tr><td><code>${name}</code>${required.has(name) ? '' : ' (optional)'}</td><td>${typeOf(part)}${defaultOf(part)}</td><td>${String(part['description'] ?? part['title'] ?? '')}</td></tr>`,
  )
  return html`<table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows}</tbody></table>`
}

function defaultOf(schema: JsonSchema): Html {
  return schema['default'] === undefined ? nothing : html`, <code>${JSON.stringify(schema['default'])}</code> unless told`
}

/** A schema in words, with links to the named ones. */
function typeOf(schema: JsonSchema): Html {
  const { $ref, type, items, anyOf, oneOf, enum: values, const: constant, additionalProperties, allOf } = schema
  if (typeof $ref === 'string') {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (constant !== undefined) return html`<code>${JSON.stringify(constant)}</code>`
  if (Array.isArray(values))
    return joined(
      values.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ' | ',
    )
  const alternatives = anyOf ?? oneOf ?? allOf
  if (Array.isArray(alternatives)) return joined((alternatives as JsonSchema[]).map(typeOf), allOf === undefined ? ' or ' : ' and ')
  if (type === 'array') return html`list of ${typeOf((items ?? {}) as JsonSchema)}`
  if (type === 'object' && schema['properties'] === undefined && typeof additionalProperties === 'object') {
    return html`object of ${typeOf(additionalProperties as JsonSchema)}`
  }
  if (type === 'object' && schema['properties'] !== undefined) {
    return html`object with ${joined(
      Object.keys(schema['properties'] as JsonSchema).map((name) => html`<code>${name}</code>`),
      ', ',
    )}`
  }
  if (Array.isArray(type)) return html`${type.join(' or ')}`
  return html`${typeof type === 'string' ? type : 'any JSON value'}`
}

function joined(parts: Html[], separator: string): Html {
  return { html: parts.map((part) => part.html).join(escapeHtml(separator)) }
}
