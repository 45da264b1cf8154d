import { pino } from 'pino'
import { errorShape } from '../../src/shared/errors.ts'
import { Monitor } from '../../src/main/monitor/monitor.ts'
import type { MonitorOptions } from '../../src/main/monitor/monitor.ts'
import { createRouter } from '../../src/main/monitor/router.ts'

/** A monitor that keeps everything in memory and listens on loopback, with its router. Close it. */
export function testMonitor(options: Partial<MonitorOptions> = {}): {
  readonly monitor: Monitor
  readonly router: ReturnType<typeof createRouter>
} {
  const monitor = new Monitor({
    dataDir: null,
    logger: pino({ enabled: false }),
    info: {
      version: '0.0.0',
      host: 'web',
      node: process.version,
      platform: process.platform,
      initialNetwork: null,
      initialKind: 'peerscope',
    },
    startSwarm: null,
    overrides: { listen: ['/ip4/127.0.0.1/tcp/0'], dht: false, mdns: false },
    ...options,
  })
  return { monitor, router: createRouter(monitor) }
}

/** How a call ended: `ok`, or the code of its error. */
export function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (error: unknown) => errorShape(error).code,
  )
}
