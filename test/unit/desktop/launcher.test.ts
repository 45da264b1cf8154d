import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { connectLauncher } from '../../../src/main/desktop/launcher.ts'
import { endOnSignals } from '../../../src/main/desktop/signals.ts'
import { broughtBy, isAgainMessage, isHandedOverMessage, LAUNCHED } from '../../../src/shared/launcher-channel.ts'

function setUp(env: Record<string, string | undefined>, connected: boolean | undefined) {
  const calls: string[] = []
  const app = Object.assign(new EventEmitter(), {
    quit: () => void calls.push('quit'),
    exit: (code: number) => void calls.push(`exit ${code}`),
  })
  const own = Object.assign(new EventEmitter(), {
    env,
    connected,
    stdout: new EventEmitter(),
    stderr: new EventEmitter(),
    send:
      connected === undefined
        ? undefined
        : (message: object) => {
            calls.push(JSON.stringify(message))
            return true
          },
  })
  let now = 0
  const requestEnd = endOnSignals(app as never, own, () => now)
  const launcher = connectLauncher(app as never, own, () => requestEnd('launcher'))
  return { app, own, calls, launcher, later: (ms: number) => (now += ms) }
}

describe('the app and its launcher', () => {
  it('tells how far it is, and ends once when it is asked to or the launcher is gone', () => {
    const { app, own, calls } = setUp({ [LAUNCHED]: '1' }, true)
    app.emit('ready')
    const window = new EventEmitter()
    app.emit('browser-window-created', {}, window)
    window.emit('show')
    window.emit('show')
    expect(calls).toEqual(['running', 'ready', 'window', 'shown'].map((kind) => JSON.stringify({ kind })))
    calls.length = 0
    own.emit('message', { kind: 'something else' })
    expect(calls).toEqual([])
    own.emit('message', { kind: 'end' })
    own.emit('disconnect')
    expect(calls).toEqual(['quit'])
    // Our own children are not this launcher's.
    expect(own.env).not.toHaveProperty(LAUNCHED)
  })

  it('tells that another instance took over', () => {
    const { calls, launcher } = setUp({ [LAUNCHED]: '1' }, true)
    launcher.handedOver()
    expect(isHandedOverMessage(JSON.parse(calls.at(-1) ?? ''))).toBe(true)
  })

  it('is started again by a launcher that is there', () => {
    const { own, calls, launcher } = setUp({ [LAUNCHED]: '1' }, true)
    expect(launcher.again(['/a.peerscope', 'peerscope://join?network=x'])).toBe(true)
    const message: unknown = JSON.parse(calls.at(-1) ?? '')
    expect(isAgainMessage(message)).toBe(true)
    expect(broughtBy(message)).toEqual(['/a.peerscope', 'peerscope://join?network=x'])
    for (const other of [null, {}, { kind: 'again' }, { kind: 'again', brought: 1 }, { kind: 'x', brought: ['y'] }])
      expect(broughtBy(other)).toEqual([])
    own.connected = false
    expect(launcher.again([])).toBe(false)
  })

  it('ends when the launcher is gone without a word', () => {
    const { own, calls } = setUp({ [LAUNCHED]: '1' }, true)
    own.emit('disconnect')
    expect(calls.at(-1)).toBe('quit')
  })

  it('ends when the launcher was gone before it looked', () => {
    expect(setUp({ [LAUNCHED]: '1' }, false).calls).toContain('quit')
  })

  it.each([
    ['no launcher', {}, undefined],
    ['a channel of somebody else', {}, true],
    ['the variable, but no channel', { [LAUNCHED]: '1' }, undefined],
  ])('is on its own with %s', (_what, env, connected) => {
    const { app, own, calls, launcher } = setUp(env, connected)
    app.emit('ready')
    launcher.tell('shown')
    launcher.handedOver()
    expect(launcher.again([])).toBe(false)
    own.emit('disconnect')
    expect(calls).toEqual([])
  })
})

describe('signals to the app', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s ends it gracefully, once', (signal) => {
    const { app, own, calls, later } = setUp({}, undefined)
    // Chromium's own handlers would be put in the place of earlier ones.
    expect(own.listenerCount(signal)).toBe(0)
    app.emit('ready')
    own.emit(signal)
    own.emit(signal)
    own.emit('SIGINT')
    expect(calls).toEqual(['quit'])
    later(10_000)
    own.emit('SIGTERM')
    expect(calls).toEqual(['quit'])
    own.emit('SIGINT')
    expect(calls).toEqual(['quit', 'exit 130'])
  })

  it('goes on when nobody reads what it writes', () => {
    const { own } = setUp({}, undefined)
    for (const stream of [own.stdout, own.stderr])
      expect(() => stream.emit('error', new Error('write EIO'))).not.toThrow()
  })
})
