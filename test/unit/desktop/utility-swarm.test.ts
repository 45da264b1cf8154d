import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { ForkOptions, UtilityProcess } from 'electron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { utilitySwarm } from '../../../src/main/desktop/utility-swarm.ts'
import type { SwarmProcess } from '../../../src/main/monitor/swarm-protocol.ts'

/** Electron's handle of a process, as far as it is used, which does what Electron's does at the exit. */
class FakeUtility extends EventEmitter {
  readonly stderr = new PassThrough()
  readonly posted: unknown[] = []
  pid: number | undefined

  postMessage(message: unknown): void {
    this.posted.push(message)
  }

  exit(code: number): void {
    this.emit('exit', code)
    this.pid = undefined
    this.stderr.removeAllListeners()
  }
}

let utility: FakeUtility
let forked: { readonly path: string; readonly args: readonly string[]; readonly options: ForkOptions } | null
let swarm: SwarmProcess
let killed: ReturnType<typeof vi.spyOn>

beforeEach(() => {
  utility = new FakeUtility()
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  killed = vi.spyOn(process, 'kill').mockReturnValue(true)
  const fork = (path: string, args: readonly string[], options: ForkOptions): UtilityProcess => {
    forked = { path, args, options }
    return utility as unknown as UtilityProcess
  }
  swarm = utilitySwarm({ fork }, '/app.asar/out/main/swarm-process.js')(['demo-1', '24'])
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** What it tells at its end. */
async function endOf(ended: Promise<string>): Promise<string> {
  // What is in the stream arrives in real turns of the loop.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  await vi.runAllTimersAsync()
  return await ended
}

describe('the demo swarm in a utility process', () => {
  it('is started with its standard error kept, and no input', () => {
    expect(forked).toMatchObject({ path: '/app.asar/out/main/swarm-process.js', args: ['demo-1', '24'] })
    expect(forked?.options).toEqual({ serviceName: 'Peerscope demo swarm', stdio: ['ignore', 'ignore', 'pipe'] })
  })

  it('passes messages on, both ways', () => {
    const got: unknown[] = []
    swarm.onMessage((message) => got.push(message))
    utility.emit('message', { kind: 'up', addresses: [] })
    swarm.end()
    expect([got, utility.posted]).toEqual([[{ kind: 'up', addresses: [] }], ['end']])
  })

  it('tells what was written to standard error, also what is read only after the exit', async () => {
    utility.stderr.write('Error: no space')
    utility.exit(1)
    await Promise.resolve()
    utility.stderr.write(' left\n')
    expect(await endOf(swarm.ended)).toBe('Error: no space left')
  })

  it('tells a fatal error of V8, or else the exit code', async () => {
    utility.emit('error', 'FatalError', 'v8::ToLocalChecked', '{}')
    utility.stderr.end()
    utility.exit(5)
    expect(await endOf(swarm.ended)).toBe('FatalError in v8::ToLocalChecked')

    const second = new FakeUtility()
    const other = utilitySwarm({ fork: () => second as unknown as UtilityProcess }, 'x.js')([])
    second.stderr.end()
    second.exit(6)
    expect(await endOf(other.ended)).toBe('exit code 6')
  })

  it('posts nothing and kills nothing once it has ended: Electron crashes at the one, the other may hit a stranger', () => {
    utility.pid = 4711
    utility.once('exit', () => {
      swarm.end()
      swarm.kill()
    })
    utility.exit(0)
    expect([utility.posted, killed.mock.calls]).toEqual([[], []])
  })

  it('is killed at once, or as soon as it has a process', () => {
    swarm.kill()
    expect(killed).not.toHaveBeenCalled()
    utility.pid = 4711
    utility.emit('spawn')
    expect(killed.mock.calls).toEqual([[4711, 'SIGKILL']])
    killed.mockImplementation(() => {
      throw new Error('ESRCH')
    })
    swarm.kill()
    expect(killed).toHaveBeenCalledTimes(2)
  })
})
