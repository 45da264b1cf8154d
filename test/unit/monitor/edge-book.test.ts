import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import { edgeKey } from '../../../src/shared/peer.ts'
import { EdgeBook } from '../../../src/main/monitor/edge-book.ts'
import { idOf } from '../../support/discovery/entries.ts'

const [SELF, ANN, BOB, CAT] = ['self', 'ann', 'bob', 'cat'].map(idOf) as [PeerId, PeerId, PeerId, PeerId]

/** A book, what it shows, and how many messages that took. */
function book(most = 100): { edges: EdgeBook; shown: Map<string, Edge>; messages: () => number } {
  const shown = new Map<string, Edge>()
  let messages = 0
  const view = {
    putEdge: (edge: Edge) => {
      messages += 1
      shown.set(edgeKey(edge), edge)
    },
    removeEdge: (edge: Edge) => {
      messages += 1
      if (!shown.delete(edgeKey(edge))) throw new Error('it was not shown')
    },
  }
  return { edges: new EdgeBook({ view, self: SELF, most, maxAge: 1000 }), shown, messages: () => messages }
}

function said(a: PeerId, at: number, ...others: PeerId[]): Edge[] {
  return others.map((b) => ({ a, b, kind: 'connection', saidBy: a, at }))
}

const pairs = (shown: ReadonlyMap<string, Edge>): string[] =>
  [...shown.values()].map(({ a, b, at }) => `${nameOf(a)}-${nameOf(b)}@${at}`).toSorted()
const nameOf = (peerId: PeerId): string => ({ [SELF]: 'self', [ANN]: 'ann', [BOB]: 'bob' })[peerId] ?? 'cat'

describe('[TP2] edges by who said them', () => {
  it('what a peer says anew takes the place of what it said before', () => {
    const { edges, shown } = book()
    edges.replace(ANN, said(ANN, 1, BOB, CAT, CAT, ANN))
    expect(pairs(shown)).toEqual(['ann-bob@1', 'ann-cat@1'])
    edges.replace(ANN, said(ANN, 2, BOB))
    expect(pairs(shown)).toEqual(['ann-bob@2'])
    edges.replace(ANN, [])
    expect([shown.size, edges.told]).toEqual([0, 0])
  })

  it('our own links are told of once, when they begin', () => {
    const { edges, shown, messages } = book()
    edges.replace(SELF, said(SELF, 1, ANN))
    edges.replace(SELF, said(SELF, 2, ANN, BOB))
    expect(pairs(shown)).toEqual(['self-ann@1', 'self-bob@2'])
    expect([messages(), edges.told]).toEqual([2, 0])
  })

  it('what was told too long ago goes, our own links stay', () => {
    const { edges, shown } = book()
    edges.replace(SELF, said(SELF, 0, ANN))
    edges.replace(ANN, said(ANN, 0, BOB))
    edges.replace(BOB, said(BOB, 500, ANN))
    edges.age(1000)
    expect(shown.size).toBe(3)
    edges.age(1001)
    expect(pairs(shown)).toEqual(['bob-ann@500', 'self-ann@0'])
  })

  it('a peer that is gone takes along what it said and what was said of it', () => {
    const { edges, shown } = book()
    edges.replace(SELF, said(SELF, 1, ANN, BOB))
    edges.replace(ANN, said(ANN, 1, BOB, CAT))
    edges.replace(BOB, said(BOB, 1, ANN))
    edges.forget(BOB)
    expect(pairs(shown)).toEqual(['ann-cat@1', 'self-ann@1'])
    expect(edges.told).toBe(1)
    edges.forget(BOB)
    edges.forget(ANN)
    expect([shown.size, edges.told]).toEqual([0, 0])
  })

  it('above the bound those go that spoke longest ago', () => {
    const { edges, shown } = book(3)
    edges.replace(SELF, said(SELF, 1, ANN, BOB, CAT))
    edges.replace(ANN, said(ANN, 1, BOB, CAT))
    edges.replace(BOB, said(BOB, 1, CAT))
    edges.replace(ANN, said(ANN, 2, BOB))
    expect(edges.told).toBe(2)
    edges.replace(CAT, said(CAT, 3, ANN, BOB))
    expect(pairs(shown).filter((pair) => !pair.startsWith('self'))).toEqual(['ann-bob@2', 'cat-ann@3', 'cat-bob@3'])
    expect(edges.told).toBe(3)
  })
})
