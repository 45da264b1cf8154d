/** Serves metrics to Prometheus: `GET /metrics` and nothing else. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { AddressInfo } from 'node:net'
import { ListenFailed } from '../../../shared/errors.ts'
import { HTTP_OPTIONS, limitPlaces, MAX_CONNECTIONS } from '../http/places.ts'
import { hasBody, pathOf } from '../http/target.ts'
import type { Logger } from '../open-node.ts'
import type { Endpoint } from './endpoint-address.ts'
import type { Metrics } from './metrics.ts'

/** A running endpoint. */
export interface MetricsServer {
  readonly url: string
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Serves until it is closed.
 * @throws ListenFailed when the port is taken or the address is not ours
 */
export async function serveMetrics(metrics: Metrics, at: Endpoint, logger: Logger): Promise<MetricsServer> {
  let failed = false
  const warnOnce = (error: unknown): void => {
    if (!failed) logger.error({ err: error }, 'metrics could not be told; further failures are not logged')
    failed = true
  }
  const text = shared(() => metrics.text())
  const server = createServer(HTTP_OPTIONS, (request, response) => {
    if (request.socket.destroyed) return
    answer(metrics, text, request, response).catch((error: unknown) => {
      warnOnce(error)
      refuse(response, 500)
    })
  })
  limitPlaces(server, () => performance.now())
  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new ListenFailed(`metrics cannot be served on ${written(at)}: ${error.message}`, { cause: error })),
    )
    server.listen({ port: at.port, host: at.host, backlog: MAX_CONNECTIONS }, done)
  })
  // From here on an error, such as too many open files, concerns a connection: the next one may succeed.
  server.removeAllListeners('error').on('error', warnOnce)
  const { port } = server.address() as AddressInfo
  // Whoever stops does not wait for an idle Prometheus.
  server.unref()
  let closing: Promise<void> | null = null
  return {
    url: `http://${written({ host: at.host, port })}/metrics`,
    close: () => {
      closing ??= new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
      return closing
    },
  }
}

/** Calls that come while one runs share its result. */
function shared<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null
  return () => {
    running ??= call().finally(() => {
      running = null
    })
    return running
  }
}

async function answer(
  metrics: Metrics,
  textOf: () => Promise<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOwnHost(request.headersDistinct['host'])) return refuse(response, 403)
  const path = pathOf(request)
  if (path === null) return refuse(response, 400)
  if (path !== '/metrics') return refuse(response, 404)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return refuse(response, 405)
  }
  if (hasBody(request)) return refuse(response, 400)
  const text = await textOf()
  response.writeHead(200, {
    'Content-Type': metrics.contentType,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}

/** A page in a browser reaches us by a name that it pointed at us, never by an address. */
function isOwnHost([host, more]: readonly string[] = []): boolean {
  if (more !== undefined) return false
  const name = host?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') ?? ''
  return name === 'localhost' || isIP(name) !== 0
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy()
  else {
    response.shouldKeepAlive = false
    response.writeHead(status, { 'Content-Length': 0 }).end()
  }
}

function written({ host, port }: Endpoint): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}
