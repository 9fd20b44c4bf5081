import { z } from 'zod'

const name = (title: string, description?: string) =>
  z
    .string()
    .min(1)
    .meta({ title, ...(description === undefined ? {} : { description }) })
const path = (title: string, description: string) => name(title, `${description}. Keys with dots between, e.g. meta.next`)
const place = z.enum(['query', 'body']).default('query').meta({ title: 'Goes in' })
const type = <T extends string>(kind: T) => z.literal(kind).meta({ title: 'Kind' })
const total = path('Rows in all', 'Where the answer says how many records there are').optional()
const hasMore = path('More to come', 'Where the answer says whether there is another page (true, "true", 1)').optional()
const maximum = z
  .int()
  .positive()
  .optional()
  .meta({ title: 'Last one', description: 'Reading stops, without an error, before this number' })

export const RestPagination = z
  .discriminatedUnion('type', [
    z.strictObject({ type: type('auto') }).meta({
      title: 'By links',
      description:
        'Follows the Link header, or the address of the next page where APIs usually write it: next, links.next, paging.next, @odata.nextLink',
    }),
    z.strictObject({ type: type('none') }).meta({ title: 'None', description: 'One answer has it all' }),
    z
      .strictObject({
        type: type('page'),
        param: name('Parameter').default('page'),
        in: place,
        start: z.int().min(0).default(1).meta({ title: 'First page' }),
        sizeParam: name('Parameter of the size').optional(),
        size: z.int().positive().default(100).meta({ title: 'Records asked for at once' }),
        total,
        hasMore,
        maximum,
      })
      .meta({ title: 'Page number' }),
    z
      .strictObject({
        type: type('offset'),
        param: name('Parameter').default('offset'),
        in: place,
        start: z.int().min(0).default(0).meta({ title: 'First offset' }),
        limitParam: name('Parameter of the limit').optional(),
        limit: z.int().positive().default(100).meta({ title: 'Records asked for at once' }),
        advance: z.enum(['received', 'asked']).default('received').meta({
          title: 'Goes on by',
          description:
            'received: by the records that came, so that a server that gives fewer than asked for loses none. asked: by the limit, for a server that filters within its pages',
        }),
        total,
        hasMore,
        maximum,
      })
      .meta({ title: 'Offset' }),
    z
      .strictObject({
        type: type('cursor'),
        param: name('Parameter', 'That the token of the next page is sent in'),
        in: z.enum(['query', 'body', 'header']).default('query').meta({ title: 'Goes in' }),
        path: path('Token in the body', 'Where the answer has the token of the next page').optional(),
        header: name('Token in a header').optional(),
        hasMore,
      })
      .refine((value) => (value.path === undefined) !== (value.header === undefined), {
        error: 'give exactly one of path and header',
        path: ['path'],
      })
      .meta({ title: 'Token of the next page' }),
    z.strictObject({ type: type('link_header'), rel: name('Relation').default('next') }).meta({ title: 'Link header (RFC 8288)' }),
    z
      .strictObject({ type: type('next_url'), path: path('Address of the next page', 'Where it stands in the body'), hasMore })
      .meta({ title: 'Address in the body' }),
  ])
  .meta({ title: 'Pages' })
export type RestPagination = z.infer<typeof RestPagination>

/** How cursor values are sent to the API. */
export const RestCursor = z
  .strictObject({
    column: name('Column').optional().meta({ title: 'Column', description: 'Offered as the cursor of the stream' }),
    startParam: name('Parameter from').optional(),
    endParam: name('Parameter to').optional(),
    in: place,
    format: z
      .enum(['iso', 'iso_ms', 'date', 'datetime', 'epoch', 'epoch_ms', 'value'])
      .default('iso')
      .meta({ title: 'Format', description: 'Of instants; numbers and other texts are sent as they are' }),
    template: z
      .string()
      .regex(/\{value\}/, 'a text with {value} in it')
      .optional()
      .meta({ title: 'Around the value', examples: ['updated_at>{value}'] }),
    startIsExclusive: z.boolean().default(false).meta({
      title: 'From is exclusive',
      description: 'The API leaves out records that have exactly this value: a little less is asked for, so that ties are not lost',
    }),
  })
  .meta({ title: 'Incremental reading' })

export const RestStream = z
  .strictObject({
    name: name('Name'),
    path: z.string().meta({
      title: 'Path',
      description: 'Below the base address; {field} stands for a field of the parent’s record',
      examples: ['/orders', '/customers/{id}/orders'],
    }),
    method: z.enum(['GET', 'POST']).default('GET').meta({ title: 'Method' }),
    safe: z
      .boolean()
      .default(false)
      .meta({ title: 'May be repeated', description: 'A POST that only reads: it is tried again after a failure' }),
    query: z.record(z.string(), z.string()).default({}).meta({ title: 'Query parameters' }),
    headers: z.record(z.string(), z.string()).default({}).meta({ title: 'Headers' }),
    body: z.record(z.string(), z.unknown()).optional().meta({ title: 'Body', description: 'JSON of a POST' }),
    records: z
      .string()
      .optional()
      .meta({
        title: 'Records',
        description: 'Where they stand in the answer, e.g. data.items; found by itself when left out',
        examples: ['data', 'result.items'],
      }),
    missingRecords: z
      .enum(['fail', 'empty'])
      .default('fail')
      .meta({ title: 'An answer without them', description: 'fail, or the page is empty (Google’s APIs leave empty lists out)' }),
    primaryKey: z.array(z.string()).default([]).meta({ title: 'Primary key' }),
    pagination: RestPagination.default({ type: 'auto' }),
    cursor: RestCursor.optional(),
    parent: z
      .strictObject({
        stream: name('Stream', 'Whose records this one is asked for, one by one'),
        include: z
          .array(z.string())
          .default([])
          .meta({ title: 'Fields to add', description: 'Of the parent’s record; the columns are named _stream_field' }),
      })
      .optional()
      .meta({ title: 'Parent' }),
    statuses: z
      .record(z.string().regex(/^\d{3}$/, 'a status such as 404'), z.enum(['ignore', 'empty', 'retry', 'fail']))
      .default({})
      .meta({
        title: 'Statuses',
        description: 'empty: no records, and no more pages. ignore: the same, with a warning. retry: try again. fail: fail at once',
      }),
    error: path(
      'Error in an answer',
      'Where an answer with status 200 says that it failed; `error` and `errors` are looked for unless told',
    ).optional(),
    total: z
      .strictObject({
        path: path('In the body', 'How many records there are').optional(),
        header: name('In a header').optional(),
        tolerance: z.number().min(0).max(100).default(0).meta({
          title: 'Tolerance in percent',
          description: 'How far what arrived may be from it; for a source that only estimates its total',
        }),
      })
      .optional()
      .meta({ title: 'Rows in all', description: 'Compared with what arrived before anything is published; X-Total-Count is known' }),
    maxPages: z.int().positive().default(100_000).meta({ title: 'Most pages', description: 'More are an error' }),
    checkpointPages: z
      .int()
      .positive()
      .default(100)
      .meta({ title: 'Pages between checkpoints', description: 'A full read that is cut off goes on from the last one' }),
    unnest: z
      .boolean()
      .default(false)
      .meta({ title: 'Flatten objects', description: 'Members of nested objects become columns, object__member, one level deep' }),
  })
  .meta({ title: 'Stream' })
export type RestStream = z.infer<typeof RestStream>
