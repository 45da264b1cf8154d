/** Each format is read with the reader that its users have, and what comes out is what went in. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse as parseCsv } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { MultiGraph as Graph } from 'graphology'
import { parse as parseGexf } from 'graphology-gexf'
import { parse as parseGraphml } from 'graphology-graphml'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportParts } from '../../../../src/main/monitor/exports/export.ts'
import type { ExportSource } from '../../../../src/main/monitor/exports/records.ts'
import { MAX_TAG_COLUMNS } from '../../../../src/main/monitor/exports/tag-columns.ts'
import type { StoredPeer, StoreReader } from '../../../../src/main/store/types.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import type { ExportFormat } from '../../../../src/shared/exports.ts'
import { idOf, NETWORK } from '../../../support/discovery/entries.ts'
import { peerRecord } from './records.ts'

/** What breaks readers: separators, quotes, ends of lines, what XML cannot hold, halves of pairs, formulas, look-alikes. */
const HOSTILE = [
  '',
  ' lead',
  'trail ',
  'two  words',
  'a,b;c\td|e',
  'say "hi"',
  "it's",
  '<b>&amp;</b>]]>',
  'line\nbreak\r\n\rend',
  'nul\u0000 esc\u001B del\u007F nel\u0085',
  '\uFFFE \uFFFF \uFEFF',
  '\uD800 \uDC00',
  '\u2028 \u2029 \u202Egpj',
  '=1+1',
  '@SUM(A1)',
  '["a"]',
  '"a"',
  '\\u0000 \\" \\N',
  '9007199254740993',
  'null',
  'role:',
  ':seed',
  'role:[1]',
  'role:\u0000',
  '🦊 עברית',
]
const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...'ab:"\\,=[]<>& \t\r\n\u0000\uFFFF'.split(''), '\uD83E', '\uDD8A'),
    maxLength: 8,
  }),
)
/** What no text of Unicode is, as a format without escapes gives it back. */
const wellFormed = (tag: string): string => tag.toWellFormed()

function sourceOf(peers: readonly StoredPeer[], name = 'net <&">\u0000'): ExportSource {
  const store = {
    getSetting: () => undefined,
    notes: () => new Map(),
    peersPage: () => ({ peers, next: null }),
    peer: () => null,
  } as unknown as StoreReader
  const [a = '', b = ''] = peers.map(({ peerId }) => peerId)
  const edges = ['connection', 'neighbor'].map((kind) => ({ a, b, kind, saidBy: a, at: 10 })) as Edge[]
  return {
    network: { kind: 'peerscope' as const, id: NETWORK, name },
    store,
    live: new Map(),
    loss: null,
    links: { now: 10, self: null, here: () => true, edges },
    now: 1_700_000_000_000,
  }
}

async function fileOf(peers: readonly StoredPeer[], format: ExportFormat): Promise<Buffer> {
  const parts: Buffer[] = []
  const request = { what: 'catalog', format, filter: '', from: null, to: null } as const
  for await (const { data } of exportParts(sourceOf(peers), request, null)) parts.push(Buffer.from(data))
  return Buffer.concat(parts)
}

const ann = (tags: readonly string[]): StoredPeer => peerRecord('ann', { tags }).stored
const ben = peerRecord('ben', { rtt: null, lastSeen: 1_795_882_164_634, departureReason: 'purged', tags: [] }).stored

describe('tags of any text come back from', () => {
  const everyTag = async (check: (tags: readonly string[]) => Promise<void>): Promise<void> => {
    await check(HOSTILE)
    await fc.assert(fc.asyncProperty(fc.array(text, { maxLength: 6 }), check), { numRuns: 60 })
  }

  it('CSV by csv-parse', async () => {
    await everyTag(async (tags) => {
      const rows = parseCsv<Record<string, string>>(await fileOf([ann(tags), ben], 'csv'), { columns: true })
      const row = rows.find(({ peerId }) => peerId === idOf('ann'))
      expect(JSON.parse(row?.['tags'] ?? '')).toEqual(tags)
    })
  })

  it('Parquet by hyparquet, as a list', async () => {
    await everyTag(async (tags) => {
      const file = await fileOf([ann(tags), ben], 'parquet')
      const rows = await parquetReadObjects({ file: Uint8Array.from(file).buffer })
      expect(rows.find((row) => row['peerId'] === idOf('ann'))?.['tags']).toEqual(tags.map(wellFormed))
      expect(rows.find((row) => row['peerId'] === idOf('ben'))?.['tags']).toEqual([])
    })
  })

  it('GraphML and GEXF by graphology', async () => {
    await everyTag(async (tags) => {
      const graphs = [
        parseGraphml(Graph, (await fileOf([ann(tags), ben], 'graphml')).toString(), { addMissingNodes: false }),
        parseGexf(Graph, (await fileOf([ann(tags), ben], 'gexf')).toString()),
      ]
      for (const graph of graphs) {
        expect(JSON.parse(graph.getNodeAttribute(idOf('ann'), 'tags') as string)).toEqual(tags)
        expect(graph.size).toBe(2)
      }
    })
  })

  it('JSON and lines of JSON', async () => {
    await everyTag(async (tags) => {
      const file = JSON.parse((await fileOf([ann(tags)], 'json')).toString()) as { peers: { tags: string[] }[] }
      expect(file.peers[0]?.tags).toEqual(tags)
      const line = JSON.parse((await fileOf([ann(tags)], 'ndjson')).toString()) as { tags: string[] }
      expect(line.tags).toEqual(tags)
    })
  })
})

