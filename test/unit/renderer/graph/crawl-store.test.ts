import { AsyncIteratorClass } from '@orpc/client'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CrawlMessage, CrawlProgress } from '../../../../src/shared/contract.ts'
import { NotJoined } from '../../../../src/shared/errors.ts'
import { ALL_ASKED } from '../../../../src/shared/topology.ts'
import { createCrawlStore } from '../../../../src/renderer/src/graph/crawl-store.ts'
import type { CrawlStore } from '../../../../src/renderer/src/graph/crawl-store.ts'
import type { FakeClient } from '../../../support/renderer/fake-api.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

const PROGRESS: CrawlProgress = {
  asked: 3,
  waiting: 4,
  answered: 2,
  refused: 0,
  failed: 0,
  notAsked: ALL_ASKED,
  edges: 9,
  links: 5,
  strangers: 0,
  perSecond: 2,
  elapsedMs: 1000,
}
const ISLANDS = {
  count: 1,
  sizes: [24],
  fragments: { count: 0, peers: 0 },
  unknown: 0,
  bridgeCount: 0,
  bridges: [],
  articulationCount: 0,
  articulations: [],
  withSelf: true,
}
const ROW = { id: 7, at: 1_750_000_000_000, edgeCount: 9 }

/** An engine whose crawl says what the test says, and hangs until then or until it is called off. */
class Engine {
  begun = 0
  offered: ((message: CrawlMessage | Error | null) => void) | null = null
  readonly #waiting: (CrawlMessage | Error | null)[] = []
  readonly store: CrawlStore

  constructor(overrides: Partial<FakeClient['topology']> = {}) {
    const { client } = createFakeApi(() => fakeSnapshot(8, 1_750_000_000_000))
    this.store = createCrawlStore({
      topology: {
        ...client.topology,
        list: async () => ({ topologies: [ROW], more: false }),
        crawl: async (_input, options) => {
          this.begun += 1
          const { signal } = options ?? {}
          return new AsyncIteratorClass<CrawlMessage, undefined, void>(
            async () => {
              const next = this.#waiting.shift() ?? (await this.#next(signal))
              if (next instanceof Error) throw next
              return next === null ? { done: true, value: undefined } : { done: false, value: next }
            },
            async () => undefined,
          )
        },
        ...overrides,
      },
    })
  }

  /** Null ends the stream. */
  async say(message: CrawlMessage | Error | null): Promise<void> {
    if (this.offered === null) this.#waiting.push(message)
    else this.offered(message)
    await settled()
  }

  #next(signal: AbortSignal | undefined): Promise<CrawlMessage | Error | null> {
    return new Promise((resolve) => {
      this.offered = (message) => {
        this.offered = null
        resolve(message)
      }
      signal?.addEventListener('abort', () => this.offered?.(new Error('aborted')), { once: true })
    })
  }
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

let engine: Engine
beforeEach(() => {
  engine = new Engine()
})

describe('a crawl as the window has it', () => {
  it('is watched to its end, and what is stored is read then', async () => {
    const { store } = engine
    const crawling = store.start()
    expect(store.getState()).toMatchObject({ open: true, state: 'running', progress: null })
    await engine.say({ kind: 'progress', progress: PROGRESS })
    expect(store.getState()).toMatchObject({ state: 'running', progress: PROGRESS, stored: [] })
    await engine.say({
      kind: 'done',
      progress: { ...PROGRESS, waiting: 0 },
      topology: ROW,
      islands: ISLANDS,
      verdict: '1 island of 24',
    })
    await engine.say(null)
    await crawling
    expect(store.getState()).toMatchObject({
      state: 'done',
      result: ROW,
      verdict: '1 island of 24',
      islands: ISLANDS.count,
      stored: [ROW],
      failure: null,
    })
  })

  it('is begun once, however often it is asked for', async () => {
    const { store } = engine
    const both = [store.start(), store.start()]
    await settled()
    expect(engine.begun).toBe(1)
    store.cancel()
    await Promise.all(both)
    expect(store.getState().state).toBe('cancelled')
    const again = store.start()
    await settled()
    expect(engine.begun).toBe(2)
    store.cancel()
    await again
  })

  it('keeps its numbers when it is called off, and tells why it failed', async () => {
    const { store } = engine
    const crawling = store.start()
    await engine.say({ kind: 'progress', progress: PROGRESS })
    store.cancel()
    await crawling
    expect(store.getState()).toMatchObject({ state: 'cancelled', progress: PROGRESS, failure: null })
    const failing = store.start()
    await engine.say(new NotJoined('no network is joined'))
    await failing
    expect(store.getState()).toMatchObject({ state: 'failed', failure: { code: 'NotJoined' } })
  })

  it('forgets all with the network, and what comes late for it', async () => {
    const { store } = engine
    const crawling = store.start()
    await engine.say({ kind: 'progress', progress: PROGRESS })
    store.clear()
    await crawling
    expect(store.getState()).toMatchObject({ open: false, state: 'idle', progress: null, stored: [] })
  })

  it('compares what is stored with now, and tells what fails', async () => {
    const change = { cameCount: 2, wentCount: 1, same: 4, came: [], went: [] }
    const { store } = new Engine({ compare: async () => change })
    await store.compare(7)
    expect(store.getState().changes).toEqual(new Map([[7, change]]))
    const failing = new Engine({ compare: () => Promise.reject(new NotJoined('no network is joined')) })
    await failing.store.compare(7)
    expect(failing.store.getState().failure).toMatchObject({ code: 'NotJoined' })
  })
})
