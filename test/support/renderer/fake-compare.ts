/** What a double of the engine says of comparisons. */
import { AsyncIteratorClass } from '@orpc/client'
import type { CompareMessage, HeldMessage } from '../../../src/shared/compare.ts'
import { noReasons } from '../../../src/shared/compare.ts'
import type { Snapshot } from '../../../src/shared/contract.ts'
import type { FakeClient } from './fake-api.ts'

/** One that came, one that left with a goodbye, one that fell silent, one that changed; the others are the same. */
export function fakeCompare(snapshot: () => Snapshot): FakeClient['compare'] {
  return {
    pictures: async ({ before, after }) => {
      const at = (side: typeof before): number | null => side.at ?? 1_750_000_000_000
      const ids = snapshot().peers.flatMap((row) => (row.self ? [] : [row.peerId]))
      const [came, left, silent, changed, ...same] = ids
      const rows = [
        ...(came === undefined ? [] : [{ what: 'came' as const, peerId: came, as: 'new' as const }]),
        ...(left === undefined
          ? []
          : [{ what: 'left' as const, peerId: left, reason: 'departed' as const, lastSeen: 1_749_999_000_000 }]),
        ...(silent === undefined
          ? []
          : [{ what: 'left' as const, peerId: silent, reason: 'purged' as const, lastSeen: null }]),
        ...(changed === undefined
          ? []
          : [{ what: 'changed' as const, peerId: changed, restarted: true, changes: ['tags: +a −b'] }]),
        ...same.map((peerId) => ({ what: 'same' as const, peerId })),
      ]
      const count = (what: string): number => rows.filter((row) => row.what === what).length
      const side = (which: typeof before) => ({
        network: null,
        at: at(which),
        here: ids.length,
        lost: false,
        faults: 0,
      })
      return parts<CompareMessage>([
        { kind: 'rows', rows },
        {
          kind: 'done',
          counts: {
            came: count('came'),
            left: count('left'),
            leftBy: { ...noReasons(), departed: left === undefined ? 0 : 1, purged: silent === undefined ? 0 : 1 },
            changed: count('changed'),
            same: count('same'),
            gone: 2,
          },
          sides: [side(before), side(after)],
          links: { came: 1, went: 2, same: 30, firstCame: [], firstWent: [] },
        },
      ])
    },
    held: async () => parts<HeldMessage>([{ kind: 'done', at: null }]),
  }
}

/** Any peer names three neighbors and four connections. */
export function fakeAsk(calls: string[]): FakeClient['topology']['ask'] {
  return async ({ peerId }) => {
    calls.push(`ask ${peerId}`)
    return { neighbors: 3, connected: 4 }
  }
}

function parts<Part>(list: Part[]): AsyncIteratorClass<Part, undefined, void> {
  return new AsyncIteratorClass<Part, undefined, void>(
    async () => {
      const value = list.shift()
      return value === undefined ? { done: true, value: undefined } : { done: false, value }
    },
    async () => undefined,
  )
}
