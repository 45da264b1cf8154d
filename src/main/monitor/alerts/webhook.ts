/** Posts alerts to a URL that the user gave. The URL may hold a secret: only its origin is ever logged. */
import { inNetwork } from '../../../shared/alert-happenings.ts'
import type { Alert } from '../../../shared/alerts.ts'
import { formatUtc } from '../../../shared/time.ts'
import { webhookProblem } from '../../../shared/webhook-url.ts'
import type { Clock } from '../../discovery/ports.ts'
import type { Logger } from '../open-node.ts'

/** How long one try may take, milliseconds. */
const TRY_MS = 5000
/** Pauses before the second and the third try, milliseconds. */
const PAUSES: readonly number[] = [1000, 4000]
/** Alerts that wait for one receiver; more are dropped. */
const MAX_WAITING = 50
/** Receivers that are posted to at the same time; rules have fewer, unless many of them change while receivers hang. */
const MAX_QUEUES = 100

/** What posting works with. */
export interface WebhookParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly fetch: typeof fetch
}

/** How a post ended. */
export type Posted = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** What waits for one receiver. */
interface Queue {
  waiting: number
  last: Promise<unknown>
  /** Alerts that were dropped since the receiver took one. */
  dropped: number
}

/**
 * Posts to each receiver one alert after the other. A receiver is a URL, not a host: many webhooks of a chat service are on
 * one host. Receivers do not wait for each other.
 */
export class Webhooks {
  readonly #parts: WebhookParts
  readonly #ended = new AbortController()
  /** By receiver. */
  readonly #queues = new Map<string, Queue>()

  constructor(parts: WebhookParts) {
    this.#parts = parts
  }

  /**
   * Posts after those that wait for the same receiver already. A test does not wait for them, and is tried once. Never
   * rejects.
   */
  post(url: string, alert: Alert): Promise<Posted> {
    // No URL has a space.
    const key = alert.test ? `test ${url}` : url
    if (this.#queues.size >= MAX_QUEUES)
      for (const [other, { waiting }] of this.#queues) if (waiting === 0 && other !== key) this.#queues.delete(other)
    const queue = this.#queues.get(key) ?? { waiting: 0, last: Promise.resolve(), dropped: 0 }
    if (queue.waiting >= MAX_WAITING || (this.#queues.size >= MAX_QUEUES && !this.#queues.has(key)))
      return Promise.resolve(this.#drop(url, queue))
    queue.waiting += 1
    this.#queues.set(key, queue)
    const posted = queue.last.then(() => this.#post(url, alert, queue))
    queue.last = posted.finally(() => {
      queue.waiting -= 1
      // What was dropped is told with the next one.
      if (queue.waiting === 0 && queue.dropped === 0) this.#queues.delete(key)
    })
    return posted
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#ended.abort()
    await Promise.all([...this.#queues.values()].map(({ last }) => last))
  }

  #drop(url: string, queue: Queue): Posted {
    queue.dropped += 1
    const { dropped } = queue
    this.#parts.logger.warn({ origin: originOf(url), dropped }, 'an alert was dropped: too many wait for the webhook')
    return { ok: false, reason: `too many alerts wait for the webhook (${dropped} dropped)` }
  }

  async #post(url: string, alert: Alert, queue: Queue): Promise<Posted> {
    const problem = webhookProblem(url)
    if (problem !== null) return { ok: false, reason: problem }
    const { clock, logger } = this.#parts
    const tries = alert.test ? 1 : PAUSES.length + 1
    let reason = 'not tried'
    for (let tried = 0; tried < tries; tried += 1) {
      if (tried > 0) await pause(clock, PAUSES[tried - 1] ?? 0, this.#ended.signal)
      if (this.#ended.signal.aborted) return { ok: false, reason: 'Peerscope ended' }
      const { dropped } = queue
      const outcome = await this.#try(url, JSON.stringify({ ...bodyOf(alert), ...(dropped > 0 ? { dropped } : {}) }))
      if (outcome === null) {
        queue.dropped -= dropped
        return { ok: true }
      }
      reason = outcome.reason
      logger.warn({ origin: originOf(url), try: tried + 1, reason }, 'an alert could not be posted')
      if (!outcome.again) break
    }
    return { ok: false, reason }
  }

  /** Null when it was taken. */
  async #try(url: string, body: string): Promise<{ readonly reason: string; readonly again: boolean } | null> {
    const late = new AbortController()
    const cancel = this.#parts.clock.schedule(TRY_MS, () => late.abort())
    try {
      const response = await this.#parts.fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'peerscope' },
        body,
        // Wherever it points, the user did not choose it.
        redirect: 'manual',
        signal: AbortSignal.any([late.signal, this.#ended.signal]),
      })
      await response.body?.cancel().catch(() => undefined)
      if (response.ok) return null
      const { status } = response
      if (status >= 300 && status < 400)
        return { reason: `it redirects (${status}); redirects are not followed`, again: false }
      return { reason: `it answered ${status}`, again: status >= 500 || status === 429 || status === 408 }
    } catch (error) {
      if (this.#ended.signal.aborted) return { reason: 'Peerscope ended', again: false }
      if (late.signal.aborted) return { reason: `no answer within ${TRY_MS / 1000} s`, again: true }
      return { reason: troubleOf(error), again: true }
    } finally {
      cancel()
    }
  }
}

/** What is posted. `text` is what chat systems show. No addresses of anybody. */
export function bodyOf(alert: Alert): Readonly<Record<string, unknown>> {
  const { id, ruleId, ruleName, kind, network, peerId, firedAt, what, cause, test } = alert
  return {
    type: 'peerscope.alert',
    version: 1,
    text: `${test ? 'Test: ' : ''}${inNetwork(ruleName, network)}: ${what}.${cause === '' ? '' : ` ${cause}`}`,
    id,
    rule: { id: ruleId, name: ruleName, kind },
    network,
    peerId,
    firedAt: formatUtc(firedAt),
    what,
    cause,
    test,
  }
}

/** Scheme, host and port of a URL. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'not a URL'
}

/** Fetch's own messages may repeat the URL: only the system's code is taken. */
function troubleOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code)
    ? `it could not be reached (${code})`
    : 'it could not be reached'
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.schedule(ms, done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
