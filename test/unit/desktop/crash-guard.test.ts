import { EventEmitter } from 'node:events'
import { homedir } from 'node:os'
import { pino } from 'pino'
import { expect, it, vi } from 'vitest'
import { guardProcess } from '../../../src/main/desktop/crash-guard.ts'
import { failureDetails } from '../../../src/main/desktop/failure-details.ts'

function rig() {
  const events = new EventEmitter()
  const lines: string[] = []
  const fail = vi.fn<(error: unknown) => void>()
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  return { events, lines, fail, end: guardProcess(events, logger, fail) }
}

it('an uncaught exception fails the engine, whatever was thrown', () => {
  const { events, lines, fail } = rig()
  const thrown = [new TypeError('boom'), 'a text', undefined, null, { code: 7 }]
  for (const error of thrown) events.emit('uncaughtException', error)
  expect(fail.mock.calls.map(([error]) => error)).toEqual(thrown)
  expect(lines).toHaveLength(thrown.length)
})

it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENETUNREACH'])(
  'a connection that breaks with %s is logged only',
  (code) => {
    const { events, lines, fail } = rig()
    events.emit('uncaughtException', Object.assign(new Error('write'), { code }))
    expect(fail).not.toHaveBeenCalled()
    expect(lines.join('')).toContain(code)
  },
)

it('a rejection that nobody handled is logged only', () => {
  const { events, lines, fail } = rig()
  events.emit('unhandledRejection', new Error('dropped'))
  expect(fail).not.toHaveBeenCalled()
  expect(lines.join('')).toContain('dropped')
})

it('listens no longer than it should', () => {
  const { events, end } = rig()
  end()
  expect(events.eventNames()).toEqual([])
})

it('the details of a failure tell the program, the time and each cause, and nothing of whose machine it is', () => {
  const cause = Object.assign(new Error(`EACCES: ${homedir()}/x, 198.51.100.7`), { code: 'EACCES' })
  const details = failureDetails(new TypeError('boom', { cause }), 0, 'Peerscope 1.2.3')
  expect(details).toMatch(/^Peerscope 1\.2\.3\n1970-01-01T00:00:00\.000Z\nTypeError: boom\n +at .*crash-guard\.test/)
  expect(details).toContain('Caused by: Error: EACCES: ~/x, <')
  expect(details).toContain('(EACCES)')
  expect(details).not.toContain('198.51.100.7')
  expect(failureDetails('a text', 0, 'P')).toBe('P\n1970-01-01T00:00:00.000Z\na text')
  const loop = new Error('loop')
  loop.cause = loop
  expect(failureDetails(loop, 0, 'P').match(/Caused by/g)).toHaveLength(4)
})
