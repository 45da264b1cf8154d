import { expect, test } from 'vitest'
import { endedWords, endWords, nothingWords } from '../../../../src/renderer/src/shell/nothing-words.ts'
import { pictureWords } from '../../../../src/renderer/src/shell/picture-words.ts'
import type { StoredNetwork } from '../../../../src/shared/contract.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { fakeStatus, peerIdAt } from '../../../support/renderer/fake-network.ts'

test('a moment before the recording is named, as one in a gap is', () => {
  const at = new Date(2026, 10, 23, 12).getTime()
  const gap = nothingWords(at, { before: at - 1000, after: at + 1000 })
  const before = nothingWords(at, { before: null, after: at + 86_400_000 })
  expect(before).toMatch(/^The recording begins at 2026-11-24 12:00:00.*: nothing is known of 2026-11-23 12:00:00/)
  expect(gap).toContain('2026-11-23 12:00:00')
})

test('a history says how it ended', () => {
  const words = (['left', 'closed', 'left or closed'] as const).map((how) => endWords({ how }))
  expect(words).toEqual([
    'It ends here: we left the network.',
    'It ends here: Peerscope was closed.',
    // An earlier version did not say which.
    'It ends here: we left the network, or Peerscope was closed.',
  ])
  expect(endWords({ how: 'killed' })).toContain('without a goodbye')
  expect(endWords({ how: 'killed' }, 746_000)).toBe(
    'It ends here, 12 min 26 s after we had lost the network: Peerscope ended without a goodbye.',
  )
  expect(endWords({ how: 'failed', reason: 'the demo swarm ended' })).toBe(
    'It ends here: the network ended by itself (the demo swarm ended).',
  )
})

test('the banner of a history has two lines in the smallest window, of a loss three, also with a name of 32 letters', () => {
  const network = { ...fakeStatus(3, 0).network, name: 'x'.repeat(32) }
  const picture = {
    kind: 'stored',
    network,
    demo: false,
    at: 9000,
    here: 9999,
    edgesAt: null,
    loss: null,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    nearest: null,
  }
  for (const how of ['left', 'closed', 'left or closed', 'killed'] as const) {
    const stored = { end: { how }, moment: { to: 9000 } } as StoredNetwork
    const words = pictureWords({ ...picture, kind: 'stored' }, null, { stored })
    expect(words).toContain(endWords({ how }))
    // Each line has about 85 letters.
    expect(words.length).toBeLessThan(170)
    // Of one that ended in a loss there are three lines, of which the shortest have 75.
    const loss = { at: 9000 - 746_000, judgedAt: 0, heardAt: null, purgeAfterMs: 1 }
    const lost = pictureWords({ ...picture, kind: 'stored', loss }, null, { stored })
    expect(lost).toContain(endWords({ how }, 746_000))
    expect(lost.length).toBeLessThan(225)
    // Before its end it says that we had lost the network.
    expect(pictureWords({ ...picture, kind: 'stored', loss, at: 8000 }, null, { stored })).toContain(
      '12 min 25 s before',
    )
  }
})

test('in a list a history says how it ended, and whether we had lost the network by then', () => {
  expect(endedWords({ end: null, endedLost: false })).toBe('')
  expect(endedWords({ end: { how: 'closed' }, endedLost: false })).toBe('app closed')
  expect(endedWords({ end: { how: 'killed' }, endedLost: true })).toBe(
    'ended without a goodbye while we had lost the network',
  )
})

test('of a shared moment it is said who “we” are, and apart from that who made it', () => {
  const [maker, watcher] = [peerIdAt(1), peerIdAt(2)]
  const origin = { network: fakeStatus(3, 0).network, by: maker }
  const then = {
    at: 5000,
    seq: 1,
    here: 3,
    edgesAt: null,
    loss: null,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
  }
  const picture = { ...then, kind: 'file', title: 'moment', madeAt: null, nearest: null } as const
  const words = (self: typeof maker | null) => pictureWords(picture, null, { origin }, self)
  for (const self of [maker, null]) {
    expect(words(self)).toContain(`made by ${nickname(maker)}: “we” and “ourselves” mean that peer.`)
  }
  expect(words(watcher)).toContain(`made by ${nickname(maker)}: “we” and “ourselves” mean ${nickname(watcher)}`)
})
