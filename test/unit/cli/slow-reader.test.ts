/** A reader that is stopped holds up no run, fills no memory, and hears what it missed. */
import { expect, it } from 'vitest'
import type { Io } from '../../../src/main/cli/io.ts'
import { cliLogger } from '../../../src/main/cli/log.ts'
import { createPrinter } from '../../../src/main/cli/output.ts'

function rig() {
  const said = { out: [] as string[], err: [] as string[] }
  const waiting = { out: 0, err: 0 }
  const io: Io = {
    out: (text) => void said.out.push(text),
    err: (text) => void said.err.push(text),
    waiting: () => waiting,
    lines: () => null,
    endInput: () => undefined,
    env: {},
    interactive: false,
    stop: new AbortController().signal,
  }
  return { io, said, waiting }
}

it('events are counted while too much waits, and the count comes first when it is read again', () => {
  const { io, said, waiting } = rig()
  const printer = createPrinter(io, true, () => 7)
  printer.event('one', {}, null)
  waiting.out = 16 * 1024 * 1024
  printer.event('two', {}, null)
  // A little room would be full at once.
  waiting.out -= 1
  printer.event('three', {}, null)
  waiting.out = 0
  printer.event('four', {}, null)
  expect(said.out.map((line) => JSON.parse(line) as unknown)).toEqual([
    { event: 'one' },
    { event: 'EventsMissed', at: 7, count: 2 },
    { event: 'four' },
  ])
})

it('lines of the log are counted likewise', () => {
  const { io, said, waiting } = rig()
  const logger = cliLogger(io, false)
  waiting.err = 4 * 1024 * 1024
  for (let time = 0; time < 3; time += 1) logger.warn('unread')
  waiting.err = 0
  logger.warn('read')
  expect(said.err.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    '3 lines are missing here: the log was not read',
    'read',
  ])
})
