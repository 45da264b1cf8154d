import { expect, test } from 'vitest'
import { LayoutPlan } from '../../../../src/renderer/src/graph/layout-plan.ts'
import type { ModelChange } from '../../../../src/renderer/src/graph/model.ts'
import { modelOf } from './model-of.ts'

/** A plan for so many peers, on a clock that the test turns. */
function rig(count: number) {
  const model = modelOf(count)
  const seen = { starts: 0, running: false }
  let now = 0
  let waiting: { readonly at: number; readonly run: () => void } | null = null
  const plan = new LayoutPlan({
    runner: {
      get running() {
        return seen.running
      },
      start: () => {
        seen.starts++
        seen.running = true
      },
      stop: () => {
        seen.running = false
      },
      // The worker's answer comes as the run's end.
      finish: () => {
        seen.running = false
        plan.done()
      },
    },
    model: () => model,
    placed: () => false,
    pace: () => 'end',
    now: () => now,
    later: (ms, run) => {
      const mine = { at: now + ms, run }
      waiting = mine
      return () => {
        if (waiting === mine) waiting = null
      }
    },
  })
  return {
    plan,
    seen,
    /** The run ends after so many milliseconds. */
    rest: (ms: number) => {
      now += ms
      seen.running = false
      plan.done()
    },
    pass: (ms: number) => {
      now += ms
      if (waiting === null || waiting.at > now) return
      const { run } = waiting
      waiting = null
      run()
    },
  }
}

const came = (count: number, recalled = 0): ModelChange => ({ slots: [], came: count, recalled, went: 0, edges: true })

test('a few peers are arranged with each change, once a second at most', () => {
  const { plan, seen, pass, rest } = rig(10)
  plan.changed(came(10))
  expect(seen.starts).toBe(1)
  rest(200)
  for (let n = 0; n < 5; n++) plan.changed(came(1))
  expect(seen.starts).toBe(1)
  pass(800)
  expect(seen.starts).toBe(2)
})

test('thousands rest until many of them changed, and a while after the last run', () => {
  const { plan, seen, pass, rest } = rig(2000)
  plan.changed(came(2000))
  rest(5000)
  plan.changed(came(50))
  pass(60_000)
  expect(seen.starts).toBe(1)
  plan.changed(came(20))
  expect(seen.starts).toBe(2)
  rest(5000)
  plan.changed(came(100))
  expect(seen.starts).toBe(2)
  pass(19_000)
  expect(seen.starts).toBe(2)
  pass(1000)
  expect(seen.starts).toBe(3)
})

test('a remembered picture stays as it was, also where it comes in parts', () => {
  const { plan, seen, pass } = rig(2000)
  plan.changed(came(1000, 950))
  plan.changed(came(1000, 1000))
  pass(60_000)
  expect(seen.starts).toBe(0)
})

test('a run that is stopped is taken up again; one that is called off is not', () => {
  const { plan, seen } = rig(2000)
  plan.changed(came(2000))
  plan.stop()
  plan.resume()
  expect([seen.starts, seen.running]).toEqual([2, true])
  plan.finish()
  plan.resume()
  expect([seen.starts, seen.running]).toEqual([2, false])
  plan.changed(came(10))
  expect(seen.starts).toBe(2)
})

test('nothing moves while frozen, and what waited goes on after', () => {
  const { plan, seen, pass } = rig(10)
  plan.changed(came(10))
  plan.freeze(true)
  expect(seen.running).toBe(false)
  plan.changed(came(1))
  pass(10_000)
  expect(seen.starts).toBe(1)
  plan.freeze(false)
  expect(seen.starts).toBe(2)
})

test('peers are where they belong once a run ends or is stopped, or where none is needed', () => {
  const { plan, rest } = rig(600)
  const came = { slots: [], came: 600, recalled: 0, went: 0, edges: false }
  expect(plan.rests).toBe(false)
  plan.changed(came)
  expect(plan.rests).toBe(false)
  rest(1000)
  expect(plan.rests).toBe(true)
  plan.run()
  expect(plan.rests).toBe(false)
  plan.freeze(true)
  expect(plan.rests).toBe(true)
  const remembered = rig(600).plan
  remembered.changed({ ...came, recalled: 600 })
  expect(remembered.rests).toBe(true)
})
