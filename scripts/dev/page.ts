/** The dev server: the page from its sources, changed in place when they change. */
import { randomBytes } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer, mergeConfig } from 'vite'
import type { InlineConfig, ViteDevServer } from 'vite'
import { PAGE_HEADERS } from '../../src/main/monitor/page.ts'

/** The running dev server. */
export interface DevPage {
  /** Such as `http://127.0.0.1:43210`. */
  readonly origin: string
  readonly http: Server
  readonly vite: ViteDevServer
  close(): Promise<void>
}

/** Serves the page on a free port of 127.0.0.1. @param config the renderer's, as electron-vite resolved it */
export async function serveDevPage(config: InlineConfig): Promise<DevPage> {
  // Each script of the page carries it, as React's refresh needs one inline.
  const nonce = randomBytes(16).toString('base64')
  const http = createHttpServer()
  const vite = await createServer(
    mergeConfig(config, {
      // With a server of its own Vite would end the process at a signal, before the app has said goodbye.
      server: { middlewareMode: { server: http }, hmr: { server: http } },
      html: { cspNonce: nonce },
      appType: 'spa',
      clearScreen: false,
    } satisfies InlineConfig),
  )
  const headers = devHeaders(nonce)
  http.on('request', (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    vite.middlewares(request, response)
  })
  await new Promise<void>((done, fail) => {
    http.once('error', fail)
    http.listen(0, '127.0.0.1', done)
  })
  const { port } = http.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    http,
    vite,
    close: async () => {
      await vite.close()
      http.closeAllConnections()
      await new Promise((done) => http.close(done))
    },
  }
}

/** The built page's headers, with room for what only a dev server's page does: one inline script, and Vite's worker. */
function devHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = (PAGE_HEADERS['Content-Security-Policy'] ?? '')
    .replace("script-src 'self'", `script-src 'self' 'nonce-${nonce}'`)
    .replace("worker-src 'self'", "worker-src 'self' blob:")
  return { ...PAGE_HEADERS, 'Content-Security-Policy': policy }
}
