import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EXPORTS, EXPORT_WHATS } from '../../../../src/shared/exports.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { exportParts } from '../../../../src/main/monitor/exports/export.ts'
import { readSnapshot } from '../../../../src/main/monitor/exports/read-snapshot.ts'
import { snapshotText } from '../../../../src/main/monitor/exports/snapshot.ts'
import { inTurns, pagesInTurns } from '../../../../src/main/monitor/turns.ts'
import { createSignatures } from '../../../../src/main/network/signatures.ts'
import type { PeerSession, StoreReader } from '../../../../src/main/store/types.ts'
import { NETWORK, idOf, secretOf } from '../../../support/discovery/entries.ts'
import { countTurns } from '../../../support/turns.ts'
import { peerRecord, PLAIN } from './records.ts'

/** Records that are worked on without a turn for others. */
const AT_ONCE = 200
const COUNT = 2000

const signatures = createSignatures()
const one = peerRecord('one').stored
const event: LoggedEvent['event'] = { kind: 'NeighborUp', peerId: idOf('one') }
const version = { startedAt: 1, updatedAt: 1 }
const session: Omit<PeerSession, 'id'> = {
  peerId: idOf('one'),
  from: 1,
  to: null,
  reason: null,
  firstVersion: version,
  lastVersion: version,
}

let turns: ReturnType<typeof countTurns>
/** How many turns others had had when something was read. */
let reads: number[]
beforeEach(() => {
  turns = countTurns()
  reads = []
})
afterEach(() => {
  turns.stop()
  vi.restoreAllMocks()
})

/** A store with so many of everything, which notes when it is read. */
function storeOf(count: number): StoreReader {
  const read = (from: number, limit: number): number[] => {
    reads.push(turns.count)
    expect(limit).toBeLessThanOrEqual(AT_ONCE)
    return Array.from({ length: Math.min(limit, count - from) }, (_, index) => from + index)
  }
  return {
    ...PLAIN,
    notes: () => new Map(),
    peer: () => one,
    peersPage: (_network: unknown, after: number | null, limit: number) => {
      const page = read(after ?? 0, limit)
      const next = (after ?? 0) + limit
      return { peers: page.map(() => one), next: next < count ? next : null }
    },
    eventsAfter: ({ after = 0, limit }: { after?: number; limit: number }) => {
      const events = read(after, limit).map((index) => ({ seq: index + 1, at: index, event }))
      return { events, more: after + limit < count }
    },
    sessionsPage: ({ before = count + 1, limit }: { before?: number; limit: number }) => {
      const sessions = read(count + 1 - before, limit).map((index) => ({ ...session, id: count - index }))
      return { sessions, more: before - limit > 1 }
    },
  } as unknown as StoreReader
}

const apart = (at: readonly number[]): boolean =>
  at.every((count, index) => index === 0 || count > (at[index - 1] ?? 0))

describe('an export lets others have a turn', () => {
  it.each(EXPORT_WHATS.flatMap((what) => EXPORTS[what].map((format) => ({ what, format }))))(
    'after every few records of $what as $format',
    async ({ what, format }) => {
      const source = {
        network: { kind: 'peerscope' as const, id: NETWORK, name: 'n' },
        store: storeOf(COUNT),
        live: new Map(),
        loss: null,
        links: null,
        now: 5000,
      }
      const signer = { secret: secretOf('me'), signatures }
      const parts: number[] = []
      for await (const _part of exportParts(source, { what, format, filter: '', from: null, to: null }, signer))
        parts.push(turns.count)
      expect(reads.length).toBeGreaterThanOrEqual(COUNT / AT_ONCE)
      expect(apart(reads)).toBe(true)
      // Where all is read before, writing takes turns of its own: one for each page at least.
      const writing = what === 'catalog' ? (parts.at(-1) ?? 0) - (reads.at(-1) ?? 0) : Infinity
      expect(writing).toBeGreaterThanOrEqual(COUNT / AT_ONCE - 1)
    },
  )
})

describe('a snapshot that unpacks to far more than it is', () => {
  const maker = {
    network: { kind: 'peerscope' as const, id: NETWORK, name: 'n' },
    secret: secretOf('me'),
    signatures,
    now: 5000,
    filter: '',
  }
  const hostile = gzipSync([...snapshotText(maker, [])].slice(0, 1).join('') + '\n'.repeat(5000))

  it('is read with turns for others', async () => {
    const verdict = await readSnapshot(hostile, { signatures, signal: new AbortController().signal })
    // Its lines name nobody: they are faults, and no peers.
    expect(verdict).toMatchObject({ ok: false, peers: 0 })
    expect(verdict.faultCount).toBeGreaterThanOrEqual(5000)
    expect(turns.count).toBeGreaterThanOrEqual(5000 / 32 - 1)
  })

  it('is given up within a few lines when that is called off', async () => {
    const stop = new AbortController()
    const parse = JSON.parse.bind(JSON)
    let lines = 0
    vi.spyOn(JSON, 'parse').mockImplementation((text: string) => {
      lines += 1
      if (lines === 100) stop.abort()
      return parse(text)
    })
    await expect(readSnapshot(hostile, { signatures, signal: stop.signal })).rejects.toMatchObject({
      code: 'Cancelled',
    })
    expect(lines).toBeGreaterThanOrEqual(100)
    expect(lines).toBeLessThanOrEqual(132)
  })
})

describe('work in turns', () => {
  it('gives others one after each page, and after each step', async () => {
    const at: number[] = []
    for await (const page of pagesInTurns([1, 2, 3])) at.push(turns.count * 10 + page)
    expect(apart(at.map((count) => Math.floor(count / 10)))).toBe(true)
    const before = turns.count
    const steps = function* (): Generator<void, string> {
      yield
      yield
      return 'done'
    }
    expect(await inTurns(steps())).toBe('done')
    expect(turns.count - before).toBeGreaterThanOrEqual(2)
  })

  it('ends between two steps when it is called off', async () => {
    const stop = new AbortController()
    let taken = 0
    const steps = function* (): Generator<void, void> {
      for (;;) {
        taken += 1
        if (taken === 3) stop.abort(new Error('called off'))
        yield
      }
    }
    await expect(inTurns(steps(), stop.signal)).rejects.toThrow('called off')
    expect(taken).toBe(3)
  })
})
