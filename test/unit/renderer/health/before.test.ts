import { expect, test } from 'vitest'
import { beforeMoment } from '../../../../src/renderer/src/health/before.ts'
import type { Client } from '../../../../src/renderer/src/stores/client.ts'

const NOBODY = { goodbye: [0], silent: [0], ownStall: [null] }
const { signal } = new AbortController()

test('what was before a moment is asked for, of a shared one from where it begins', async () => {
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
    [1000, 1000, 999, 400, 400].map((from, index) => ({ from, to: index === 2 ? 1000 : 5000, points: 1 })),
  )
})

test('crawls that left before a moment are told apart, and asked for only where somebody left', async () => {
  const asked: unknown[] = []
  const series = (query: { readonly filter?: string }): Promise<unknown> => {
    asked.push(query.filter)
    const crawls = { goodbye: [2], silent: [1], ownStall: [0] }
    return Promise.resolve(
      query.filter === undefined ? { goodbye: [3], silent: [1], ownStall: [4], removed: [1] } : crawls,
    )
  }
  const client = { health: { series } } as unknown as Client
  expect(await beforeMoment(client, null, { from: 400, to: 5000, signal })).toEqual({
    goodbye: [1],
    silent: [0],
    ownStall: [4],
    removed: [1],
    crawls: 3,
  })
  expect(asked).toEqual([undefined, 'tag:peerscope-crawl'])
})
