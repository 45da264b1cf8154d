/** The built page, as every host serves it: which of its files there are, and what they may do. */
import { extname, join, normalize, resolve, sep } from 'node:path'

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

/** Headers of every answer. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
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

/** One file of the page. It may not be there. */
export interface PageFile {
  readonly path: string
  readonly type: string
  /** Built assets carry a hash in their names; the page itself is asked for each time. */
  readonly cache: string
}

/** The file that a URL's path names; null for what is no part of the page. Nothing outside of the folder can be named. */
export function pageFile(folder: string, pathname: string): PageFile | null {
  const path = decoded(pathname)
  if (path === null) return null
  const file = join(folder, path)
  const type = TYPES[extname(file)]
  if (type === undefined || !file.startsWith(resolve(folder) + sep)) return null
  const cache = pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store'
  return { path: file, type, cache }
}

function decoded(pathname: string): string | null {
  try {
    const path = normalize(decodeURIComponent(pathname))
    if (path.includes('\0')) return null
    return path === sep ? `${sep}index.html` : path
  } catch {
    return null
  }
}
