import { readFile, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pathOf } from '../monitor/http/target.ts'
import { PAGE_HEADERS, pageFile } from '../monitor/page.ts'

/** Bytes of files that are kept in memory; the page has about 3 MB. */
const MOST_KEPT = 32 * 1024 * 1024

/** Bytes that are written at once: more than Node buffers without asking to wait. */
const PART = 128 * 1024
/** Parts that are written before others have a turn. */
const PARTS_AT_ONCE = 4

/**
 * The files of the built renderer. They are served from memory: a reader that is slow, or went away, then holds neither a
 * file open nor a copy of its content.
 */
export class Files {
  readonly #folder: string
  readonly #kept = new Map<
    string,
    { readonly bytes: Promise<Buffer>; readonly size: number; readonly changed: number }
  >()
  #size = 0
  /** Parts of answers that wait to be written. */
  readonly #turns: (() => void)[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Serves one file. Nothing outside the folder can be named. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request)
    const file = path === null || path.startsWith('//') ? null : pageFile(this.#folder, path)
    const info = file === null ? null : await stat(file.path).catch(() => null)
    if (file === null || info === null || !info.isFile()) return refuse(response, 404, 'not found')
    const bytes = await this.#read(file.path, info.size, info.mtimeMs)
    if (request.socket.destroyed) return undefined
    response.writeHead(200, {
      ...PAGE_HEADERS,
      'Content-Type': file.type,
      'Content-Length': bytes.length,
      'Cache-Control': file.cache,
    })
    if (request.method === 'HEAD') response.end()
    else if (bytes.length <= PART) response.end(bytes)
    else this.#send(response, bytes)
    return undefined
  }

  /** In parts, so that many large answers hold up nobody who asks for a small one. */
  #send(response: ServerResponse, bytes: Buffer): void {
    this.#turns.push(() => {
      if (response.destroyed || response.socket?.destroyed === true) return
      if (bytes.length <= PART) response.end(bytes)
      else {
        response.once('drain', () => this.#send(response, bytes.subarray(PART)))
        // More than the response buffers, so `drain` follows.
        response.write(bytes.subarray(0, PART))
      }
    })
    if (this.#turns.length === 1) setImmediate(() => this.#take())
  }

  #take(): void {
    for (const turn of this.#turns.splice(0, PARTS_AT_ONCE)) turn()
    if (this.#turns.length > 0) setImmediate(() => this.#take())
  }

  #read(path: string, size: number, changed: number): Promise<Buffer> {
    const known = this.#kept.get(path)
    if (known !== undefined && known.size === size && known.changed === changed) return known.bytes
    const bytes = readFile(path)
    this.#forget(path)
    if (this.#size + size > MOST_KEPT) return bytes
    this.#kept.set(path, { bytes, size, changed })
    this.#size += size
    bytes.catch(() => this.#forget(path))
    return bytes
  }

  #forget(path: string): void {
    this.#size -= this.#kept.get(path)?.size ?? 0
    this.#kept.delete(path)
  }
}

/** Answers with an error and no content. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  // A client that asks for what we never give has nothing more to ask.
  if (status !== 404 && status !== 429) response.shouldKeepAlive = false
  response.writeHead(status, { ...PAGE_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`)
}
