import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

/** What the page may do: its own scripts, styles and socket, nothing else. Mantine writes style tags. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** Serves one file of the built renderer. Nothing outside its folder can be named. */
export async function serveFile(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = pathOf(request.url ?? '/')
  const file = path === null ? null : join(folder, path)
  if (file === null || !file.startsWith(folder + sep)) return refuse(response, 404, 'not found')
  const type = TYPES[extname(file)]
  const info = await stat(file).catch(() => null)
  if (type === undefined || info === null || !info.isFile()) return refuse(response, 404, 'not found')
  // Built assets carry a hash in their names; the page itself is asked for each time.
  const cache = path?.startsWith('/assets/') === true ? 'public, max-age=31536000, immutable' : 'no-store'
  response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': info.size, 'Cache-Control': cache })
  if (request.method === 'HEAD') response.end()
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
  return undefined
}

/** Answers with an error and no content. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`)
}

function pathOf(url: string): string | null {
  try {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname))
    if (path.includes('\0')) return null
    return path === '/' ? '/index.html' : path
  } catch {
    return null
  }
}
