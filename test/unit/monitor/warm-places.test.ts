import { expect, it } from 'vitest'
import { peerIdOf } from '../../../src/shared/ids.ts'
import type { KnownPlace } from '../../../src/main/discovery/bootstrap/known-places.ts'
import { bestPlaces, PLACES } from '../../../src/main/discovery/bootstrap/known-places.ts'
import { keepPromising } from '../../../src/main/monitor/contacts.ts'
import { SeededRandom } from '../../sim/random.ts'

const random = new SeededRandom(3)

it('[BS1] of thousands of stored peers only the promising ones are kept, and every contact', () => {
  const place = (seenAt: number): KnownPlace => ({
    peerId: peerIdOf(random.bytes(32)),
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    seenAt,
    connected: false,
    failures: 0,
    presentMs: 0,
    departed: false,
  })
  const now = 100 * 86_400_000
  const old = place(0)
  const others = Array.from({ length: 300 }, (_, index) => place(now - index * 60_000))
  const known = new Map([old, ...others].map((one) => [one.peerId, one]))
  keepPromising(known, new Set([old.peerId]), now)
  // One more than a warm start dials: one of them may be ourselves.
  expect([...known.keys()]).toEqual([old, ...others.slice(0, PLACES + 1)].map(({ peerId }) => peerId))
  expect(bestPlaces([...known.values()], now)).toEqual(bestPlaces([old, ...others], now))
})
