/** One file over HTTP or HTTPS, through a proxy where one is set, for as long as bytes arrive. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createWriteStream, readFileSync } from 'node:fs'
import http from 'node:http'
import type { IncomingMessage, ProxyEnv } from 'node:http'
import https from 'node:https'
import { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { getCACertificates } from 'node:tls'
import type { Clock } from './clock.ts'

/** A download ends when nothing arrived for this long, connecting included, milliseconds. */
export const STALL_MS = 30_000
const WATCH_MS = 1000
const MAX_REDIRECTS = 10

/** What to download, and how. */
export interface Download {
  readonly url: string
  readonly file: string
  readonly proxy: ProxyEnv
  readonly clock: Clock
  /** Ends the download; its reason is thrown. */
  readonly signal: AbortSignal
  /** A connection is made to this host (and port, where it is not the usual one). */
  readonly onConnect: (host: string) => void
  /** Bytes so far, and bytes in all where the server tells. */
  readonly onBytes: (received: number, total: number | null) => void
}

/** Nothing arrived for {@link STALL_MS}. */
export class StalledError extends Error {}

/** The server answered with something else than the file. */
export class StatusError extends Error {
  readonly status: number
  constructor(response: IncomingMessage) {
    super(`${response.statusCode} ${response.statusMessage}`)
    this.status = response.statusCode ?? 0
  }
}

/** Why a download failed (`cause`), and the URL that failed, which a redirect may have named. */
export class DownloadError extends Error {
  readonly url: URL
  constructor(url: URL, cause: unknown) {
    super(String(cause), { cause })
    this.url = url
  }
}

/** Downloads into `file`. Throws a {@link DownloadError}, or the signal's reason; the file may then be there in part. */
export async function download({ url, file, proxy, clock, signal, onConnect, onBytes }: Download): Promise<void> {
  const stalled = new AbortController()
  let quietMs = 0
  // Counted, not compared with a time of day: a machine that slept has not been waiting.
  const stopWatching = clock.every(WATCH_MS, () => {
    quietMs += WATCH_MS
    if (quietMs >= STALL_MS) stalled.abort(new StalledError())
  })
  const ended = AbortSignal.any([signal, stalled.signal])
  let at = new URL(url)
  try {
    signal.throwIfAborted()
    const agents = { 'http:': new http.Agent({ proxyEnv: proxy }), 'https:': httpsAgent(proxy) }
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      // Said before anything is tried: a redirect may lead there too.
      if (!/^https?:$/.test(at.protocol))
        throw Object.assign(new Error(`cannot download by ${at.protocol}`), { code: 'ERR_INVALID_PROTOCOL' })
      onConnect(at.host)
      const response = await get(at, agents, ended)
      quietMs = 0
      const next = redirectOf(response, at)
      if (next === null) {
        await save(response, file, ended, (received, total) => {
          quietMs = 0
          onBytes(received, total)
        })
        return
      }
      response.destroy()
      at = next
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects`)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw new DownloadError(at, stalled.signal.aborted ? stalled.signal.reason : error)
  } finally {
    stopWatching()
  }
}

interface Agents {
  readonly 'http:': http.Agent
  readonly 'https:': https.Agent
}

async function get(url: URL, agents: Agents, signal: AbortSignal): Promise<IncomingMessage> {
  const options = { signal, headers: { 'user-agent': 'peerscope', accept: '*/*' } }
  const sockets = new Set<Socket>()
  // A request that waits for the proxy to open its tunnel cannot be ended: Node gives it the socket only afterwards.
  const noteSocket = (message: unknown): void => {
    if (typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket)
      sockets.add(message.socket)
  }
  return await new Promise<IncomingMessage>((resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason)
        for (const socket of sockets) socket.destroy()
      },
      { once: true },
    )
    subscribe('net.client.socket', noteSocket)
    try {
      if (url.protocol === 'https:')
        https.get(url, { ...options, agent: agents['https:'] }, resolve).on('error', reject)
      else http.get(url, { ...options, agent: agents['http:'] }, resolve).on('error', reject)
    } finally {
      unsubscribe('net.client.socket', noteSocket)
    }
  })
}

/** The URL that the answer sends to; null where the answer is the file. Throws a {@link StatusError}. */
function redirectOf(response: IncomingMessage, from: URL): URL | null {
  const { statusCode = 0, headers } = response
  if (statusCode === 200) return null
  response.destroy()
  if (statusCode > 300 && statusCode < 400 && headers.location !== undefined) return new URL(headers.location, from)
  throw new StatusError(response)
}

async function save(
  response: IncomingMessage,
  file: string,
  signal: AbortSignal,
  onBytes: Download['onBytes'],
): Promise<void> {
  const length = Number(response.headers['content-length'])
  const total = Number.isSafeInteger(length) && length > 0 ? length : null
  let received = 0
  onBytes(0, total)
  await pipeline(
    response,
    async function* count(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        received += chunk.length
        onBytes(received, total)
        yield chunk
      }
    },
    createWriteStream(file),
    { signal },
  )
}

/** Trusts what Node trusts (NODE_EXTRA_CA_CERTS included), the system's certificates, and npm's `cafile`. */
function httpsAgent(proxyEnv: ProxyEnv): https.Agent {
  return new https.Agent({ proxyEnv, ca: [...new Set([...getCACertificates('default'), ...moreCertificates()])] })
}

/** What cannot be read is left out: then the connection fails, and says so. */
function moreCertificates(): string[] {
  const more: string[] = []
  try {
    more.push(...getCACertificates('system'))
  } catch {}
  try {
    const file = process.env['npm_config_cafile']
    if (file !== undefined && file !== '') more.push(readFileSync(file, 'utf8'))
  } catch {}
  return more
}
