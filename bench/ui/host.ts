import { implement } from '@orpc/server'
import pino from 'pino'
import type { MonitorRouter } from '../../src/main/monitor/router.ts'
import { serveWeb } from '../../src/main/web/serve.ts'
import type { WebHost } from '../../src/main/web/serve.ts'
import type { AlertRule } from '../../src/shared/alerts.ts'
import type { Batch, ContractInputs } from '../../src/shared/contract.ts'
import { contract } from '../../src/shared/contract.ts'
import type { HealthNow } from '../../src/shared/health.ts'
import { createFakeApi } from '../../test/support/renderer/fake-api.ts'
import type { SyntheticNetwork } from './network.ts'

/** Time between two batches, milliseconds. */
const BATCH_MS = 100

/** A browser host whose engine is a synthetic network. */
export interface SyntheticHost {
  readonly url: string
  /** Names of the calls that windows made, in order. */
  readonly calls: readonly string[]
  /** Peers that change, and that come and leave, a second. */
  play(updates: number, comings: number): void
  rest(): void
  /** Tells the windows of one change. */
  tell(change: Omit<Batch, 'type' | 'seq'>): void
  close(): Promise<void>
}

/**
 * Serves the built renderer of `rendererDir` with a network that only pretends.
 * @param around what is served in place of the network's own router
 * @param health what the sentence is told from, where it is to be otherwise than the pretended network has it
 */
export async function serveSynthetic(
  network: Pick<SyntheticNetwork, 'snapshot' | 'step'>,
  rendererDir: string,
  around: (router: MonitorRouter) => MonitorRouter = (router) => router,
  health: Partial<HealthNow> = {},
): Promise<SyntheticHost> {
  let seq = 1
  let rules: readonly AlertRule[] = []
  const api = createFakeApi(() => ({ ...network.snapshot(seq), rules }))
  const { names, alerts } = api.client
  /** What rules come to is told, as the engine does. */
  const tellingRules = async <Result>(result: Promise<Result>): Promise<Result> => {
    const done = await result
    rules = await alerts.rules()
    api.push({ type: 'batch', seq: ++seq, rules })
    return done
  }
  /** So is what names come to. */
  const telling = async <Result>(result: Promise<Result>): Promise<Result> => {
    const done = await result
    api.push({ type: 'batch', seq: ++seq, names: await names.list() })
    return done
  }
  // The double answers each call of the contract, so the router is made by walking along both.
  const client = {
    ...api.client,
    health: { ...api.client.health, now: async () => ({ ...(await api.client.health.now()), ...health }) },
    alerts: {
      ...alerts,
      saveRule: (input: ContractInputs['alerts']['saveRule']) => tellingRules(alerts.saveRule(input)),
      removeRule: (input: ContractInputs['alerts']['removeRule']) => tellingRules(alerts.removeRule(input)),
    },
    names: {
      ...names,
      add: (input: ContractInputs['names']['add']) => telling(names.add(input)),
      import: (input: ContractInputs['names']['import']) => telling(names.import(input)),
      remove: (input: ContractInputs['names']['remove']) => telling(names.remove(input)),
    },
  }
  const router = routerOf(implement(contract), client) as MonitorRouter
  const host: WebHost = await serveWeb({ router: around(router), rendererDir, logger: pino({ level: 'silent' }) })
  let timer: ReturnType<typeof setInterval> | null = null
  const rest = (): void => {
    if (timer !== null) clearInterval(timer)
    timer = null
  }
  return {
    calls: api.calls,
    url: host.url,
    play: (updates, comings) => {
      rest()
      const [each, come] = [(updates * BATCH_MS) / 1000, (comings * BATCH_MS) / 1000]
      timer = setInterval(() => api.push(network.step(++seq, each, come)), BATCH_MS)
    },
    rest,
    tell: (change) => api.push({ ...change, type: 'batch', seq: ++seq }),
    close: async () => {
      rest()
      api.cut()
      await host.close()
    },
  }
}

type Handler = (call: { readonly input: unknown; readonly signal?: AbortSignal }) => unknown
type Call = (input: unknown, options: { readonly signal?: AbortSignal }) => unknown
type Tree = { readonly [name: string]: Tree | Call }
type Procedures = { readonly handler: (handler: Handler) => unknown } & { readonly [name: string]: Procedures }

function routerOf(os: unknown, client: unknown): unknown {
  const at = os as Procedures
  const entries = Object.entries(client as Tree).map(([name, part]) => {
    const procedure = at[name]
    if (procedure === undefined) throw new Error(`the contract has no ${name}`)
    if (typeof part !== 'function') return [name, routerOf(procedure, part)]
    return [name, procedure.handler(({ input, signal }) => part(input, signal === undefined ? {} : { signal }))]
  })
  return Object.fromEntries(entries) as unknown
}
