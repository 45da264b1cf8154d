import { StreamEnded } from '../../../shared/errors.ts'
import { sleep, withDeadline } from '../base/deadline.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../entry/entry.ts'
import type { Exchange, ExchangeInput } from '../exchange/exchange.ts'
import type { Clock, Link } from '../ports.ts'
import { errorOf } from './errors.ts'
import { PendingVerdicts } from './verdicts.ts'

/** What the runner does an exchange's work with. */
export interface ExchangeIo {
  readonly clock: Clock
  /** How long the other side may be silent, milliseconds; null where the caller's own deadline is enough. */
  readonly silenceMs: number | null
  /** What the exchange is, for the text of a timeout. */
  readonly what: string
  verify(entries: readonly UnverifiedEntry[], signal: AbortSignal): Promise<readonly (SignedPeerEntry | null)[]>
  /** Offers entries to the catalog; the number of those that changed it. */
  store(entries: readonly SignedPeerEntry[]): Promise<number>
  /** Something came from the other side. */
  heard?(): void
}

/**
 * Runs an exchange over an open link to its end: read, machine, write. The link stays open.
 * @throws what the machine failed with; StreamFailed when the stream broke, Timeout after a silence, Cancelled
 */
export async function runExchange<Result>(
  exchange: Exchange<Result>,
  link: Link,
  io: ExchangeIo,
  signal: AbortSignal,
): Promise<Result> {
  let input: ExchangeInput = { kind: 'begin' }
  const verdicts = new PendingVerdicts()
  for (;;) {
    const action = exchange.step(input, io.clock.monotonic())
    switch (action.kind) {
      case 'send':
        await link.write(action.message, signal)
        input = await heard(link, io, signal)
        break
      case 'sendAhead':
        await link.write(action.message, signal)
        input = { kind: 'resumed' }
        break
      case 'read':
        input = await heard(link, io, signal)
        break
      case 'verify':
        verdicts.begin(io.verify(action.entries, signal))
        input = { kind: 'verified', entries: await verdicts.next() }
        break
      case 'verifyAhead':
        verdicts.begin(io.verify(action.entries, signal))
        await sleep(io.clock, 0, signal)
        input = { kind: 'resumed' }
        break
      case 'awaitVerdicts':
        input = { kind: 'verified', entries: await verdicts.next() }
        break
      case 'expectMany':
        input = { kind: 'resumed' }
        break
      case 'store':
        input = { kind: 'stored', changed: await io.store(action.entries) }
        break
      case 'yield':
        await sleep(io.clock, 0, signal)
        input = { kind: 'resumed' }
        break
      case 'close':
        await link.close()
        input = { kind: 'resumed' }
        break
      case 'done':
        if (action.last !== undefined) await link.write(action.last, signal)
        return action.result
      case 'fail':
        throw action.error
    }
  }
}

async function heard(link: Link, io: ExchangeIo, signal: AbortSignal): Promise<ExchangeInput> {
  try {
    const { silenceMs, what } = io
    const bytes =
      silenceMs === null
        ? await link.read(signal)
        : await withDeadline(io.clock, silenceMs, signal, `waiting for ${link.remote} in ${what}`, (inner) =>
            link.read(inner),
          )
    io.heard?.()
    return { kind: 'message', bytes }
  } catch (error) {
    if (error instanceof StreamEnded) return { kind: 'ended' }
    throw error
  }
}

/**
 * Runs an exchange that we began, and closes its link; resets it where the exchange fails.
 * @throws as `runExchange`
 */
export async function askOver<Result>(
  exchange: Exchange<Result>,
  link: Link,
  io: ExchangeIo,
  signal: AbortSignal,
): Promise<Result> {
  try {
    const result = await runExchange(exchange, link, io, signal)
    await link.close()
    return result
  } catch (error) {
    link.abort(errorOf(error))
    throw error
  }
}
