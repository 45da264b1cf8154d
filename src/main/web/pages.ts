/** The sockets of pages: who is still there, and what they may send. */
import type { WebSocket } from 'ws'

/** Pages at once. */
export const MAX_PAGES = 32
/** A page that does not answer a ping for this long is gone, milliseconds. */
const PING_MS = 30_000
/** How long pages may take to answer where a new one needs room, milliseconds. */
const ROOM_MS = 1000
/** A page that reads more slowly than this many waiting bytes is cut off; it comes back and starts over. */
const MAX_WAITING = 64 * 1024 * 1024

/** The page's socket, with nothing but well-formed requests coming out of it; another message ends it. */
export function onlyRequests(
  page: WebSocket,
  accepts: (message: unknown) => boolean,
): Pick<WebSocket, 'addEventListener' | 'send'> {
  let open = true
  const listen = (type: string, listener: (event: unknown) => void): void => {
    page.addEventListener(type as 'message', (event) => {
      if (type !== 'message') return listener(event)
      // What was on its way behind a refused message is dropped with it.
      if (open && accepts(event.data)) return listener(event)
      if (open) page.close(1008)
      open = false
      return undefined
    })
  }
  return { send: page.send.bind(page), addEventListener: listen }
}

/** Ends the page when it no longer answers or reads. */
export function keepAlive(page: WebSocket): void {
  let alive = true
  const timer = setInterval(() => {
    if (!alive || page.bufferedAmount > MAX_WAITING) return page.terminate()
    alive = false
    page.ping()
    return undefined
  }, PING_MS)
  timer.unref()
  page.on('pong', () => {
    alive = true
  })
  page.on('close', () => clearInterval(timer))
}

/** Makes room for a new page by asking all that are there, and ending those that do not answer: a lost one holds no place. */
export class Room {
  readonly #pages: ReadonlySet<WebSocket>
  #making: Promise<void> | null = null

  constructor(pages: ReadonlySet<WebSocket>) {
    this.#pages = pages
  }

  /** Whether there is room at once. */
  get isFree(): boolean {
    let open = 0
    // One that was ended stays in the set until its socket says so.
    for (const page of this.#pages) open += page.readyState === page.OPEN ? 1 : 0
    return open < MAX_PAGES
  }

  /** Whether there is room; takes a second where pages have to be asked. */
  async make(): Promise<boolean> {
    this.#making ??= this.#endSilent().finally(() => {
      this.#making = null
    })
    await this.#making
    return this.isFree
  }

  async #endSilent(): Promise<void> {
    const silent = new Set(this.#pages)
    for (const page of silent) {
      page.once('pong', () => silent.delete(page))
      page.ping()
    }
    await new Promise((done) => setTimeout(done, ROOM_MS).unref())
    for (const page of silent) page.terminate()
  }
}
