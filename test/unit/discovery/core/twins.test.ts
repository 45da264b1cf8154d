/** Two nodes with one key (rule ID5). */
import { describe, expect, it } from 'vitest'
import type { SignedPeerEntry } from '../../../../src/main/discovery/entry/entry.ts'
import type { Version } from '../../../../src/shared/peer.ts'
import { announcement, tagsHere } from '../../../support/discovery/dialect.ts'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { published, withNeighbor } from '../../../support/discovery/greeted.ts'

describe('an entry with our own id', () => {
  const own = (bench: Bench, version: Version) => bench.signed('me', { version, tags: tagsHere('twin') })
  const clashes = (bench: Bench): (number | null)[] =>
    bench.events().flatMap((event) => (event.kind === 'IdentityClash' ? [event.startedAt] : []))

  it('[ID5] is a clash where it was signed after our start, told once for each other run', () => {
    const bench = Bench.online()
    const { startedAt } = bench.core.parts.own.entry.version
    bench.pass(10_000)
    bench.take()
    const later = { startedAt: startedAt + 5000, updatedAt: NOW + 10_000 }
    const earlier = { startedAt: startedAt - 5000, updatedAt: NOW + 10_000 }
    expect(bench.announce(own(bench, later))).toBe('ignore')
    bench.announce(own(bench, { ...later, updatedAt: later.updatedAt + 1 }))
    bench.announce(own(bench, earlier))
    expect(clashes(bench)).toEqual([later.startedAt, earlier.startedAt])
    expect(bench.core.parts.own.entry.tags).toEqual([])
  })

  it('[ID5] is none where it is of an earlier run of ours, or of this one, or not signed by us', () => {
    const bench = Bench.online()
    const { startedAt } = bench.core.parts.own.entry.version
    bench.pass(10_000)
    bench.take()
    bench.announce(own(bench, { startedAt: startedAt - 60_000, updatedAt: startedAt - 1000 }))
    bench.announce(bench.core.parts.own.signed)
    const { bytes } = own(bench, { startedAt: startedAt + 1, updatedAt: NOW + 1 })
    const forged = { bytes, signature: new Uint8Array(64) }
    bench.gossip(announcement(forged))
    expect(clashes(bench)).toEqual([])
  })

  it('[ID5] is none where it is what we answered a ping with, which others may have kept', () => {
    const bench = Bench.online()
    bench.pass(10_000)
    bench.announce(bench.core.parts.own.answer())
    expect(clashes(bench)).toEqual([])
  })

  it('[ID5] is a clash also where that other run began in the same millisecond', () => {
    const bench = Bench.online()
    const { startedAt } = bench.core.parts.own.entry.version
    bench.pass(10_000)
    bench.announce(own(bench, { startedAt, updatedAt: NOW + 10_000 }))
    expect(clashes(bench)).toEqual([startedAt])
  })

  it('[ID5] is none where it is from the future by a clock of ours that may be behind', () => {
    const bench = Bench.online()
    const { startedAt } = bench.core.parts.own.entry.version
    bench.announce(own(bench, { startedAt: startedAt + 600_000, updatedAt: NOW + 700_000 }))
    expect(clashes(bench)).toEqual([])
  })

  it('[ID5] is answered by one broadcast of ours, late enough for a twin that began just now', () => {
    const bench = withNeighbor()
    const { startedAt } = bench.core.parts.own.entry.version
    bench.pass(7000)
    const twin = { startedAt: startedAt + 10_000, updatedAt: NOW + 10_000 }
    bench.announce(own(bench, twin))
    bench.pass(10_000)
    const [sent, ...more] = published(bench)
    expect(more).toEqual([])
    // A twin that gets it takes what is newer than its start by up to 2 s for an entry of an earlier run.
    expect(sent?.version.updatedAt).toBeGreaterThan(twin.startedAt + 2000)
  })

  it('[ID5] at the other end of a connection is a clash by itself, told once', () => {
    const bench = Bench.online()
    bench.step({ kind: 'twinMet' })
    bench.step({ kind: 'twinMet' })
    expect(clashes(bench)).toEqual([null])
    bench.pass(10_000)
    const { startedAt } = bench.core.parts.own.entry.version
    bench.announce(own(bench, { startedAt: startedAt + 5000, updatedAt: NOW + 10_000 }))
    bench.step({ kind: 'twinMet' })
    expect(clashes(bench)).toEqual([startedAt + 5000])
  })
})

describe('two nodes with the key of another peer', () => {
  /** Ann runs twice: the younger one is known. */
  function younger(): { bench: Bench; start: number; older: (updatedAt: number) => SignedPeerEntry } {
    const bench = Bench.online()
    bench.pass(10_000)
    const start = NOW + 5000
    bench.announce(bench.signed('ann', { version: { startedAt: start, updatedAt: start } }))
    bench.take()
    return {
      bench,
      start,
      older: (updatedAt) => bench.signed('ann', { version: { startedAt: NOW - 60_000, updatedAt } }),
    }
  }

  it('[ID5, AN4] what the older one says since the younger one began is passed on, each version once, and changes nothing', () => {
    const { bench, start, older } = younger()
    const known = bench.core.env.catalog.get(idOf('ann'))
    expect(bench.announce(older(start + 1))).toBe('accept')
    expect(bench.announce(older(start + 1))).toBe('ignore')
    expect(bench.announce(older(start + 2))).toBe('accept')
    expect(bench.announce(older(start + 1))).toBe('ignore')
    expect(bench.core.env.catalog.get(idOf('ann'))).toBe(known)
    expect(bench.events().map(({ kind }) => kind)).toEqual(['EntryRejected', 'EntryRejected'])
  })

  it('[ID5, EV2] is told as an earlier start, with the time that it states', () => {
    const { bench, start, older } = younger()
    bench.announce(older(start + 1))
    const event = {
      kind: 'EntryRejected',
      peerId: idOf('ann'),
      reason: 'EarlierStart',
      source: 'gossip',
      detail: `started ${NOW - 60_000}`,
    }
    expect(bench.events()).toMatchObject([{ ...event, aheadMs: -5000 }])
  })

  it('[ID5, AN4] an entry of a run that was over by then is not', () => {
    const { bench, start, older } = younger()
    expect(bench.announce(older(start))).toBe('ignore')
    expect(bench.announce(bench.signed('bob'))).toBe('accept')
    expect(bench.announce(bench.signed('ann', { version: { startedAt: start, updatedAt: start } }))).toBe('ignore')
  })

  it('[ID5, AN4] one that the peer did not sign is rejected', () => {
    const { bench, start, older } = younger()
    const forged = { bytes: older(start + 1).bytes, signature: new Uint8Array(64) }
    expect(bench.gossip(announcement(forged))).toBe('reject')
  })
})
