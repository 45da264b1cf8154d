import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { MultiGraph as Graph } from 'graphology'
import { parse as parseGexf } from 'graphology-gexf'
import { parse as parseGraphml } from 'graphology-graphml'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { EXPORT_FORMATS, EXPORTS, exportName, FORMATS } from '../../../../src/shared/exports.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { FilterError } from '../../../../src/shared/filter.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { jsonCell } from '../../../../src/main/monitor/exports/cells.ts'
import { exportParts } from '../../../../src/main/monitor/exports/export.ts'
import type { ExportRequest } from '../../../../src/main/monitor/exports/export.ts'
import type { ExportSource } from '../../../../src/main/monitor/exports/records.ts'
import { createSignatures } from '../../../../src/main/network/signatures.ts'
import type { PeerSession, StoredPeer, StoreReader } from '../../../../src/main/store/types.ts'
import { NETWORK, idOf, secretOf } from '../../../support/discovery/entries.ts'
import { peerRecord, PLAIN } from './records.ts'

/** Tags that break formats which are put together carelessly. */
const NASTY = [
  'a,b',
  'say "hi"',
  "it's",
  '<b>&amp;</b>',
  'line\nbreak',
  'tab\tbed',
  '=1+1',
  'ünïcödé 🦊',
  '\u0001\uFFFE',
  '\\"',
  ']]>',
]
const peers: StoredPeer[] = [
  peerRecord('ann', { tags: ['role:seed', ...NASTY].toSorted(), rtt: null }).stored,
  peerRecord('ben', { state: 'purged', departureReason: 'purged', firstSeen: 50_000, lastSeen: 90_000 }).stored,
  peerRecord('cat', { signed: null, addresses: [] }).stored,
  ...Array.from({ length: 700 }, (_, index) => peerRecord(`peer ${index}`, { tags: [`number:${index}`] }).stored),
]
const events: LoggedEvent[] = Array.from({ length: 1200 }, (_, index) => ({
  seq: index + 1,
  at: 1000 + index,
  event:
    index % 2 === 0
      ? { kind: 'PeerDeparted', peerId: idOf('ann'), reason: 'purged', version: { startedAt: 1, updatedAt: index } }
      : { kind: 'DialFailed', target: '/ip4/127.0.0.1/tcp/1', reason: NASTY[index % NASTY.length] ?? '' },
}))
const sessions: PeerSession[] = Array.from({ length: 30 }, (_, index) => ({
  id: 30 - index,
  peerId: idOf(index % 2 === 0 ? 'ann' : 'ben'),
  from: 1000 * index,
  to: index === 0 ? null : 1000 * index + 500,
  reason: index === 0 ? null : 'graceful',
  firstVersion: { startedAt: 1, updatedAt: 1 },
  lastVersion: { startedAt: 1, updatedAt: 2 },
}))
const edges: Edge[] = [
  { a: idOf('ann'), b: idOf('ben'), kind: 'connection', saidBy: idOf('ann'), at: 10.5 },
  { a: idOf('ben'), b: idOf('ann'), kind: 'connection', saidBy: idOf('ben'), at: 20 },
  { a: idOf('ann'), b: idOf('ben'), kind: 'neighbor', saidBy: idOf('ann'), at: 10 },
  { a: idOf('ann'), b: idOf('nobody'), kind: 'holds', saidBy: idOf('ann'), at: 10 },
]

