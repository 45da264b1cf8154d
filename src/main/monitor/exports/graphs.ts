/** The peer graph as GraphML, GEXF and DOT. Each gives the file in parts. */
import type { NetworkRef } from '../../../shared/contract.ts'
import { GEXF_VIZ } from '../../../shared/gexf-drawing.ts'
import type { LinksInput } from '../../../shared/links.ts'
import { countedLinks, isClaim } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'
import { formatUtc } from '../../../shared/time.ts'
import { inTurns, turn } from '../turns.ts'
import { jsonCell, textCell } from './cells.ts'
import type { PeerRecord } from './records.ts'
import type { TagColumn } from './tag-columns.ts'

/** Nodes or edges of one part. */
const PAGE = 200

/** Edges that are looked at before others get a turn. */
const EDGES_AT_ONCE = 5000

/** An undirected edge between two exported peers, with what is known of it. */
export interface Link {
  readonly a: string
  readonly b: string
  readonly kind: Edge['kind']
  readonly saidBy: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** When a file was made, and the moment that it is of, milliseconds since the epoch. */
export interface GraphTimes {
  readonly now: number
  readonly asOf: number
}

/** What a node carries: its name in the file, its type, its value. Null is left out. */
const ATTRIBUTES: readonly {
  readonly id: string
  readonly type: 'string' | 'double' | 'boolean' | 'long'
  readonly of: (peer: PeerRecord) => string | number | boolean | null
}[] = [
  { id: 'nickname', type: 'string', of: (peer) => peer.nickname },
  { id: 'state', type: 'string', of: ({ row }) => row.state },
  { id: 'source', type: 'string', of: ({ row }) => row.source },
  { id: 'tags', type: 'string', of: ({ row }) => jsonCell(row.tags) },
  { id: 'addresses', type: 'string', of: ({ row }) => jsonCell(row.addresses) },
  { id: 'streams', type: 'string', of: ({ row }) => jsonCell(row.streams) },
  { id: 'functions', type: 'string', of: ({ row }) => jsonCell(row.functions) },
  { id: 'groups', type: 'string', of: ({ row }) => jsonCell(row.groups) },
  {
    id: 'names',
    type: 'string',
    of: ({ names }) => (names.size === 0 ? null : jsonCell(Object.fromEntries(names))),
  },
  { id: 'endpointId', type: 'string', of: ({ endpointId }) => endpointId },
  { id: 'neighbor', type: 'boolean', of: ({ row }) => row.neighbor },
  { id: 'connected', type: 'boolean', of: ({ row }) => row.connected },
  { id: 'rttMs', type: 'double', of: ({ row }) => row.rtt?.srtt ?? null },
  { id: 'firstSeen', type: 'long', of: ({ row }) => row.firstSeen },
  { id: 'lastSeen', type: 'long', of: ({ row }) => row.lastSeen },
]

/** GraphML 1.0. */
export function* graphml(
  network: NetworkRef,
  peers: readonly PeerRecord[],
  links: readonly Link[],
  tags: readonly TagColumn[],
  { asOf }: GraphTimes,
): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
${ATTRIBUTES.map(({ id, type }) => `  <key id="${id}" for="node" attr.name="${id}" attr.type="${type}"/>\n`).join('')}${tags
    .map(
      ({ title, token }, index) =>
        `  <key id="t${index}" for="node" attr.name="${xml(token)}" attr.type="string"><desc>${xml(title)}</desc></key>\n`,
    )
    .join('')}  <key id="network" for="graph" attr.name="network" attr.type="string"/>
  <key id="asOf" for="graph" attr.name="asOf" attr.type="string"/>
  <key id="kind" for="edge" attr.name="kind" attr.type="string"/>
  <key id="saidBy" for="edge" attr.name="saidBy" attr.type="string"/>
  <key id="at" for="edge" attr.name="at" attr.type="long"/>
  <graph id="${network.id}" edgedefault="undirected">
    <data key="network">${xml(textCell(network.name ?? network.id))}</data>
    <data key="asOf">${formatUtc(asOf)}</data>
`
  for (const part of pages(peers)) {
    yield part
      .map((peer) => {
        const data = [...ATTRIBUTES, ...tags.map(({ of }, index) => ({ id: `t${index}`, of }))].flatMap(
          ({ id, of }) => {
            const value = of(peer)
            return value === null ? [] : `<data key="${id}">${xml(String(value))}</data>`
          },
        )
        return `    <node id="${peer.row.peerId}">${data.join('')}</node>\n`
      })
      .join('')
  }
  let index = 0
  for (const part of pages(links)) {
    yield part
      .map((link) => {
        index += 1
        const data = `<data key="kind">${link.kind}</data><data key="saidBy">${link.saidBy}</data><data key="at">${link.at}</data>`
        return `    <edge id="e${index}" source="${link.a}" target="${link.b}">${data}</edge>\n`
      })
      .join('')
  }
  yield '  </graph>\n</graphml>\n'
}

/**
 * GEXF 1.3 with the time that each peer was known. Its times are of the form `date`, which may have a time of day:
 * Gephi reads both, networkx knows no `dateTime`. Columns of tags have numbers as ids, so that graphology takes their titles.
 * A node is one line, and no part ends within one: the window adds how it draws them (`shared/gexf-drawing.ts`).
 */
export function* gexf(
  network: NetworkRef,
  peers: readonly PeerRecord[],
  links: readonly Link[],
  tags: readonly TagColumn[],
  { now, asOf }: GraphTimes,
): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="${GEXF_VIZ}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
  <meta lastmodifieddate="${formatUtc(now).slice(0, 10)}">
    <creator>Peerscope</creator>
    <description>${xml(`peers of ${textCell(network.name ?? network.id)} as of ${formatUtc(asOf)}`)}</description>
  </meta>
  <graph defaultedgetype="undirected" mode="dynamic" timeformat="date" timerepresentation="interval">
    <attributes class="node" mode="static">
${ATTRIBUTES.map(({ id, type }) => `      <attribute id="${id}" title="${id}" type="${type}"/>\n`).join('')}${tags
    .map(({ title }, index) => `      <attribute id="${index}" title="${xml(title)}" type="string"/>\n`)
    .join('')}    </attributes>
    <attributes class="edge" mode="static">
      <attribute id="saidBy" title="saidBy" type="string"/>
      <attribute id="at" title="at" type="long"/>
    </attributes>
    <nodes>
`
  for (const part of pages(peers)) {
    yield part
      .map((peer) => {
        const values = [...ATTRIBUTES, ...tags.map(({ of }, index) => ({ id: index, of }))].flatMap(({ id, of }) => {
          const value = of(peer)
          return value === null ? [] : `<attvalue for="${id}" value="${xml(String(value))}"/>`
        })
        const { firstSeen, lastSeen, peerId } = peer.row
        const span = `start="${formatUtc(firstSeen)}" end="${formatUtc(Math.max(firstSeen, lastSeen))}"`
        return `      <node id="${peerId}" label="${xml(peer.nickname)}" ${span}><attvalues>${values.join('')}</attvalues></node>\n`
      })
      .join('')
  }
  yield '    </nodes>\n    <edges>\n'
  let index = 0
  for (const part of pages(links)) {
    yield part
      .map((link) => {
        index += 1
        const values = `<attvalue for="saidBy" value="${link.saidBy}"/><attvalue for="at" value="${link.at}"/>`
        return `      <edge id="${index}" source="${link.a}" target="${link.b}" kind="${link.kind}"><attvalues>${values}</attvalues></edge>\n`
      })
      .join('')
  }
  yield '    </edges>\n  </graph>\n</gexf>\n'
}

