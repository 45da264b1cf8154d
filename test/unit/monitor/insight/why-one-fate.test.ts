/** What became of a peer is one cause, with all that tells it behind it. */
import { expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { dial, facts, MINUTE, NOW, SILENT, stall, timedOut } from './peer-facts.ts'

const told = (changes: Partial<PeerFacts>) =>
  whyPeer(facts({ ...SILENT, ...changes })).causes.map(({ words, events }) => [words.replace(/ \(.*/, ''), events])

it('of a peer that crashed it is said once, with the dials and the departure that tell it', () => {
  expect(told({ dials: [dial(85)] })).toEqual([['it crashed or was ended', [85, 80]]])
  // That it was started again later tells the same.
  expect(told({ dials: [dial(85)], back: 'restarted' })).toEqual([['it crashed or was ended', [85, 80]]])
})

it('of one that hangs, and of one that hung until it came back, too', () => {
  const local = { local: true, dials: [timedOut] }
  expect(told(local)).toEqual([['it hangs or was suspended', [85, 80]]])
  expect(told({ ...local, back: 'same' })).toEqual([['it hung or was suspended', [85, 80]]])
})

it('what else may be behind its silence stays beside that', () => {
  const stalls = [stall(NOW - MINUTE, 40_000)]
  const [crashed, ...others] = told({ dials: [dial(85)], stalls })
  expect(crashed).toEqual(['it crashed or was ended', [85, 80]])
  expect(others).toEqual([[expect.stringContaining('our own machine stalled'), expect.anything()]])
})

it('where dials tell too little, what is known and what is guessed are told apart', () => {
  expect(told({ dials: [timedOut] })).toEqual([
    ['it cannot be reached', [85]],
    [expect.stringMatching(/^it crashed, was ended by force, hangs/), [80]],
  ])
})
