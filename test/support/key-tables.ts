/**
 * A thread, so with modules of its own, that loads the program step by step and counts what the tables of @noble/ed25519 cost.
 * Building them doubles points; making a key and signing with built tables doubles none.
 */
import { parentPort } from 'node:worker_threads'
import { Point } from '@noble/ed25519'

/** Doublings in each step. */
export interface TableCosts {
  /** Loading the command line and printing its help. */
  readonly help: number
  /** Loading what a host opens its monitor with. */
  readonly host: number
  /** The first key and signature after that. */
  readonly first: number
  /** What a join prepares after that. */
  readonly join: number
}

let doubled = 0
const double = Reflect.get(Point.prototype, 'double')
Point.prototype.double = function (this: Point): Point {
  doubled += 1
  return double.call(this)
}

async function costOf(step: () => unknown): Promise<number> {
  const before = doubled
  await step()
  return doubled - before
}

const help = await costOf(async () => {
  const { run } = await import('../../src/main/cli/run.ts')
  await run(['--help'], {
    out: () => undefined,
    err: () => undefined,
    lines: () => null,
    endInput: () => undefined,
    env: {},
    interactive: false,
    stop: AbortSignal.abort(),
  })
})
const host = await costOf(() => import('../../src/main/monitor/host.ts'))
const { createSignatures, prepareSignatures } = await import('../../src/main/network/signatures.ts')
const secret = new Uint8Array(32).fill(7)
const first = await costOf(() => {
  const signatures = createSignatures()
  signatures.publicKey(secret)
  signatures.sign(secret, secret)
})
const join = await costOf(prepareSignatures)
parentPort?.postMessage({ help, host, first, join } satisfies TableCosts, [])
