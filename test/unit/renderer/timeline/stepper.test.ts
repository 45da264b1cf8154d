import { expect, test } from 'vitest'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import { ALL_EVENTS, createEventStore } from '../../../../src/renderer/src/stores/event-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createStepper } from '../../../../src/renderer/src/timeline/stepper.ts'
import type { ContractInputs, EventsFound } from '../../../../src/shared/contract.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakePage } from '../../../support/renderer/fake-events.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const NOW = 100_000
const up = (seq: number): LoggedEvent => ({
  seq,
  at: seq * 1000,
  event: { kind: 'NeighborUp', peerId: peerIdAt(seq % 3) },
})
/** Newest first: forty are stored, the newest five are loaded. */
const STORED = Array.from({ length: 40 }, (_, index) => up(40 - index))

/** @param answer what the engine says */
function setup(answer: (query: ContractInputs['events']['page']) => Promise<EventsFound> | EventsFound) {
  const { client } = createFakeApi(() => fakeSnapshot(3, 1000))
  const asked: ContractInputs['events']['page'][] = []
  const signals: (AbortSignal | undefined)[] = []
  client.events.page = async (query, options) => {
    asked.push(query)
    signals.push(options?.signal)
    return await answer(query)
  }
  const picture = createPictureStore({
    client,
    live: createPeerStore(),
    other: createPeerStore(),
    now: () => NOW,
    every: () => () => undefined,
    turn: () => Promise.resolve(),
  })
  const events = createEventStore(client)
  events.begin(STORED.slice(0, 5))
  const failures: unknown[] = []
  const step = createStepper({
    client,
    picture,
    events,
    now: () => NOW,
    failed: (thrown) => failures.push(thrown),
  })
  return { picture, events, step, asked, signals, failures, wanted: () => picture.getState().wanted }
}

test('the next event is asked for where the moment is before all that is loaded', async () => {
  const { picture, step, wanted, asked } = setup((query) => fakePage(STORED, query))
  picture.goTo(10_500)
  await step(1)
  expect(wanted()).toBe(11_000)
  expect(asked).toEqual([expect.objectContaining({ after: 0, from: 10_501, limit: 1 })])
  await step(-1)
  await step(-1)
  expect(wanted()).toBe(9000)
})

test('among what is loaded nothing is asked for; after the last event it is now again', async () => {
  const { picture, step, wanted, asked } = setup((query) => fakePage(STORED, query))
  picture.goTo(36_000)
  await step(1)
  expect(wanted()).toBe(37_000)
  picture.goTo(40_000)
  await step(1)
  expect(wanted()).toBeNull()
  expect(asked).toEqual([])
})

test('a search that finds nothing for too long says so, and stays where it is', async () => {
  const { picture, events, step, wanted, failures } = setup(({ after = 0 }) => ({ events: [], next: after + 1 }))
  events.setFilter({ ...ALL_EVENTS, lanes: ['other'] })
  picture.goTo(10_000)
  await step(1)
  expect(failures).toEqual([expect.objectContaining({ code: 'Unavailable' })])
  expect(wanted()).toBe(10_000)
})

test('pages without a match are passed over, in both directions', async () => {
  const { picture, events, step, wanted, asked } = setup(({ after, before }) => {
    if (after !== undefined) return after < 20 ? { events: [], next: after + 10 } : { events: [up(25)], next: 25 }
    return before === undefined ? { events: [], next: 8 } : { events: [up(2)], next: null }
  })
  events.setFilter({ ...ALL_EVENTS, lanes: ['other'] })
  picture.goTo(10_000)
  await step(1)
  expect(wanted()).toBe(25_000)
  picture.goTo(10_000)
  await step(-1)
  expect(wanted()).toBe(2000)
  expect(asked.map(({ lanes }) => lanes)).toEqual(Array.from({ length: 5 }, () => ['other']))
})

test.each([
  ['leaves the past', ({ picture }: ReturnType<typeof setup>) => picture.leave(), null],
  ['goes elsewhere', ({ picture }: ReturnType<typeof setup>) => picture.goTo(5000), 5000],
] as const)('a step is called off where the user %s meanwhile', async (_what, away, at) => {
  const held = Promise.withResolvers<EventsFound>()
  const rig = setup(() => held.promise)
  rig.picture.goTo(10_000)
  const stepping = rig.step(-1)
  away(rig)
  expect(rig.signals.map((signal) => signal?.aborted)).toEqual([true])
  held.resolve({ events: [up(3)], next: null })
  await stepping
  expect([rig.wanted(), rig.failures]).toEqual([at, []])
})

test('the next step calls off the one before; what fails is told', async () => {
  const held = Promise.withResolvers<EventsFound>()
  const rig = setup(({ after }) => (after === undefined ? held.promise : { events: [up(12)], next: null }))
  rig.picture.goTo(10_000)
  const first = rig.step(-1)
  await rig.step(1)
  held.reject(new Error('too late'))
  await first
  expect([rig.wanted(), rig.failures]).toEqual([12_000, []])
  const broken = new Error('disk full')
  const other = setup(() => Promise.reject(broken))
  other.picture.goTo(10_000)
  await other.step(1)
  expect([other.wanted(), other.failures]).toEqual([10_000, [broken]])
})

test('each press goes one event further, also while an earlier one still waits for the engine', async () => {
  const held = Promise.withResolvers<void>()
  const { picture, step, wanted, asked } = setup(async (query) => {
    await held.promise
    return fakePage(STORED, query)
  })
  picture.goTo(10_500)
  const steps = [step(1), step(1), step(1)]
  expect(asked).toHaveLength(1)
  held.resolve()
  await Promise.all(steps)
  expect(wanted()).toBe(13_000)
  await Promise.all([step(-1), step(-1)])
  expect(wanted()).toBe(11_000)
})

test('presses that are too many end with the last event', async () => {
  const { picture, step, wanted } = setup((query) => fakePage(STORED, query))
  picture.goTo(39_500)
  await Promise.all([step(1), step(1), step(1)])
  expect(wanted()).toBeNull()
  picture.goTo(1500)
  await Promise.all([step(-1), step(-1)])
  expect(wanted()).toBe(1000)
})
