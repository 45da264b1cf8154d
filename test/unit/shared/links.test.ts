import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { NoLink } from '../../../src/shared/links.ts'
import { claimsIn, countedLinks, linksAmong, MAX_LINK_AGE_MS } from '../../../src/shared/links.ts'
import type { Edge, PeerRow } from '../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'

const NOW = 100_000_000
const [US, ANN, BEN, CAT] = [0, 1, 2, 3].map(peerIdAt) as [PeerId, PeerId, PeerId, PeerId]

function claim(by: PeerId, other: PeerId, ago = 0, kind: Edge['kind'] = 'connection'): Edge {
  return { a: by, b: other, kind, saidBy: by, at: NOW - ago }
}

function resultOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** What speaks against each. */
function against(edges: readonly Edge[], { gone = null }: { readonly gone?: PeerId | null } = {}): (NoLink | null)[] {
  const claims = resultOf(claimsIn({ now: NOW, self: US, here: (peerId) => peerId !== gone, edges }))
  return edges.map((edge) => claims.against(edge))
}

describe('a claim of a link', () => {
  it('counts where one end says it, and the other did not speak later without naming it', () => {
    expect(against([claim(ANN, BEN)])).toEqual([null])
    expect(against([claim(ANN, BEN, 60_000), claim(BEN, CAT)])).toEqual(['taken back', null])
    expect(against([claim(ANN, BEN, 60_000), claim(BEN, ANN, 0, 'neighbor')])).toEqual([null, null])
    // Links come up at two ends at different times.
    expect(against([claim(ANN, BEN, 5000), claim(BEN, CAT)])).toEqual([null, null])
    // It said so again since.
    expect(against([claim(ANN, BEN, 60_000), claim(ANN, BEN, 0, 'neighbor'), claim(BEN, CAT, 30_000)])).toEqual([
      null,
      null,
      null,
    ])
  })

  it('is taken back also by one that names only others who are not here', () => {
    expect(against([claim(ANN, BEN, 60_000), claim(BEN, CAT)], { gone: CAT })).toEqual(['taken back', 'not here'])
  })

  it('is not taken back by silence of one that names as many as an answer holds', () => {
    const many = Array.from({ length: 64 }, (_, index) => claim(BEN, peerIdAt(10 + index)))
    expect(against([claim(ANN, BEN, 60_000), ...many])[0]).toBeNull()
    expect(against([claim(ANN, BEN, 60_000), ...many.slice(1)])[0]).toBe('taken back')
  })

  it('that is too old counts neither as a link nor as a word', () => {
    expect(against([claim(ANN, BEN, MAX_LINK_AGE_MS)])).toEqual([null])
    expect(against([claim(ANN, BEN, MAX_LINK_AGE_MS + 1), claim(BEN, ANN, MAX_LINK_AGE_MS + 2)])).toEqual([
      'too old',
      'too old',
    ])
  })

  it('of ours is seen, and what others claim of a link to us counts where we see it too', () => {
    expect(against([claim(US, ANN, 10 * MAX_LINK_AGE_MS), claim(ANN, BEN)])).toEqual([null, null])
    expect(against([claim(ANN, US), claim(US, BEN)])).toEqual(['taken back', null])
    expect(against([claim(ANN, US), claim(US, ANN, 10)])).toEqual([null, null])
  })

  it('with one that is not here is not a link', () => {
    expect(against([claim(ANN, BEN)], { gone: BEN })).toEqual(['not here'])
  })
})

it('the links of a picture are those of who is here, or was when the network was lost', () => {
  const rows: PeerRow[] = [
    peerRow(0, { self: true }),
    ...[1, 2].map((index) => peerRow(index, { self: false, state: 'online' })),
    peerRow(3, { self: false, state: 'purged', version: { startedAt: 1, updatedAt: NOW } }),
  ]
  const edges = [claim(ANN, BEN), claim(ANN, CAT), claim(ANN, peerIdAt(9)), claim(BEN, ANN, 0, 'holds')]
  const loss = { at: NOW, judgedAt: NOW, heardAt: null, purgeAfterMs: 1000 }
  const links = (among: Parameters<typeof countedLinks>[0]) => resultOf(countedLinks(among)).map(({ b }) => b)
  expect(links(linksAmong(rows, edges, NOW, null))).toEqual([BEN])
  expect(links(linksAmong(rows, edges, NOW, loss))).toEqual([BEN, CAT])
  expect(linksAmong(rows, edges, NOW, null).self).toBe(US)
})
