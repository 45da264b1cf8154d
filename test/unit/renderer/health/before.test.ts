import { expect, test } from 'vitest'
import { beforeMoment } from '../../../../src/renderer/src/health/before.ts'
import type { Client } from '../../../../src/renderer/src/stores/client.ts'

const NOBODY = { left: { goodbye: 0 } }
const { signal } = new AbortController()

test('what was before a moment is asked for once, of a shared one from where it begins', async () => {
  const asked: unknown[] = []
  const series = (query: unknown): Promise<unknown> => {
    asked.push(query)
    return Promise.resolve(NOBODY)
  }
  const moment = { from: 1000, asOf: 5000, to: 6000 }
  const client = { health: { series } } as unknown as Client
  const ask = (from: number, to: number, played: Parameters<typeof beforeMoment>[1]) =>
    beforeMoment(client, played, { from, to, signal })
  expect(await ask(1000, 5000, { moment })).toBe(NOBODY)
  await ask(400, 5000, { moment })
  // One without a span before it still knows of the last loss.
  await ask(400, 1000, { moment })
  await ask(400, 5000, { moment, stored: {} as never })
  await ask(400, 5000, null)
  expect(asked).toEqual(
    [1000, 1000, 999, 400, 400].map((from, index) => ({ from, to: index === 2 ? 1000 : 5000, points: 1, left: true })),
  )
})
