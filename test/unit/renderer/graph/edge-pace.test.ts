import { expect, test } from 'vitest'
import { EdgePace, REST_MS } from '../../../../src/renderer/src/graph/edge-pace.ts'

/** Makes a whole picture of `pairs` from `now` on; the steps it took. */
function picture(pace: EdgePace, now: number, pairs: number): number[] {
  const steps: number[] = []
  for (;;) {
    const step = pace.next(now, pairs)
    expect(step.start).toBe(steps.reduce((sum, one) => sum + one, 0))
    steps.push(step.pairs)
    if (step.whole || step.pairs === 0) return steps
    expect(step.again).toBe(0)
  }
}

test('a picture is made in steps that have all pairs once, and then there is nothing to do', () => {
  const pace = new EdgePace()
  const steps = picture(pace, 0, 10_000)
  expect(steps.length).toBeGreaterThan(1)
  expect(steps.reduce((sum, one) => sum + one, 0)).toBe(10_000)
  expect(pace.next(5000, 10_000)).toEqual({ start: 0, pairs: 0, whole: false, again: null })
})

test('what changes is drawn again once a second at most, and what changes meanwhile with the next picture', () => {
  const pace = new EdgePace()
  picture(pace, 0, 1000)
  pace.change()
  expect(pace.next(400, 1000)).toMatchObject({ pairs: 0, again: 600 })
  const first = pace.next(1000, 10_000)
  expect(first.pairs).toBeGreaterThan(0)
  pace.change()
  let last = first
  while (!last.whole) last = pace.next(1000, 10_000)
  expect(last.again).toBe(REST_MS)
  expect(pace.next(1999, 10_000).pairs).toBe(0)
  expect(pace.next(2000, 10_000).pairs).toBeGreaterThan(0)
})

test('a view that moves gets smaller steps and a picture now and then; one at once when it comes to rest', () => {
  const pace = new EdgePace()
  const resting = pace.next(0, 100_000).pairs
  pace.restart()
  pace.move(100)
  expect(pace.moving(100)).toBe(true)
  expect(pace.next(100, 100_000).pairs).toBe(Math.ceil(resting / 2))
  pace.restart()
  expect(picture(pace, 110, 1000)).toEqual([Math.ceil(resting / 2), 1000 - Math.ceil(resting / 2)])
  pace.move(200)
  expect(pace.next(200, 1000)).toMatchObject({ pairs: 0, again: REST_MS })
  expect(pace.moving(200 + REST_MS)).toBe(false)
  expect(pace.next(200 + REST_MS, 1000).pairs).toBe(1000)
})

test('a picture that was begun while the view moved gives way to one from where it rests', () => {
  const pace = new EdgePace()
  pace.move(100)
  const begun = pace.next(100, 100_000)
  pace.move(150)
  expect(pace.next(160, 100_000).start).toBe(begun.pairs)
  // Where the view did not move since, it is finished.
  expect(pace.next(150 + REST_MS, 100_000).start).toBe(0)
  expect(pace.next(151 + REST_MS, 100_000).start).toBeGreaterThan(0)
})

test('steps shrink while they take long and grow while they are quick, within bounds', () => {
  const pace = new EdgePace()
  for (let n = 0; n < 50; n++) pace.took(1000)
  expect(pace.next(0, 100_000).pairs).toBe(500)
  for (let n = 0; n < 50; n++) pace.took(0)
  expect(pace.next(0, 100_000).pairs).toBe(12_000)
})

test('a picture of no use is begun anew', () => {
  const pace = new EdgePace()
  expect(pace.next(0, 10_000)).toMatchObject({ start: 0, whole: false })
  expect(pace.next(0, 10_000).start).toBeGreaterThan(0)
  pace.restart()
  expect(pace.next(1, 10_000).start).toBe(0)
})
