/** The contract as the window's port has it: the same for the life of the window, whichever engine answers. */
import { implement, ORPCError } from '@orpc/server'
import { contract } from '../../shared/contract.ts'
import { errorShape, Unavailable } from '../../shared/errors.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import type { Engine } from './engine.ts'

/** Why a call is not answered. */
export const STOPPED = 'Peerscope stopped watching the network; restart it in the window'

/** One call of the contract. */
export type Call = (input: unknown, options: { readonly signal?: AbortSignal }) => Promise<unknown>

type Handler = (call: { readonly input: unknown; readonly signal?: AbortSignal }) => unknown
type Implementer = { readonly handler: (handler: Handler) => unknown } & { readonly [name: string]: Implementer }

/**
 * Implements every call of the contract by the engine that runs when it comes. So the page's port and the page itself
 * survive a restart of the engine.
 */
export function engineRouter(engine: Pick<Engine, 'call'>): MonitorRouter {
  // The engine's own router checks what comes in and goes out; once is enough.
  const unchecked = { initialInputValidationIndex: Number.NaN, initialOutputValidationIndex: Number.NaN }
  const os: unknown = implement(contract, unchecked)
  // The contract is walked along, so that no call of it is left out.
  return routerOf(os as Implementer, contract, [], engine) as MonitorRouter
}

function routerOf(os: Implementer, part: object, path: readonly string[], engine: Pick<Engine, 'call'>): unknown {
  if ('~orpc' in part) return os.handler(({ input, signal }) => engine.call(path, input, signal))
  const entries = Object.entries(part).map(([name, member]: [string, object]) => {
    const next = os[name]
    if (next === undefined) throw new Error(`the contract has no ${name}`)
    return [name, routerOf(next, member, [...path, name], engine)] as const
  })
  return Object.fromEntries(entries)
}

/** The call of a path in a client, or null. */
export function callOf(client: unknown, [group = '', name = '']: readonly string[]): Call | null {
  const calls = client as { readonly [group: string]: { readonly [name: string]: Call } | undefined }
  return calls[group]?.[name] ?? null
}

/** As it crosses to the page. */
export function stopped(): ORPCError<string, unknown> {
  const shape = errorShape(new Unavailable(STOPPED))
  return new ORPCError(shape.code, { message: shape.message, data: shape })
}

/** The work's outcome, or `Unavailable` as soon as the engine ends. */
export function whileRuns<T>(ended: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onEnd = (): void => reject(stopped())
    if (ended.aborted) onEnd()
    ended.addEventListener('abort', onEnd)
    work.then(resolve, reject).finally(() => ended.removeEventListener('abort', onEnd))
  })
}

/** The same for each step of a stream. */
export async function* streamWhileRuns(ended: AbortSignal, stream: AsyncIterator<unknown>): AsyncGenerator {
  try {
    for (;;) {
      const { done, value } = await whileRuns(ended, stream.next())
      if (done === true) return value
      yield value
    }
  } finally {
    // One that is stuck in an engine that ended would not return.
    const returned = Promise.resolve(stream.return?.())
    if (ended.aborted) returned.catch(() => undefined)
    else await returned
  }
}

/** Whether what a call gave is a stream. */
export function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}
