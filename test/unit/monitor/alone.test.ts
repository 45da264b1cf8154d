import { expect, it } from 'vitest'
import { aloneWords, watchAlone } from '../../../src/main/monitor/alone.ts'
import type { Health } from '../../../src/main/discovery/handle.ts'
import { Scheduler } from '../../sim/scheduler.ts'

it('a node with nobody to talk to says so once after half a minute, with what to do, and again after the next time', async () => {
  const scheduler = new Scheduler()
  const clock = {
    monotonic: () => scheduler.now,
    schedule: (ms: number, run: () => void) => scheduler.schedule(ms, run),
  }
  let state: Health['state'] = 'alone'
  const said: string[] = []
  const end = watchAlone(
    () => state,
    (words) => said.push(words),
    clock,
  )
  await scheduler.run(25_000)
  expect(said).toEqual([])
  await scheduler.run(300_000)
  expect(said).toEqual([expect.stringMatching(/^nobody .* was met yet: type dial ADDR .* --bootstrap ADDR/)])
  state = 'online'
  await scheduler.run(60_000)
  state = 'lost'
  await scheduler.run(60_000)
  expect(said.slice(1)).toEqual([expect.stringMatching(/^no neighbor is left: type dial ADDR/)])
  end()
  state = 'online'
  await scheduler.run(60_000)
  state = 'lost'
  await scheduler.run(60_000)
  expect(said).toHaveLength(2)
})

it('where somebody is there is nothing to do', () => {
  expect(aloneWords({ state: 'online' })).toBe('')
})
