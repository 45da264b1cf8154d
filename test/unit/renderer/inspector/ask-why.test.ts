import { expect, it } from 'vitest'
import { askedDeparture } from '../../../../src/renderer/src/inspector/ask-why.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const NOW = 1_750_000_000_000
const peerId = peerIdAt(1)
const version = { startedAt: 1, updatedAt: 2 }
const left = (at: number): LoggedEvent => ({
  seq: 1,
  at,
  event: { kind: 'PeerDeparted', peerId, reason: 'graceful', version },
})

async function ask(events: readonly LoggedEvent[] | Error, at: number, told = true) {
  const { client: fake } = createFakeApi(() => fakeSnapshot(3, NOW))
  const asked: unknown[] = []
  const page: typeof fake.events.page = async (query) => {
    asked.push(query)
    if (events instanceof Error) throw events
    return { events, next: null }
  }
  const why: typeof fake.why.peer = async (query) => {
    asked.push(query)
    return { peerId, at: query.at } as Awaited<ReturnType<typeof fake.why.peer>>
  }
  const client = { ...fake, events: { ...fake.events, page }, why: { ...fake.why, peer: why } }
  return { found: await askedDeparture(client, { peerId, at, told }, new AbortController().signal), asked }
}

it('a departure is explained where it is recorded at that very moment, as of then', async () => {
  const { found, asked } = await ask([left(NOW)], NOW)
  expect(found).toMatchObject({ recorded: true, why: { at: NOW }, failure: null })
  expect(asked).toEqual([
    { peerId, kinds: ['PeerDeparted'], from: NOW, to: NOW + 1 },
    { peerId, at: NOW },
  ])
})

it('a departure that a clock which was ahead told later is the one of the moment that it counts for', async () => {
  expect((await ask([left(NOW + 60_000)], NOW)).found).toMatchObject({ recorded: true, why: { at: NOW } })
})

it('only whether it is recorded is asked where why is not told', async () => {
  const { found, asked } = await ask([left(NOW)], NOW, false)
  expect([found, asked.length]).toEqual([{ recorded: true, why: null, failure: null }, 1])
})

it('where none is recorded nothing is explained', async () => {
  for (const events of [[], [left(NOW + 1)]]) {
    const { found, asked } = await ask(events, NOW)
    expect([found, asked.length]).toEqual([{ recorded: false, why: null, failure: null }, 1])
  }
})

it('where the log cannot be asked it is not known', async () => {
  const { found, asked } = await ask(new Error('the disk is full'), NOW)
  expect([found.recorded, found.why, asked.length]).toEqual([null, null, 1])
  expect(found.failure?.message).toContain('the disk is full')
})
