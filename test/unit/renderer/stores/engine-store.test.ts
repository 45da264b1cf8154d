import { describe, expect, it } from 'vitest'
import type { EngineFailure, EngineState } from '../../../../src/shared/desktop-binding.ts'
import {
  applyEngine,
  createEngineStore,
  followEngine,
  orUntilRestarted,
} from '../../../../src/renderer/src/stores/engine-store.ts'

const failed: EngineFailure = {
  state: 'failed',
  while: 'running',
  code: 'Internal',
  message: 'boom',
  at: 0,
  rejoin: null,
  details: '',
}

describe('what the window knows of the engine', () => {
  it('keeps the failure while it is started again, and until it runs', () => {
    const store = createEngineStore()
    applyEngine(store, { state: 'starting' })
    expect(store.getState()).toEqual({ failure: null, starting: true })
    applyEngine(store, { state: 'running' })
    applyEngine(store, failed)
    expect(store.getState()).toEqual({ failure: failed, starting: false })
    applyEngine(store, { state: 'starting' })
    expect(store.getState()).toEqual({ failure: failed, starting: true })
    applyEngine(store, { state: 'closed' })
    applyEngine(store, { state: 'running' })
    expect(store.getState()).toEqual({ failure: null, starting: false })
  })

  it('comes from a stream that is asked for again when it breaks, until it is called off', async () => {
    const store = createEngineStore()
    const ending = new AbortController()
    const streams: EngineState[][] = [[{ state: 'running' }, failed], [], [{ state: 'running' }]]
    const engine = async function* (): AsyncGenerator<EngineState> {
      const states = streams.shift() ?? []
      yield* states
      if (states.length === 0) throw new Error('the port is gone')
    }
    const seen: unknown[] = []
    const wait = async (): Promise<void> => {
      seen.push(store.getState().failure?.message ?? null)
      if (streams.length === 0) ending.abort()
    }
    await followEngine({ engine: async () => engine() as never }, store, wait, ending.signal)
    expect(seen).toEqual(['boom', 'boom', null])
  })
})

describe('a wait for the view', () => {
  /** Ends only by its signal. */
  const forever = (_ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve())
    })

  it('ends as soon as a failed engine runs again', async () => {
    const store = createEngineStore()
    applyEngine(store, failed)
    const waiting = orUntilRestarted(store, forever)(5000, new AbortController().signal)
    applyEngine(store, { state: 'starting' })
    applyEngine(store, { state: 'running' })
    await expect(waiting).resolves.toBeUndefined()
  })

  it('ends with its time and with its signal, before or after', async () => {
    const store = createEngineStore()
    const ending = new AbortController()
    await orUntilRestarted(store, async () => undefined)(1, ending.signal)
    const waiting = orUntilRestarted(store, forever)(1, ending.signal)
    ending.abort()
    await waiting
    await expect(orUntilRestarted(store, forever)(1, ending.signal)).resolves.toBeUndefined()
  })
})
