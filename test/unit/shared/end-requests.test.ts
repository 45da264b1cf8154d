import { describe, expect, it } from 'vitest'
import type { EndAnswer, EndRequest } from '../../../src/shared/end-requests.ts'
import { EndRequests, SAME_REQUEST_MS } from '../../../src/shared/end-requests.ts'
import { isEndMessage, stageOf } from '../../../src/shared/launcher-channel.ts'

describe('requests to end', () => {
  const later = SAME_REQUEST_MS
  it.each<[what: string, steps: [at: number, request: EndRequest, answer: EndAnswer][]]>([
    ['one Ctrl-C', [[0, 'SIGINT', 'begin']]],
    [
      'one Ctrl-C, passed on by npm and the launcher',
      [
        [0, 'SIGINT', 'begin'],
        [1, 'SIGINT', 'same'],
        [later - 1, 'launcher', 'same'],
      ],
    ],
    [
      'a deliberate second Ctrl-C',
      [
        [0, 'SIGINT', 'begin'],
        [later, 'SIGINT', 'now'],
      ],
    ],
    [
      'Ctrl-C held down',
      [
        [0, 'SIGINT', 'begin'],
        [later / 2, 'SIGINT', 'same'],
        [later, 'SIGINT', 'now'],
      ],
    ],
    [
      'log-out: SIGHUP, then SIGTERM',
      [
        [0, 'SIGHUP', 'begin'],
        [later * 2, 'SIGTERM', 'same'],
        [later * 3, 'SIGHUP', 'same'],
      ],
    ],
    [
      'Ctrl-C out of patience with a SIGTERM',
      [
        [0, 'SIGTERM', 'begin'],
        [later, 'SIGINT', 'now'],
      ],
    ],
    [
      'Ctrl-\\ twice',
      [
        [0, 'SIGQUIT', 'begin'],
        [later, 'SIGQUIT', 'now'],
      ],
    ],
    [
      'the launcher is gone after it asked',
      [
        [0, 'launcher', 'begin'],
        [later * 2, 'launcher', 'same'],
      ],
    ],
  ])('%s', (_what, steps) => {
    let now = 0
    const requests = new EndRequests(() => now)
    for (const [at, request, answer] of steps) {
      now = 5000 + at
      expect(requests.ask(request)).toBe(answer)
    }
  })
})

describe('messages between launcher and app', () => {
  it('are told from anything else', () => {
    expect(['running', 'ready', 'window', 'shown'].map((kind) => stageOf({ kind }))).not.toContain(null)
    for (const other of [null, undefined, 'shown', 7, {}, { kind: 'end' }, { kind: 4 }])
      expect(stageOf(other)).toBeNull()
    expect(isEndMessage({ kind: 'end' })).toBe(true)
    for (const other of [null, 'end', {}, { kind: 'shown' }]) expect(isEndMessage(other)).toBe(false)
  })
})
