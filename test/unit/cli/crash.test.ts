import { spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CRASH_MS, endOnException } from '../../../src/main/cli/crash.ts'

const MAIN = new URL('../../../src/main/cli/main.ts', import.meta.url).pathname

afterEach(() => void vi.useRealTimers())

describe('an exception that nobody caught', () => {
  const rig = (json: boolean) => {
    const events = new EventEmitter()
    const parts = { out: vi.fn<(text: string) => void>(), err: vi.fn<(text: string) => void>() }
    const ends = { stop: vi.fn<() => void>(), exit: vi.fn<(code: number) => void>() }
    return { events, ...parts, ...ends, crashed: endOnException({ events, json, ...parts, ...ends }) }
  }

  it('asks the run to end once, and ends it where it does not', () => {
    vi.useFakeTimers()
    const { events, out, err, stop, exit, crashed } = rig(false)
    expect(crashed()).toBe(false)
    events.emit('uncaughtException', new TypeError('boom'))
    events.emit('uncaughtException', new TypeError('a consequence'))
    expect(crashed()).toBe(true)
    expect(stop).toHaveBeenCalledOnce()
    expect(err).toHaveBeenCalledOnce()
    expect(err.mock.calls[0]?.[0]).toContain('TypeError: boom')
    expect(out).not.toHaveBeenCalled()
    vi.advanceTimersByTime(CRASH_MS - 1)
    expect(exit).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(exit).toHaveBeenCalledExactlyOnceWith(1)
  })

  it('is a line of JSON where that is wanted', () => {
    vi.useFakeTimers()
    const { events, out } = rig(true)
    events.emit('uncaughtException', 'a text')
    expect(JSON.parse(out.mock.calls[0]?.[0] ?? '')).toEqual({
      event: 'error',
      name: 'Internal',
      code: 'Internal',
      message: 'a text',
    })
  })

  it('ends the browser host with its goodbye, words and code 1', async () => {
    const data = mkdtempSync(join(tmpdir(), 'peerscope-crash-'))
    const flags = ['--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0', '--data', data, '--json']
    const crash = 'process.once("message", () => { throw new Error("boom") })'
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${crash}`, MAIN, 'serve', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const said = { out: '', err: '' }
    child.stdout?.on('data', (chunk: Buffer) => {
      said.out += chunk.toString()
      if (said.out.includes('"serving"') && child.connected && !said.out.includes('"error"')) child.send('now')
    })
    child.stderr?.on('data', (chunk: Buffer) => void (said.err += chunk.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    rmSync(data, { recursive: true, force: true })
    expect(code).toBe(1)
    expect(said.out).toContain('"message":"boom"')
    expect(said.err).toContain('peerscope: an unexpected error')
    expect(said.err).toContain('Error: boom')
  }, 60_000)
})
