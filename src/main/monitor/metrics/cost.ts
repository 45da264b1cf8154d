/** What Peerscope itself costs: processor, memory, bytes, dials. */
import { statSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ELDHistogram } from 'node:perf_hooks'
import type { Cost } from '../../../shared/reports.ts'
import type { DiscoveryStats } from '../../discovery/handle.ts'
import type { Clock } from '../../discovery/ports.ts'

/** Several who ask within this time get the same figures, milliseconds. */
const LEAST_MS = 1000
/** So long after the last look the event loop is still measured, milliseconds: its timer would wake an idle process 50 times a second. */
const MEASURED_MS = 30_000

/** What costs are read from. */
export interface CostParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'schedule'>
  /** Null while nothing is joined. */
  readonly stats: () => DiscoveryStats | null
  /** The database's file; null where there is none. */
  readonly storePath: string | null
  readonly process?: Pick<NodeJS.Process, 'cpuUsage' | 'memoryUsage' | 'uptime'>
  readonly delay?: Pick<ELDHistogram, 'enable' | 'disable' | 'reset' | 'percentile'>
}

interface Mark {
  readonly at: number
  /** Microseconds of processor time. */
  readonly cpu: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Measures from one look to the next. */
export class CostMeter {
  readonly #parts: CostParts
  readonly #process: NonNullable<CostParts['process']>
  readonly #delay: NonNullable<CostParts['delay']>
  /** Null while the event loop is not measured. */
  #cancel: (() => void) | null = null
  #mark: Mark
  #last: Cost | null = null

  constructor(parts: CostParts) {
    this.#parts = parts
    this.#process = parts.process ?? process
    this.#delay = parts.delay ?? monitorEventLoopDelay({ resolution: 20 })
    this.#mark = this.#now()
  }

  /** The cost since the look before. */
  look(): Cost {
    const { clock, stats } = this.#parts
    const mark = this.#now()
    const ms = mark.at - this.#mark.at
    if (this.#last !== null && ms < LEAST_MS) return this.#last
    const { rss, heapUsed } = this.#process.memoryUsage()
    const counters = stats()
    const cost: Cost = {
      at: clock.now(),
      uptimeMs: Math.round(this.#process.uptime() * 1000),
      cpuPercent: ms <= 0 ? 0 : Math.round(((mark.cpu - this.#mark.cpu) / 1000 / ms) * 1000) / 10,
      memoryBytes: rss,
      heapBytes: heapUsed,
      loopDelayMs: this.#loopDelay(),
      bytesIn: mark.bytesIn,
      bytesOut: mark.bytesOut,
      inPerSecond: rate(mark.bytesIn - this.#mark.bytesIn, ms),
      outPerSecond: rate(mark.bytesOut - this.#mark.bytesOut, ms),
      dials: counters?.dials ?? 0,
      syncsRunning: counters?.syncsRunning ?? 0,
      storeBytes: storeBytes(this.#parts.storePath),
    }
    this.#mark = mark
    this.#last = cost
    this.#measure()
    return cost
  }

  close(): void {
    if (this.#cancel === null) return
    this.#cancel()
    this.#cancel = null
    this.#delay.disable()
  }

  /** Measures the event loop from now on, until nobody looks. */
  #measure(): void {
    this.#cancel?.()
    this.#delay.enable()
    this.#delay.reset()
    this.#cancel = this.#parts.clock.schedule(MEASURED_MS, () => this.close())
  }

  #now(): Mark {
    const { user, system } = this.#process.cpuUsage()
    const stats = this.#parts.stats()
    return {
      at: this.#parts.clock.monotonic(),
      cpu: user + system,
      bytesIn: stats === null ? 0 : stats.gossipBytesIn + stats.streamBytesIn,
      bytesOut: stats === null ? 0 : stats.gossipBytesOut + stats.streamBytesOut,
    }
  }

  /** How late the loop was for all but the worst hundredth, beyond the timer's own resolution. */
  #loopDelay(): number | null {
    if (this.#cancel === null) return null
    const ms = this.#delay.percentile(99) / 1e6
    return Number.isFinite(ms) ? Math.round(Math.max(0, ms - 20) * 10) / 10 : null
  }
}

/** Bytes of a database and of the log that is written ahead of it; null where there is no file. */
export function storeBytes(path: string | null): number | null {
  if (path === null) return null
  const sizes = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** What another network was joined in between counts from there. */
function rate(bytes: number, ms: number): number {
  return ms <= 0 || bytes < 0 ? 0 : Math.round((bytes * 1000) / ms)
}
