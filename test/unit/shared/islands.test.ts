import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { Islands } from '../../../src/shared/islands.ts'
import { findIslands, summarize } from '../../../src/shared/islands.ts'
import { MAX_LINK_AGE_MS } from '../../../src/shared/links.ts'
import type { Edge } from '../../../src/shared/peer.ts'

const NOW = 10_000_000
const id = (n: number | string): PeerId => `p${n}` as PeerId

function edge(
  a: number | string,
  b: number | string,
  { at = NOW, kind = 'connection' }: { readonly at?: number; readonly kind?: Edge['kind'] } = {},
): Edge {
  return { a: id(a), b: id(b), kind, saidBy: id(a), at }
}

function find(peers: readonly PeerId[], edges: readonly Edge[], self: PeerId | null = null): Islands {
  const steps = findIslands({ now: NOW, self, peers, edges })
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const line = (...ends: readonly number[]): Edge[] => ends.slice(1).map((b, index) => edge(ends[index] ?? 0, b))
const peers = (count: number): PeerId[] => Array.from({ length: count }, (_, n) => id(n))

/** Connected parts of at least two, the slow way. */
function partsOf(count: number, links: readonly (readonly [number, number])[], without = -1): number[][] {
  const seen = new Set<number>([without])
  const parts: number[][] = []
  for (let n = 0; n < count; n += 1) {
    if (seen.has(n)) continue
    seen.add(n)
    const part = [n]
    for (const one of part) {
      for (const [a, b] of links) {
        const other = a === one ? b : b === one ? a : -1
        if (other < 0 || seen.has(other)) continue
        seen.add(other)
        part.push(other)
      }
    }
    parts.push(part)
  }
  return parts
}

const both = (a: number, b: number): Edge[] => [edge(a, b), edge(b, a)]

describe('islands', () => {
  it('are the connected parts, bridges and articulation peers by their definition', () => {
    const network = fc.integer({ min: 2, max: 14 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        links: fc.uniqueArray(
          fc
            .tuple(fc.integer({ min: 0, max: count - 1 }), fc.integer({ min: 0, max: count - 1 }))
            .filter(([a, b]) => a < b),
          { maxLength: 24, selector: ([a, b]) => `${a} ${b}` },
        ),
      }),
    )
    fc.assert(
      fc.property(network, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), ({ count, links }, turned) => {
        // Either end may say it, or both.
        const edges = links.flatMap(([a, b], n) => (turned[n] ? [edge(b, a)] : [edge(a, b), edge(b, a)]))
        const found = find(peers(count), edges)
        const all = partsOf(count, links)
        const sizes = (parts: readonly (readonly unknown[])[]): number[] =>
          parts.map((part) => part.length).sort((a, b) => b - a)
        expect(found.islands.map(({ size }) => size)).toEqual(sizes(all.filter((part) => part.length > 1)))
        expect(new Set(found.islands.map((island) => island.peers.toSorted().join()))).toEqual(
          new Set(all.filter((part) => part.length > 1).map((part) => part.map(id).toSorted().join())),
        )
        expect(found.unknown).toBe(all.filter((part) => part.length === 1).length)
        const bridges = links.filter((link) => {
          const rest = links.filter((other) => other !== link)
          return partsOf(count, rest).length > all.length
        })
        const key = (a: PeerId, b: PeerId): string => [a, b].toSorted().join()
        expect(found.bridges.map(({ a, b }) => key(a, b)).toSorted()).toEqual(
          bridges.map(([a, b]) => key(id(a), id(b))).toSorted(),
        )
        for (const { a, b, sides } of found.bridges) {
          const rest = links.filter(([x, y]) => key(id(x), id(y)) !== key(a, b))
          const side = (end: PeerId): number =>
            partsOf(count, rest).find((part) => part.some((n) => id(n) === end))?.length ?? 0
          expect(sides).toEqual([side(a), side(b)])
        }
        const articulations = new Map(
          peers(count).flatMap((peerId, n) => {
            const island = all.find((part) => part.includes(n)) ?? []
            const parts = partsOf(count, links, n).filter((part) => part.some((one) => island.includes(one)))
            return parts.length > 1 ? [[peerId, sizes(parts)] as const] : []
          }),
        )
        expect(new Map(found.articulations.map(({ peerId, parts }) => [peerId, [...parts]]))).toEqual(articulations)
      }),
      { numRuns: 300 },
    )
  })

  it('do not count what a catalog holds, what is too old, and who is not here', () => {
    const edges = [
      edge(0, 1),
      edge(1, 2, { kind: 'holds' }),
      edge(2, 3, { at: NOW - MAX_LINK_AGE_MS - 1 }),
      edge(3, 'gone'),
    ]
    expect(find(peers(4), edges)).toMatchObject({ islands: [{ size: 2 }], unknown: 2 })
  })

  it('count our own links however long ago they came up', () => {
    expect(find(peers(2), [edge(0, 1, { at: 0 })], id(0))).toMatchObject({ islands: [{ size: 2 }] })
  })

  it('believe the end that spoke later about a link', () => {
    const before = NOW - 60_000
    const said = [edge(0, 1, { at: before }), edge(2, 3, { at: before }), edge(2, 1, { at: before })]
    expect(find(peers(4), said).islands).toHaveLength(1)
    // 1 spoke since, and names 0 only: that 2 is linked to it is over.
    const later = [...said, edge(1, 0)]
    expect(find(peers(4), later).islands.map(({ size }) => size)).toEqual([2, 2])
    // A moment later is no contradiction.
    expect(find(peers(4), [...said, edge(1, 0, { at: before + 1000 })]).islands).toHaveLength(1)
    // What others say of us is over when we do not see it.
    expect(find(peers(2), [edge(1, 0, { at: before })], id(0))).toMatchObject({ islands: [], unknown: 2 })
  })

  it('do not take the silence of one who may not name all for a contradiction', () => {
    const before = NOW - 60_000
    const many = Array.from({ length: 64 }, (_, n) => edge(1, n + 10))
    const all = peers(100)
    const of = find(all, [edge(0, 1, { at: before }), ...many]).islands.find((island) => island.peers.includes(id(1)))
    expect(of?.peers).toContain(id(0))
  })

  it('say who holds them together, those that part most first', () => {
    // 0-1-2 is a triangle, 2-3 a bridge, 3-4-5 a triangle, 6 hangs on 5.
    const found = find(peers(7), [...line(0, 1, 2, 0), ...line(2, 3), ...line(3, 4, 5, 3), ...line(5, 6)])
    expect(found.bridges[0]).toEqual({ a: id(2), b: id(3), sides: [3, 4] })
    expect(found.articulations.map(({ peerId, parts }) => [peerId, parts])).toEqual([
      [id(3), [3, 3]],
      [id(2), [4, 2]],
      [id(5), [5, 1]],
    ])
    expect(found.bridges[1]).toMatchObject({ sides: [6, 1] })
  })

  it('are surely apart only where all peers of one told their links', () => {
    const apart = [...both(0, 1), ...both(1, 2), ...both(3, 4)]
    expect(summarize(find(peers(5), apart), id(0))).toMatchObject({ count: 2, sizes: [3, 2], fragments: { count: 0 } })
    // 3 did not tell its links: it may know one to the others.
    const open = [...both(0, 1), edge(1, 2), edge(4, 3)]
    expect(summarize(find(peers(5), open), id(0))).toMatchObject({
      count: 1,
      sizes: [3],
      fragments: { count: 1, peers: 2 },
    })
    // One that is told of whole is apart, whatever the other is.
    expect(summarize(find(peers(5), [...both(3, 4), edge(0, 1), edge(1, 2)]), null)).toMatchObject({ sizes: [3, 2] })
  })

  it('are found in steps where there are many peers', () => {
    const count = 50_000
    const edges = Array.from({ length: 30_000 }, (_, n) => edge(n, (n * 7919) % count))
    const steps = findIslands({ now: NOW, self: null, peers: peers(count), edges })
    let yields = 0
    while (steps.next().done !== true) yields += 1
    expect(yields).toBeGreaterThan(8)
  })

  it('say who holds ours together, and not what others said last of theirs', () => {
    const edges = [...both(0, 1), ...both(2, 3), ...both(3, 4)]
    const bridges = (self: number | null) => summarize(find(peers(5), edges), self === null ? null : id(self)).bridges
    expect(bridges(0)).toMatchObject([{ sides: [1, 1] }])
    expect(summarize(find(peers(5), edges), id(0))).toMatchObject({ bridgeCount: 1, articulationCount: 0 })
    expect(bridges(null)).toHaveLength(3)
  })

  it('are told in bounded lists', () => {
    const edges = Array.from({ length: 100 }, (_, n) => [edge(2 * n, 2 * n + 1), edge(2 * n + 1, 2 * n)]).flat()
    const summary = summarize(find(peers(200), edges), null)
    expect(summary).toMatchObject({ count: 100, bridgeCount: 100, articulationCount: 0, withSelf: false })
    expect(summary.sizes).toHaveLength(20)
    expect(summary.bridges).toHaveLength(20)
  })
})
