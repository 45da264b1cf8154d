/** Metrics with the endpoint that serves them. Loaded only where they are asked for. */
import type { Endpoint } from './endpoint-address.ts'
import { serveMetrics } from './endpoint.ts'
import type { MetricsOptions } from './metrics.ts'
import { Metrics } from './metrics.ts'

/** Metrics that are served. */
export interface OpenMetrics {
  readonly metrics: Metrics
  readonly url: string
  /** Idempotent. */
  close(): Promise<void>
}

/** @throws ListenFailed when the port is taken or the address is not ours */
export async function openMetrics(at: Endpoint, options: MetricsOptions): Promise<OpenMetrics> {
  const metrics = new Metrics(options)
  const server = await serveMetrics(metrics, at, options.logger)
  return { metrics, url: server.url, close: () => server.close() }
}
