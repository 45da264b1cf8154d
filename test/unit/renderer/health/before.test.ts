import { expect, test } from 'vitest'
import { beforeMoment } from '../../../../src/renderer/src/health/before.ts'
import type { Client } from '../../../../src/renderer/src/stores/client.ts'

const { signal } = new AbortController()

test('what was before a moment is asked for, unless a shared one begins later', async () => {
  const asked: unknown[] = []
  const series = (query: unknown): Promise<unknown> => {
    asked.push(query)
    return Promise.resolve('the answer')
  }
  const moment = { from: 1000, asOf: 5000, to: 6000 }
  const client = { health: { series } } as unknown as Client
  expect(await beforeMoment(client, { moment }, { from: 1000, to: 5000, signal })).toBe('the answer')
  expect(asked).toEqual([{ from: 1000, to: 5000, points: 1 }])
  expect(await beforeMoment(client, { moment }, { from: 999, to: 5000, signal })).toBeNull()
  expect(asked).toHaveLength(1)
})
