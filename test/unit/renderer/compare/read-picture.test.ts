import { expect, test } from 'vitest'
import { readPicture } from '../../../../src/renderer/src/compare/read-picture.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'

const HOUR = 3_600_000
const now = new Date(2026, 10, 30, 12, 30).getTime()
const FILE = { kind: 'file', file: 'file-1', name: 'a.peerscope', at: null } as const
const files = new Map([[FILE.name, FILE]])
const at = (moment: number | null) => ({ picked: { kind: 'moment', at: moment }, problem: null })

test('a side is now, a file that is open, or a time', () => {
  expect(readPicture('Now ', files, null, now)).toEqual(at(null))
  expect(readPicture(FILE.name, files, null, now)).toEqual({ picked: FILE, problem: null })
  expect(readPicture('1h ago', files, null, now)).toEqual(at(now - HOUR))
  expect(readPicture(' ', files, null, now)).toEqual({ picked: null, problem: null })
})

test('of a history times count from its end, and none that it does not have is taken', () => {
  const to = now - 168 * HOUR
  const history = { file: null, title: 'some', moment: { from: to - 2 * HOUR, to, asOf: to } }
  const read = (value: string) => readPicture(value, files, history, now)
  expect(read('now')).toEqual(at(null))
  // Each time that is offered and within it.
  expect(read('10m ago')).toEqual(at(to - HOUR / 6))
  expect(strings.compare.offered).toContain('10m ago')
  expect(read('24h ago')).toMatchObject({ picked: null, problem: expect.stringMatching(/^The recording begins at/) })
  expect(read('2026-11-29 12:00')).toMatchObject({
    picked: null,
    problem: expect.stringMatching(/^The recording ends at 2026-11-23 12:30/),
  })
})
