import { expect, test } from 'vitest'
import { narrowed, readPicture } from '../../../../src/renderer/src/compare/read-picture.ts'
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

test('a part of the name of a file that is open names it, unless it is a time or what a file is called', () => {
  const names = ['10m.peerscope', 'before now.peerscope', 'now', 'Fox Before.peerscope']
  const open = new Map(names.map((name) => [name, { ...FILE, name }]))
  const picked = (value: string) => readPicture(value, open, null, now).picked
  expect(picked('10')).toMatchObject({ name: '10m.peerscope' })
  expect(picked('BEFORE fox')).toMatchObject({ name: 'Fox Before.peerscope' })
  expect(picked('before')).toMatchObject({ name: 'before now.peerscope' })
  expect([picked('10m ago'), picked('now')]).toEqual([at(now - HOUR / 6).picked, at(null).picked])
  const { problem } = readPicture('soonish', open, null, now)
  expect(problem).toMatch(/is not a time\..*No snapshot that is open has that in its name\.$/)
  expect(readPicture('soonish', new Map(), null, now).problem).not.toContain('snapshot')
})

test('what is typed narrows what is offered, files first', () => {
  const names = ['s10.peerscope', 's2.peerscope']
  expect(narrowed(' ', ['now', '10m ago'], names)).toEqual(['now', '10m ago', ...names])
  expect(narrowed('10', ['now', '10m ago'], names)).toEqual(['s10.peerscope', '10m ago'])
  expect(narrowed('AGO 10', ['now', '10m ago'], names)).toEqual(['10m ago'])
  expect(narrowed('16:05', ['now', '10m ago'], names)).toEqual([])
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
