import { describe, expect, it } from 'vitest'
import { Arranger } from '../../../../src/renderer/src/graph/arranger.ts'
import type { GraphLook } from '../../../../src/renderer/src/graph/look.ts'
import type { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import { IslandFinder } from '../../../../src/renderer/src/graph/slot-islands.ts'
import type { FinderTime, SlotIslandsInput } from '../../../../src/renderer/src/graph/slot-islands.ts'
import { MAX_LINK_AGE_MS } from '../../../../src/shared/links.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

type Line = readonly [a: number, b: number, at?: number]

function inputOf(count: number, lines: readonly Line[], here = (_index: number): boolean => true): SlotIslandsInput {
  const rows = Array.from({ length: count }, (_, index) =>
    peerRow(index, { self: false, state: here(index) ? 'online' : 'departed' }),
  )
  const slots = new Map(rows.map(({ peerId }, index) => [peerId, index]))
  const edges = lines.map(([a, b, at = 1_000_000]): Edge => {
    const [from, to] = [peerIdAt(a), peerIdAt(b)]
    return { a: from, b: to, kind: 'neighbor', saidBy: from, at }
  })
  return {
    at: 1_000_000,
    peers: new Map(rows.map((row) => [row.peerId, row])),
    edges: new Map(edges.map((edge, index) => [String(index), edge])),
    slots: count,
    slotOf: (peerId) => slots.get(peerId) ?? -1,
  }
}

/** Time that stands still, or moves so fast that each task is over after one step. */
class Tasks implements FinderTime {
  slow = false
  #now = 0
  #waiting: { readonly ms: number; readonly act: () => void }[] = []
  readonly now = (): number => (this.#now += this.slow ? 100 : 0)
  readonly later = (ms: number, act: () => void): (() => void) => {
    const one = { ms, act }
    this.#waiting.push(one)
    return () => (this.#waiting = this.#waiting.filter((other) => other !== one))
  }
  get waiting(): number {
    return this.#waiting.length
  }
  /** Runs what waits until one waits for so long. */
  run(rest = 1): void {
    for (let one = this.#waiting[0]; one !== undefined && one.ms < rest; one = this.#waiting[0]) {
      this.#waiting.shift()
      one.act()
    }
  }
}

describe('the islands of a graph', () => {
  const find = (input: SlotIslandsInput) => {
    const finder = new IslandFinder(() => undefined, new Tasks())
    finder.look(input)
    return finder.found
  }

  it('are numbered from the largest on, with nothing for peers of whom no link is known', () => {
    const lines: Line[] = [
      [0, 1],
      [2, 3],
      [3, 4],
    ]
    const found = find(inputOf(6, lines))
    expect([...(found?.of ?? [])]).toEqual([1, 1, 0, 0, 0, -1])
    expect(found?.sizes).toEqual([3, 2])
  })

  it('are those of the Islands card: links that are old, or of peers that are not here, do not count', () => {
    const lines: Line[] = [
      [0, 1],
      [1, 2, 1_000_000 - MAX_LINK_AGE_MS - 1],
      [2, 3],
      [3, 4],
    ]
    expect([...(find(inputOf(5, lines, (index) => index !== 4))?.of ?? [])]).toEqual([0, 0, 1, 1, -1])
  })

  it('are those of the moment: of a past without links for a quarter of an hour there are none', () => {
    const lines: Line[] = [
      [0, 1],
      [2, 3, 990_000],
    ]
    expect(find({ ...inputOf(4, lines), at: 1_000_000 + MAX_LINK_AGE_MS })?.sizes).toEqual([2])
    expect(find({ ...inputOf(4, lines), at: 1_000_001 + MAX_LINK_AGE_MS })?.sizes).toEqual([])
  })

  it('are looked for again as the moment goes on, though no link came or went', () => {
    const lines: Line[] = [[0, 1]]
    const { peers, edges } = inputOf(2, lines)
    const model = { slots: 2, slotOf: (peerId: string) => [...peers.keys()].indexOf(peerId as never) }
    const arranger = new Arranger(() => undefined, new Tasks())
    const look = { arrangeBy: 'force', colourBy: 'island' } as const
    const sizesAt = (now: number, linksAt: number | null = null) => {
      const known = { peers, edges, linksAt, now, wordOf: (id: string) => id }
      arranger.update(model as unknown as GraphModel, look as GraphLook, null, known)
      return arranger.islands?.sizes
    }
    expect([sizesAt(1_000_000), sizesAt(1_000_001 + MAX_LINK_AGE_MS), sizesAt(1_000_000)]).toEqual([[2], [], [2]])
    // Of a past whose links were stored earlier, those of that moment.
    expect(sizesAt(1_000_001 + MAX_LINK_AGE_MS, 1_000_000)).toEqual([2])
  })

  it('of a large network are found in tasks of their own, and looked for again only after a rest', () => {
    const tasks = new Tasks()
    let told = 0
    const finder = new IslandFinder(() => (told += 1), tasks)
    const chain = (count: number) => Array.from({ length: count - 1 }, (_, index): Line => [index, index + 1])
    tasks.slow = true
    finder.look(inputOf(9000, chain(9000)))
    expect([finder.found, told, tasks.waiting]).toEqual([null, 0, 1])
    tasks.run()
    expect([finder.found?.sizes, told]).toEqual([[9000], 1])
    // What changes meanwhile waits, and only the last of it is looked at.
    finder.look(inputOf(9000, chain(5000)))
    finder.look(inputOf(9000, chain(6000)))
    expect(finder.found?.sizes).toEqual([9000])
    tasks.run(2000)
    expect([finder.found?.sizes, told]).toEqual([[6000], 2])
    finder.look(inputOf(9000, chain(7000)))
    finder.stop()
    expect([finder.found, tasks.waiting]).toEqual([null, 0])
  })
})
