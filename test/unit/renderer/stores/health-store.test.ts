import { expect, test } from 'vitest'
import type { HealthNow } from '../../../../src/shared/health.ts'
import type { IslandsSummary } from '../../../../src/shared/islands.ts'
import { NotJoined } from '../../../../src/shared/errors.ts'
import { createHealthStore } from '../../../../src/renderer/src/stores/health-store.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

const { client } = createFakeApi(() => fakeSnapshot(5, 1_750_000_000_000))

/** A client whose answers a test gives. */
function answering() {
  const waiting: { readonly give: (now: HealthNow) => void; readonly fail: (error: Error) => void }[] = []
  const now = (): Promise<HealthNow> => new Promise((give, fail) => void waiting.push({ give, fail }))
  return { waiting, store: createHealthStore({ health: { ...client.health, now } }) }
}

test('asks one question at a time', async () => {
  const { waiting, store } = answering()
  const first = store.look()
  await store.look()
  expect(waiting).toHaveLength(1)
  const answer = await client.health.now()
  waiting[0]?.give(answer)
  await first
  expect(store.getState().now).toEqual(answer)
})

test('a failure leaves what was known, and the next answer ends it', async () => {
  const { waiting, store } = answering()
  const answer = await client.health.now()
  const ask = async (act: (index: number) => void): Promise<void> => {
    const asked = store.look()
    act(waiting.length - 1)
    await asked
  }
  await ask((index) => waiting[index]?.give(answer))
  await ask((index) => waiting[index]?.fail(new NotJoined('no network is joined')))
  expect(store.getState()).toMatchObject({ now: answer, failure: { code: 'NotJoined' } })
  await ask((index) => waiting[index]?.give({ ...answer, here: 9 }))
  expect(store.getState()).toMatchObject({ now: { here: 9 }, failure: null })
})

test('an answer about the network before is dropped', async () => {
  const { waiting, store } = answering()
  const asked = store.look()
  store.clear()
  waiting[0]?.give(await client.health.now())
  await asked
  expect(store.getState().now).toBeNull()
  void store.look()
  expect(waiting).toHaveLength(2)
})

test('what a crawl found counts at once, until the engine looked for islands itself, or has had the time to', async () => {
  const { waiting, store } = answering()
  const { islands, ...rest } = await client.health.now()
  const answer = { ...rest, islands }
  const whole = { ...islands, count: 1, sizes: [5] } as IslandsSummary
  const found = { ...whole, count: 2, sizes: [3, 2] }
  const ask = async (now: HealthNow): Promise<unknown> => {
    const asked = store.look()
    waiting.at(-1)?.give(now)
    await asked
    return store.getState().now?.islands
  }
  store.found(found)
  expect(store.getState().now).toBeNull()
  expect(await ask({ ...answer, islands: whole })).toEqual(whole)
  store.found(found)
  expect(store.getState().now?.islands).toEqual(found)
  expect(await ask({ ...answer, islands: whole })).toEqual(found)
  expect(await ask({ ...answer, islands: { ...whole, sizes: [4] } })).toEqual({ ...whole, sizes: [4] })
  expect(await ask({ ...answer, islands: whole })).toEqual(whole)
  store.found(found)
  const later: unknown[] = []
  for (let n = 0; n < 7; n += 1) later.push(await ask({ ...answer, islands: whole }))
  expect(later).toEqual([...Array.from({ length: 6 }, () => found), whole])
})