/** A store that holds these, read by pages as the real one. */
const store = {
  ...PLAIN,
  notes: () => new Map([[idOf('ann'), { name: 'Seed in Paris', note: 'ask Zoe' }]]),
  peersPage: (_network: string, after: number | null, limit: number) => {
    const from = after ?? 0
    return { peers: peers.slice(from, from + limit), next: from + limit < peers.length ? from + limit : null }
  },
  peer: (_network: string, peerId: string) => peers.find((peer) => peer.peerId === peerId) ?? null,
  eventsAfter: ({
    after = 0,
    from = 0,
    to = Infinity,
    limit,
  }: {
    after?: number
    from?: number
    to?: number
    limit: number
  }) => {
    const left = events.filter((event) => event.seq > after && event.at >= from && event.at <= to)
    return { events: left.slice(0, limit), more: left.length > limit }
  },
  sessionsPage: ({ before = Infinity, limit }: { before?: number; limit: number }) => {
    const left = sessions.filter((session) => session.id < before)
    return { sessions: left.slice(0, limit), more: left.length > limit }
  },
} as unknown as StoreReader

const source: ExportSource = {
  network: { kind: 'peerscope' as const, id: NETWORK, name: 'net <&">' },
  store,
  live: new Map(),
  loss: null,
  links: { now: Math.max(...edges.map(({ at }) => at)), self: null, here: () => true, edges },
  now: 1_700_000_000_000,
}
const signer = { secret: secretOf('me'), signatures: createSignatures() }

async function text(request: Partial<ExportRequest>, from = source): Promise<string> {
  const whole = { what: 'catalog', format: 'json', filter: '', from: null, to: null, ...request } as const
  let result = ''
  for await (const { data } of exportParts(from, whole, signer))
    result += typeof data === 'string' ? data : Buffer.from(data).toString('latin1')
  return result
}

/** What the schema of GraphML uses of XLink; it comes without that schema. */
const XLINK = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
  <xs:attribute name="href" type="xs:anyURI"/>
  <xs:attribute name="type" type="xs:string"/>
