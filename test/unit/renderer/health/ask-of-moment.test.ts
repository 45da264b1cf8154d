import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askOfMoment } from '../../../../src/renderer/src/health/ask-of-moment.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('a moment that is only passed is not asked of', async () => {
  const asked: string[] = []
  askOfMoment(
    async () => asked.push('passed'),
    () => undefined,
  )()
  askOfMoment(
    async () => asked.push('stays'),
    () => undefined,
  )
  await vi.advanceTimersByTimeAsync(299)
  expect(asked).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toEqual(['stays'])
})

it('one that is left while it is asked of is called off, and its answer dropped', async () => {
  const told: string[] = []
  const answer = Promise.withResolvers<string>()
  let signal: AbortSignal | null = null
  const stop = askOfMoment(
    (given) => {
      signal = given
      return answer.promise
    },
    (why) => told.push(why),
  )
  await vi.advanceTimersByTimeAsync(300)
  stop()
  expect(signal).toMatchObject({ aborted: true })
  answer.resolve('late')
  await vi.advanceTimersByTimeAsync(0)
  expect(told).toEqual([])
})

it('an answer is told; a moment of which nothing is kept gets none', async () => {
  const told: string[] = []
  askOfMoment(
    async () => 'a split',
    (why) => told.push(why),
  )
  askOfMoment(
    () => Promise.reject(new Error('not kept')),
    (why: string) => told.push(why),
  )
  await vi.advanceTimersByTimeAsync(300)
  expect(told).toEqual(['a split'])
})
