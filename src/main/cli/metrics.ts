import { tmpdir } from 'node:os'
import packageJson from '../../../package.json' with { type: 'json' }
import type { OpenMetrics } from '../monitor/metrics/open.ts'
import type { Logger } from '../monitor/open-node.ts'
import type { ObserveFlags } from './flags.ts'
import type { Printer } from './output.ts'

/**
 * Serves metrics where `--metrics` says so; null without it. What they need is loaded only then.
 * @throws ListenFailed when the port is taken or the address is not ours
 */
export async function openMetricsFor(
  flags: ObserveFlags & { readonly data?: string },
  logger: Logger,
  printer: Printer,
): Promise<OpenMetrics | null> {
  if (flags.metrics === undefined) return null
  const { openMetrics } = await import('../monitor/metrics/open.ts')
  const served = await openMetrics(flags.metrics, {
    version: packageJson.version,
    logger,
    folder: flags.data ?? tmpdir(),
  })
  printer.event('metrics', { url: served.url }, `metrics are at ${served.url}`)
  return served
}
