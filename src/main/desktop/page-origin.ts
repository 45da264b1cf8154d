/** Where the page comes from: the app's own files or, in development only, the dev server of `npm run dev`. */
import type { App } from 'electron'
import { APP_ORIGIN } from '../../shared/desktop-binding.ts'

/** What the window loads, and the only origins that its page may belong to or talk to. */
export interface PageOrigin {
  readonly origin: string
  /** The page itself. */
  readonly url: string
  /** Origin of the socket that announces changed sources; null where there is none. */
  readonly socket: string | null
}

/** The built page, as every packaged app shows it. */
export const BUILT_PAGE: PageOrigin = { origin: APP_ORIGIN, url: `${APP_ORIGIN}/index.html`, socket: null }

/** The variable in which `npm run dev` names its server. */
const DEV_SERVER = 'ELECTRON_RENDERER_URL'
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/**
 * The dev server's page where an unpackaged app is started with one. A packaged app ignores the variable, and so does
 * every app for a URL other than the root of an HTTP server on this machine.
 */
export function pageOrigin(
  app: Pick<App, 'isPackaged'>,
  env: Readonly<Record<string, string | undefined>>,
): PageOrigin {
  const given = env[DEV_SERVER]
  return app.isPackaged || given === undefined ? BUILT_PAGE : (devPage(given) ?? BUILT_PAGE)
}

function devPage(given: string): PageOrigin | null {
  const origin = originOf(given)
  if (origin === null) return null
  const { protocol, hostname, host, href } = new URL(given)
  if (protocol !== 'http:' || !LOOPBACK.has(hostname) || href !== `${origin}/`) return null
  return { origin, url: href, socket: `ws://${host}` }
}

/** Whether the URL is the app's own page. */
export function isOwnPage(url: string, page: PageOrigin): boolean {
  return originOf(url) === page.origin
}

/** Whether the URL is of our page, or of something that our page made itself. */
export function isLocal(url: string, page: PageOrigin): boolean {
  if (url.startsWith(`blob:${page.origin}/`) || url.startsWith('data:')) return true
  const origin = originOf(url)
  return origin !== null && (origin === page.origin || origin === page.socket)
}

/** Scheme and host; `URL.origin` itself is `null` for our scheme. */
function originOf(url: string): string | null {
  try {
    const { protocol, host } = new URL(url)
    return `${protocol}//${host}`
  } catch {
    return null
  }
}
