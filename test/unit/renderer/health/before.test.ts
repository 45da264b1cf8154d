import { expect, test } from 'vitest'
import { beforeMoment } from '../../../../src/renderer/src/health/before.ts'
import type { Client } from '../../../../src/renderer/src/stores/client.ts'
import type { EventCounts } from '../../../../src/shared/lanes.ts'

const { signal } = new AbortController()

test('the events of a shared moment tell who left before it, unless they begin later', async () => {
  const asked: unknown[] = []
  const counts = (query: unknown): Promise<EventCounts> => {
    asked.push(query)
    return Promise.resolve({ bins: [{ goodbye: 2, silent: 1, other: 3 }], exact: true })
  }
  const moment = { from: 1000, asOf: 5000, to: 6000 }
  const client = { history: { counts } } as unknown as Client
  expect(await beforeMoment(client, { moment }, { from: 1000, to: 5000, signal })).toMatchObject({
    from: 1000,
    to: 5000,
    goodbye: [2],
    silent: [1],
    removed: [3],
  })
  expect(asked).toEqual([{ from: 1000, to: 5000, bins: 1, kinds: ['PeerDeparted'] }])
  expect(await beforeMoment(client, { moment }, { from: 999, to: 5000, signal })).toBeNull()
  expect(asked).toHaveLength(1)
})
