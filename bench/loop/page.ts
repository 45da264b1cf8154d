/** A page of the app in a thread of its own: calls the contract over a port, as the window does. */
import { parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../src/shared/contract.ts'
import type { FromPage, ToPage } from './protocol.ts'

/** Pause between two trivial calls, milliseconds. */
const PING_EVERY_MS = 10

const { port, pings } = workerData as { readonly port: MessagePort; readonly pings: boolean }
const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port }))
let took: number[] = []

parentPort?.on('message', (message: ToPage) => {
  if (message.kind === 'taken') {
    answer({ kind: 'taken', took })
    took = []
  } else void call(message)
})

if (pings) void pingForever()

async function pingForever(): Promise<never> {
  for (;;) {
    const from = performance.now()
    await client.app.info()
    took.push(performance.now() - from)
    await new Promise((resolve) => setTimeout(resolve, PING_EVERY_MS))
  }
}

/** Calls, and reads what comes to its end; a stream is left after `forMs`. */
async function call({ id, path, input, forMs }: Extract<ToPage, { kind: 'call' }>): Promise<void> {
  try {
    const options = forMs === undefined ? {} : { signal: AbortSignal.timeout(forMs) }
    const found = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client)
    const result = await (found as (input: unknown, options: object) => Promise<unknown>)(input, options)
    answer({ kind: 'done', id, result: isStream(result) ? await lastOf(result, forMs) : result })
  } catch (error) {
    answer({ kind: 'failed', id, reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
  }
}

async function lastOf(stream: AsyncIterable<unknown>, forMs: number | undefined): Promise<unknown> {
  let last: unknown
  try {
    for await (const item of stream) last = item
  } catch (error) {
    if (forMs === undefined) throw error
  }
  return last
}

function isStream(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result
}

function answer(message: FromPage): void {
  parentPort?.postMessage(message, [])
}