describe('a column for each key of tags', () => {
  const columnsOf = async (tags: readonly string[]): Promise<Record<string, unknown>> => {
    const graph = parseGexf(Graph, (await fileOf([ann(tags), ben], 'gexf')).toString())
    const attributes = Object.entries(graph.getNodeAttributes(idOf('ann')))
    return Object.fromEntries(attributes.filter(([name]) => name.startsWith('tag:')))
  }

  it('has the value, "yes" where there is none, and a list where there are several', async () => {
    expect(await columnsOf(['role:seed', 'zone:eu', 'zone:us', 'beta', 'v:1:2'])).toEqual({
      'tag:role': 'seed',
      'tag:zone': '["eu","us"]',
      'tag:beta': 'yes',
      'tag:v': '1:2',
    })
  })

  it('can be told apart whatever the key and value are', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (key, value) => {
        fc.pre(/^[^:=]+$/s.test(key))
        const back = (cell: string): unknown => (/^["[]/.test(cell) ? JSON.parse(cell) : cell)
        const [[title, cell] = ['', '']] = Object.entries(await columnsOf([`${key}:${value}`]))
        expect([back(title.slice(4)), back(String(cell))]).toEqual([key, value])
      }),
      { numRuns: 60 },
    )
  })

  it('is made for the keys that most peers have, and no more than a bound', async () => {
    const many = Array.from({ length: 3 * MAX_TAG_COLUMNS }, (_, index) => `rare${index}:x`)
    const peers = [ann([...many, 'role:seed']), peerRecord('ben', { tags: ['role:edge'] }).stored]
    const graph = parseGexf(Graph, (await fileOf(peers, 'gexf')).toString())
    const names = Object.keys(graph.getNodeAttributes(idOf('ann'))).filter((name) => name.startsWith('tag:'))
    expect(names).toHaveLength(MAX_TAG_COLUMNS)
    expect(names).toContain('tag:role')
  })
})

it('CSV tells what is empty from what is missing, and has no byte order mark', async () => {
  const file = (await fileOf([peerRecord('ann', { protocolVersion: '', rtt: null }).stored], 'csv')).toString()
  expect(file.startsWith('peerId,')).toBe(true)
  const [row] = parseCsv<Record<string, string | null>>(file, {
    columns: true,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  })
  expect([row?.['protocolVersion'], row?.['reason'], row?.['rttMs']]).toEqual(['', null, null])
})

const python = process.env['PEERSCOPE_PYTHON'] ?? 'python3'
const run = promisify(execFile)
const has = async (module: string): Promise<boolean> =>
  await run(python, ['-c', `import ${module}`]).then(
    () => true,
    () => false,
  )
const [networkx, pandas] = await Promise.all([has('networkx'), has('pandas, pyarrow')])
const without = (module: string): string => `(needs ${python} with ${module}: PEERSCOPE_PYTHON names another)`

describe('Python reads', () => {
  let folder = ''
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'peerscope-readers-'))))
  afterAll(async () => await rm(folder, { recursive: true, force: true }))

  /** Writes the formats and lets a program read them; gives what it printed, as JSON. */
  async function read(formats: readonly ExportFormat[], program: string): Promise<unknown> {
    for (const format of formats)
      await writeFile(join(folder, `file.${format}`), await fileOf([ann([...HOSTILE, 'zone:eu']), ben], format))
    await run(python, ['-c', `import json\nwith open("out.json", "w") as out:${program}`], {
      cwd: folder,
    })
    return JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))
  }

  it.skipIf(!networkx)(`GEXF and GraphML by networkx ${networkx ? '' : without('networkx')}`, async () => {
    const program = `
  import networkx as nx
  g, m = nx.read_gexf("file.gexf"), nx.read_graphml("file.graphml")
  json.dump([[x.number_of_nodes(), x.number_of_edges(), dict(x.nodes["${idOf('ann')}"]), dict(x.nodes["${idOf('ben')}"])] for x in (g, m)], out)`
    const found = (await read(['gexf', 'graphml'], program)) as [number, number, Row, Row][]
    for (const [nodes, edges, first, second] of found) {
      expect([nodes, edges]).toEqual([2, 2])
      expect(JSON.parse(String(first['tags']))).toEqual([...HOSTILE, 'zone:eu'])
      expect(first['tag:zone']).toBe('eu')
      expect(first['neighbor']).toBe(false)
      expect(second['lastSeen']).toBe(1_795_882_164_634)
      expect(second['tag:zone']).toBeUndefined()
    }
    expect(found[0]?.[3]['end']).toBe('2026-11-28T16:09:24.634Z')
  })

  it.skipIf(!pandas)(`Parquet and CSV by pandas ${pandas ? '' : without('pandas and pyarrow')}`, async () => {
    const program = `
  import pandas as pd
  p = pd.read_parquet("file.parquet").set_index("peerId")
  c = pd.read_csv("file.csv", parse_dates=["lastSeen"]).set_index("peerId")
  json.dump([str(p.lastSeen.dtype), str(c.lastSeen.dtype), str(p.tickets.dtype), list(p.tags["${idOf('ann')}"]), json.loads(c.tags["${idOf('ann')}"]), p.lastSeen["${idOf('ben')}"].isoformat(), c.lastSeen["${idOf('ben')}"].isoformat()], out)`
    const [dtype, csvType, tickets, tags, csvTags, ...times] = (await read(['parquet', 'csv'], program)) as Cells
    expect([dtype, csvType].every((type) => /^datetime64\[\w+, UTC\]$/.test(String(type)))).toBe(true)
    expect(tickets).toBe('int64')
    expect(tags).toEqual([...HOSTILE, 'zone:eu'].map(wellFormed))
    expect(csvTags).toEqual([...HOSTILE, 'zone:eu'])
    expect(times).toEqual(['2026-11-28T16:09:24.634000+00:00', '2026-11-28T16:09:24.634000+00:00'])
  })
})

type Row = Record<string, unknown>
type Cells = readonly unknown[]