</xs:schema>`

const rowsOf = async (what: ExportRequest['what']): Promise<Record<string, string>[]> =>
  parseCsv<Record<string, string>>(await text({ what, format: 'csv' }), { columns: true })

describe('JSON', () => {
  it('of the catalog has every peer with its signed bytes', async () => {
    const file = JSON.parse(await text({})) as {
      format: string
      peers: { peerId: string; tags: string[]; signed: unknown }[]
    }
    expect(file.format).toBe('peerscope-catalog')
    expect(file.peers).toHaveLength(peers.length)
    const ann = file.peers.find((peer) => peer.peerId === idOf('ann'))
    expect(ann?.tags).toEqual(peers[0]?.tags)
    expect(ann?.signed).toMatchObject({ entry: expect.stringMatching(/^[0-9a-f]+$/) })
  })

  it('by lines has one object a line', async () => {
    const lines = (await text({ what: 'events', format: 'ndjson' })).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(events.map(({ seq }) => seq))
    expect((JSON.parse(await text({ what: 'sessions' })) as { sessions: unknown[] }).sessions).toHaveLength(30)
  })
})

describe('CSV', () => {
  it.each([
    ['catalog', peers.length],
    ['events', events.length],
    ['sessions', sessions.length],
  ] as const)('of the %s is read back by a CSV library with the same rows', async (what, count) => {
    const rows = await rowsOf(what)
    expect(rows).toHaveLength(count)
    expect(rows.some((row) => row['peerId'] === idOf('ann'))).toBe(true)
  })

  it('keeps every sign, and times as ISO 8601', async () => {
    const ann = (await rowsOf('catalog')).find((row) => row['peerId'] === idOf('ann'))
    expect(JSON.parse(ann?.['tags'] ?? '')).toEqual(peers[0]?.tags)
    expect(JSON.parse(ann?.['addresses'] ?? '')).toEqual(peers[0]?.addresses)
    const rows = await rowsOf('events')
    const reasons = rows.map((row) => (JSON.parse(row['detail'] ?? '') as { reason: string }).reason)
    expect(reasons).toEqual(events.map(({ event }) => ('reason' in event ? event.reason : '')))
    expect(rows[0]?.['at']).toBe(new Date(1000).toISOString())
  })
})

describe('Parquet', () => {
  it.each(['catalog', 'events', 'sessions'] as const)(
    'of %s has the rows of the CSV file, with types',
    async (what) => {
      const parts: Uint8Array[] = []
      for await (const { data } of exportParts(
        source,
        { what, format: 'parquet', filter: '', from: null, to: null },
        null,
      ))
        if (typeof data !== 'string') parts.push(data)
      const rows = await parquetReadObjects({ file: Uint8Array.from(Buffer.concat(parts)).buffer })
      const asText = rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            value instanceof Date
              ? value.toISOString()
              : Array.isArray(value)
                ? jsonCell(value)
                : value === null || value === undefined
                  ? ''
                  : String(value),
          ]),
        ),
      )
      // The moment that it is of stands once in the file, and not in each row.
      expect(asText).toEqual((await rowsOf(what)).map(({ asOf: _asOf, ...row }) => row))
      const metadata = parquetMetadata(Uint8Array.from(Buffer.concat(parts)).buffer).key_value_metadata
      expect(metadata).toEqual([{ key: 'peerscope.asOf', value: new Date(source.now).toISOString() }])
      expect(rows.length).toBeGreaterThan(0)
      const time = { catalog: 'firstSeen', events: 'at', sessions: 'from' }[what]
      expect(rows[0]?.[time]).toBeInstanceOf(Date)
    },
  )
})

describe('GraphML', () => {
  it('validates against the schema of graphml.graphdrawing.org', async () => {
    const require = createRequire(import.meta.url)
    const folder = join(dirname(require.resolve('graphml-moddle/package.json')), 'resources', 'graphml', 'xsd')
    const schema = async (name: string) => ({ fileName: name, contents: await readFile(join(folder, name), 'utf8') })
    const { contents } = await schema('graphml.xsd')
    const local = (xsd: string): string =>
      xsd.replaceAll(/schemaLocation="http[^"]*\/([^"/]+)"/g, 'schemaLocation="$1"')
    const result = await validateXML({
      xml: { fileName: 'graph.graphml', contents: await text({ format: 'graphml' }) },
      schema: local(contents),
      preload: [
        { fileName: 'xlink.xsd', contents: XLINK },
        ...(await Promise.all(
          ['graphml-structure.xsd', 'graphml-attributes.xsd', 'graphml-parseinfo.xsd'].map(async (name) => {
            const file = await schema(name)
            return { ...file, contents: local(file.contents) }
          }),
        )),
      ],
    })
    expect(result.errors).toEqual([])
    expect(result.valid).toBe(true)
  })

  it('is read back by graphology with all nodes, edges and attributes', async () => {
    const graph = parseGraphml(Graph, await text({ format: 'graphml' }), { addMissingNodes: false })
    expect(graph.order).toBe(peers.length)
    expect(graph.size).toBe(2)
    expect(JSON.parse(graph.getNodeAttribute(idOf('ann'), 'tags') as string)).toEqual(peers[0]?.tags)
    expect(graph.getNodeAttribute(idOf('ann'), 'tag:role')).toBe('seed')
    expect(graph.getNodeAttribute(idOf('ben'), 'rttMs')).toBe(12.5)
    expect(graph.mapEdges((_edge, attributes) => attributes['kind'] as string).toSorted()).toEqual([
      'connection',
      'neighbor',
    ])
  })
})

describe('GEXF', () => {
  it('validates against the schema of what it may hold', async () => {
    const schema = await readFile(join(import.meta.dirname, 'schemas', 'gexf.xsd'), 'utf8')
    const validate = (contents: string) => validateXML({ xml: { fileName: 'graph.gexf', contents }, schema })
    const written = await text({ format: 'gexf' })
    expect((await validate(written)).errors).toEqual([])
    for (const [from, to] of [
      ['version="1.3"', 'version="1.2"'],
      ['<nodes>', '<knots>'],
      [/ target="[^"]*"/, ''],
      [/ start="[^"]*"/, ' start="yesterday"'],
      ['type="long"', 'type="number"'],
    ] as const) {
      const broken = written.replace(from, to)
      expect(broken).not.toBe(written)
      expect((await validate(broken)).valid).toBe(false)
    }
  })

  it('is read back by graphology with all nodes, edges and attributes', async () => {
    const graph = parseGexf(Graph, await text({ format: 'gexf' }))
    expect(graph.order).toBe(peers.length)
    expect(graph.size).toBe(2)
    expect(graph.getNodeAttribute(idOf('ben'), 'state')).toBe('purged')
    expect(graph.getNodeAttribute(idOf('ann'), 'label')).toBe(peerRecord('ann').nickname)
    expect(JSON.parse(graph.getNodeAttribute(idOf('ann'), 'tags') as string)).toEqual(peers[0]?.tags)
    expect(graph.getNodeAttribute(idOf('ann'), 'tag:role')).toBe('seed')
    expect(graph.getNodeAttribute(idOf(`peer 5`), 'tag:number')).toBe('5')
  })

  it('gives each peer the time that it was known', async () => {
    const xml = await text({ format: 'gexf', filter: 'state:purged' })
    expect(xml).toContain(`start="${new Date(50_000).toISOString()}" end="${new Date(90_000).toISOString()}"`)
    expect(xml).toContain('timeformat="date"')
  })
})

describe('DOT', () => {
  it('has a line for each peer and edge, with its signs kept in quotes', async () => {
    const lines = (await text({ format: 'dot' })).trimEnd().split('\n')
    expect(lines).toHaveLength(2 + peers.length + 2 + 1)
    expect(lines.slice(2, -1).every((line) => /^ {2}"(?:[^"\\]|\\.)*"(?: -- "[^"]+")? \[.*\];$/.test(line))).toBe(true)
  })

  it('quotes any text so that it ends where it should', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 30 }), async (tag) => {
        const one = {
          ...source,
          store: {
            ...store,
            peersPage: () => ({ peers: [{ ...peers[0], tags: [tag] }], next: null }),
          } as unknown as StoreReader,
        }
        let result = ''
        for await (const { data } of exportParts(
          one,
          { what: 'catalog', format: 'dot', filter: '', from: null, to: null },
          null,
        ))
          result += String(data)
        return result.split('\n').length === 5
      }),
    )
  })
})

describe('the moment that a file is of', () => {
  const at = 1_650_000_000_000
  const row = (name: string, changes: Partial<PeerRow> = {}): PeerRow => ({ ...peerRecord(name).row, ...changes })
  const ben = row('ben', { state: 'online', tags: ['then:yes'], neighbor: true, firstSeen: 1, lastSeen: at - 5 })
  const then: ExportSource = { ...source, moment: { seq: 0, at, rows: [ben, row('us', { self: true })], loss: null } }
  const written = (request: Partial<ExportRequest>): Promise<string> => text(request, then)
  const iso = new Date(at).toISOString()

  it('is now, where no other is asked for', async () => {
    const now = new Date(source.now).toISOString()
    expect(JSON.parse(await text({}))).toMatchObject({ exportedAt: now, asOf: now })
    expect((await rowsOf('catalog'))[0]).toMatchObject({ asOf: now })
  })

  it('stands in every format, with the peers that were shown then, as they were', async () => {
    expect(JSON.parse(await written({}))).toMatchObject({
      exportedAt: new Date(source.now).toISOString(),
      asOf: iso,
      peers: [{ peerId: idOf('ben'), state: 'online', departureReason: null, tags: ['then:yes'], neighbor: true }],
    })
    expect(JSON.parse(await written({ format: 'ndjson' }))).toMatchObject({ peerId: idOf('ben'), asOf: at })
    expect(await written({ format: 'csv' })).toMatch(new RegExp(`,asOf\r\n.*,${iso}\r\n$`))
    const graphml = parseGraphml(Graph, await written({ format: 'graphml' }))
    expect([graphml.order, graphml.getAttributes()]).toMatchObject([2, { network: source.network.name, asOf: iso }])
    expect(await written({ format: 'gexf' })).toContain(`as of ${iso}</description>`)
    expect(await written({ format: 'dot' })).toContain(`asOf="${iso}";`)
    expect(await written({ format: 'parquet' })).toContain(iso)
  })

  it('ends the events and sessions: what came later is no part of it', async () => {
    const until: ExportSource = { ...source, moment: { seq: 0, at: 5200, rows: [], loss: null } }
    const seqs = (await text({ what: 'events', format: 'ndjson' }, until)).trimEnd().split('\n')
    expect(seqs).toHaveLength(events.filter((event) => event.at <= 5200).length)
    const { sessions: found } = JSON.parse(await text({ what: 'sessions' }, until)) as { sessions: PeerSession[] }
    expect(found.find(({ from }) => from === 5000)).toMatchObject({ to: null, reason: null })
  })
})

describe('what is exported', () => {
  it('is of the peers that were chosen, and found by the names and notes that the user gave', async () => {
    const chosen = async (filter: string, peerIds?: readonly PeerId[]): Promise<string[]> => {
      const request = { what: 'catalog', format: 'ndjson', filter, peerIds, from: null, to: null } as const
      const parts: string[] = []
      for await (const { data } of exportParts(source, request, null)) parts.push(String(data))
      const lines = parts.join('').trim().split('\n')
      return lines.filter((line) => line !== '').map((line) => /"peerId":"([^"]+)"/.exec(line)?.[1] ?? line)
    }
    expect(await chosen('name:paris')).toEqual([idOf('ann')])
    expect(await chosen('note:zoe')).toEqual([idOf('ann')])
    expect(await chosen('zoe')).toEqual([idOf('ann')])
    expect(await chosen('', [idOf('ben')])).toEqual([idOf('ben')])
    expect(await chosen('note:zoe', [idOf('ben')])).toEqual([])
  })

  it('is what passes the filter and falls into the span', async () => {
    const count = async (request: Partial<ExportRequest>): Promise<number> =>
      (await text({ format: 'ndjson', ...request })).split('\n').length - 1
    expect(await count({ filter: 'tag:number:*' })).toBe(700)
    expect(await count({ filter: 'state:purged OR tag:role:seed' })).toBe(2)
    expect(await count({ from: 50_000 })).toBe(1)
    expect(await count({ to: 500 })).toBe(0)
    expect(await count({ what: 'events', filter: 'kind:PeerDeparted', from: 1100, to: 1199 })).toBe(50)
    expect(await count({ what: 'sessions', filter: 'state:purged' })).toBe(15)
    await expect(text({ filter: 'rtt>' })).rejects.toBeInstanceOf(FilterError)
    await expect(text({ what: 'events', format: 'graphml' })).rejects.toMatchObject({ code: 'InvalidArgument' })
  })

  it('comes in parts that tell how far it is', async () => {
    for (const format of EXPORT_FORMATS) {
      const seen: (number | null)[][] = []
      for await (const { done, total } of exportParts(
        source,
        { what: 'catalog', format, filter: '', from: null, to: null },
        signer,
      ))
        seen.push([done, total])
      expect(seen.every(([, total]) => total === peers.length)).toBe(true)
      expect(seen.every(([done], index) => index === 0 || (done ?? 0) >= (seen[index - 1]?.[0] ?? 0))).toBe(true)
    }
  })

  it('has a name that any file system takes', () => {
    for (const what of ['catalog', 'events', 'sessions'] as const)
      for (const format of EXPORTS[what]) {
        const name = exportName('../evil / näme:*?', what, format, 1_700_000_000_000)
        expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}.-]*$/u)
        expect(name.endsWith(FORMATS[format].extension)).toBe(true)
      }
  })
})
