import type { SignedPeerEntry } from '../src/main/discovery/entry.ts'
import { benchEntry, BenchPeer } from './sync/peers.ts'
import type { Way } from './sync/ways.ts'
import { negentropy, ours, snapshots } from './sync/ways.ts'
import { printTable } from './table.ts'

const COUNTS = [1000, 10_000, 50_000]
const WAYS: readonly (readonly [string, Way])[] = [
  ['ours', ours],
  ['negentropy', negentropy],
  ['full snapshot', snapshots],
]

/**
 * Two peers in one process that know `n` entries together and each lacks another half of `d` of them, until both know all:
 * our sync, nostr-tools' negentropy and an exchange of everything, with the same pages and real signatures. Arguments:
 * the values of n, 1000 10000 50000 by default; d is 0, 10, 1000 and n.
 */
export async function sync(args: readonly string[]): Promise<void> {
  const counts = args.length === 0 ? COUNTS : args.map(Number)
  const progress = (text: string): void => void process.stderr.write(`${text}\n`)
  progress(`making ${Math.max(...counts)} signed entries …`)
  const entries = Array.from({ length: Math.max(...counts) }, (_, index) => benchEntry(index))
  // The first run of anything is slower; nobody should have to know which line that was.
  for (const [, way] of WAYS) await measure(way, entries.slice(0, 500), 250)
  const rows: (string | number)[][] = []
  for (const n of counts) {
    for (const d of [0, 10, 1000, n].filter((some, index, all) => some <= n && all.indexOf(some) === index)) {
      for (const [name, way] of WAYS) {
        progress(`${name}: n = ${n}, d = ${d}`)
        rows.push([n, d, name, ...(await measure(way, entries.slice(0, n), d))])
      }
    }
  }
  printTable(
    [
      'n',
      'd',
      'way',
      'time ms',
      'longest block ms',
      'round trips',
      'KiB out',
      'KiB in',
      'KiB beside the entries',
      'prepare ms',
    ],
    rows,
    { names: 3 },
  )
  console.log(
    '\nout: from the side that asks; beside the entries: all bytes but the entries that had to go over and their\n' +
      'signatures; longest block: of the event loop that both peers share; prepare: what a side must build first',
  )
}

async function measure(way: Way, entries: readonly SignedPeerEntry[], d: number): Promise<(string | number)[]> {
  // The first two are the peers' own, which both know. Keys are random, so what differs is spread over all ranges.
  const from = entries.length - d
  const [first, second, rest] = [entries[0], entries[1], entries.slice(2)]
  if (first === undefined || second === undefined) throw new Error('n is at least 2')
  const differs = (index: number): boolean => index + 2 >= from
  const asker = new BenchPeer([first, second, ...rest.filter((_, index) => !differs(index) || index % 2 === 0)])
  const answerer = new BenchPeer([second, first, ...rest.filter((_, index) => !differs(index) || index % 2 === 1)])
  const [mine, theirs] = [new Set(asker.ids()), new Set(answerer.ids())]
  const cost = await way(asker, answerer)
  if (asker.catalog.size !== entries.length || answerer.catalog.size !== entries.length)
    throw new Error(`the catalogs have ${asker.catalog.size} and ${answerer.catalog.size} of ${entries.length} entries`)
  const needed = entries.filter(({ entry }) => mine.has(entry.peerId) !== theirs.has(entry.peerId))
  const payload = needed.reduce((sum, signed) => sum + signed.bytes.length + signed.signature.length, 0)
  const kib = (bytes: number): number => Math.round((10 * bytes) / 1024) / 10
  return [
    Math.round(cost.ms),
    Math.round(10 * cost.blockMs) / 10,
    cost.roundTrips,
    kib(cost.bytesOut),
    kib(cost.bytesIn),
    kib(cost.bytesOut + cost.bytesIn - payload),
    Math.round(cost.prepareMs),
  ]
}