/** Graphviz. `tags` is a JSON array. */
export function* dot(
  network: NetworkRef,
  peers: readonly PeerRecord[],
  links: readonly Link[],
  { asOf }: GraphTimes,
): Generator<string> {
  yield `graph ${quoted(textCell(network.name ?? network.id))} {\n  asOf=${quoted(formatUtc(asOf))};\n`
  for (const part of pages(peers)) {
    yield part
      .map(({ row, word, nickname, names }) => {
        const tooltip = [word, ...row.tags.map((tag) => textCell(names.get(tag) ?? tag))].join(' ')
        return `  ${quoted(row.peerId)} [label=${quoted(nickname)}, tooltip=${quoted(tooltip)}, tags=${quoted(jsonCell(row.tags))}];\n`
      })
      .join('')
  }
  for (const part of pages(links)) {
    yield part
      .map(
        ({ a, b, kind }) =>
          `  ${quoted(a)} -- ${quoted(b)} [class=${quoted(kind)}${kind === 'holds' ? ', style=dotted' : ''}];\n`,
      )
      .join('')
  }
  yield '}\n'
}

/**
 * One link for each pair of exported peers and kind: the newest word on it. Of links those that count at the moment, and which
 * catalogs hold which peers.
 */
export async function linksOf(peers: readonly PeerRecord[], found: LinksInput | null): Promise<readonly Link[]> {
  if (found === null) return []
  const known = new Set<string>(peers.map(({ row }) => row.peerId))
  const links = new Map<string, Link>()
  const held = found.edges.filter((edge) => !isClaim(edge))
  for (const [index, edge] of [...(await inTurns(countedLinks(found))), ...held].entries()) {
    const { a, b, kind, saidBy, at } = edge
    if (index % EDGES_AT_ONCE === EDGES_AT_ONCE - 1) await turn()
    if (!known.has(a) || !known.has(b)) continue
    const [first, second] = a < b ? [a, b] : [b, a]
    const key = `${first} ${second} ${kind}`
    const before = links.get(key)
    if (before === undefined || before.at < at)
      links.set(key, { a: first, b: second, kind, saidBy, at: Math.floor(at) })
  }
  return [...links.values()]
}

function* pages<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += PAGE) yield items.slice(from, from + PAGE)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Text for XML 1.0: entities for its signs and for white space, which attributes would lose; U+FFFD for what it cannot hold. */
function xml(text: string): string {
  return text
    .replaceAll(/[&<>"'\t\n\r]/g, (sign) => ENTITIES[sign] ?? `&#${sign.charCodeAt(0)};`)
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}

function quoted(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/[\r\n]/g, ' ')}"`
}
