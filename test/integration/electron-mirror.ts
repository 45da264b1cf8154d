/** A mirror, a proxy and a project for the tests that fetch Electron: all of it on loopback, and a few bytes of Electron. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import http from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import https from 'node:https'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { vi } from 'vitest'
import { electronBinary } from '../../scripts/electron-binary.ts'
import type { ElectronSearch, SearchOptions } from '../../scripts/electron-binary.ts'
import type { Clock } from '../../scripts/electron/clock.ts'
import { binaryName } from '../../scripts/electron/place.ts'
import { Progress } from '../../scripts/start/progress.ts'

const MODULES = join(import.meta.dirname, '..', '..', 'node_modules')

/** The version of the Electron that the projects ask for. */
export const VERSION = '99.1.0'
/** What its binary holds: long enough to come in pieces. */
export const BINARY = 'electron '.repeat(20_000)
const ARCHIVE_NAME = `electron-v${VERSION}-${process.platform}-${process.arch}.zip`
/** Where a mirror has it. */
export const ARCHIVE_PATH = `/v${VERSION}/${ARCHIVE_NAME}`
/** The archive that a mirror serves. */
export const ARCHIVE = zipOf({ version: VERSION, [binaryName()]: BINARY })

/** A project whose Electron was not unpacked yet. */
export class Project implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'peerscope-electron-'))
  readonly electron = join(this.root, 'node_modules', 'electron')
  readonly cache = join(this.root, 'cache')

  constructor(archive: Buffer = ARCHIVE) {
    mkdirSync(this.electron, { recursive: true })
    writeFileSync(join(this.electron, 'package.json'), JSON.stringify({ name: 'electron', version: VERSION }))
    const checksum = createHash('sha256').update(archive).digest('hex')
    writeFileSync(join(this.electron, 'checksums.json'), JSON.stringify({ [ARCHIVE_NAME]: checksum }))
    for (const scope of ['@electron', '@electron-internal'])
      symlinkSync(join(MODULES, scope), join(this.root, 'node_modules', scope), 'junction')
  }

  /** What lies in Electron's package folder besides its own files. */
  get added(): string[] {
    return readdirSync(this.electron)
      .filter((name) => name !== 'package.json' && name !== 'checksums.json')
      .toSorted()
  }

  /** All files below the cache. */
  get cached(): string[] {
    return readdirSync(this.cache, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.zip'))
  }

  get binary(): string {
    return join(this.electron, 'dist', binaryName())
  }

  /** How much of the download was written, in bytes. */
  get downloaded(): number {
    const files = readdirSync(this.electron, { recursive: true, encoding: 'utf8' })
    const archive = files.find((name) => name.endsWith(ARCHIVE_NAME))
    return archive === undefined ? 0 : statSync(join(this.electron, archive)).size
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** Time that a test moves. */
export class ManualClock implements Clock {
  #now = 1_800_000_000_000
  readonly #timers = new Set<{ ms: number; next: number; run: () => void }>()

  readonly now = (): number => this.#now

  readonly every = (ms: number, run: () => void): (() => void) => {
    const timer = { ms, next: this.#now + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [first] = [...this.#timers].filter(({ next }) => next <= end).toSorted((a, b) => a.next - b.next)
      if (first === undefined) break
      this.#now = first.next
      first.next += first.ms
      first.run()
    }
    this.#now = end
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server on loopback that notes what it is asked. */
export class Loopback implements AsyncDisposable {
  readonly requests: string[] = []
  readonly sockets = new Set<Socket>()
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    server.prependListener('request', ({ url }) => this.requests.push(url ?? ''))
    server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined)
    })
  }

  /** A mirror. It serves the archive where nothing else is said. */
  static async mirror(answer: Answer = serve, tls?: { key: string; cert: string }): Promise<Loopback> {
    const listener: RequestListener = (request, response) => void answer(request, response)
    return await Loopback.#listen(tls === undefined ? http.createServer(listener) : https.createServer(tls, listener))
  }

  /** A proxy that takes every host for the mirror, so that whatever comes through it came through it only. */
  static async proxy(to: Loopback): Promise<Loopback> {
    const server = http.createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '')
      http.get(`http://127.0.0.1:${to.port}${pathname}`, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      })
    })
    const proxy = await Loopback.#listen(server)
    server.on('connect', ({ url }, client) => {
      proxy.requests.push(`CONNECT ${url}`)
      const target = connect(to.port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        target.pipe(client).pipe(target)
      })
      target.on('error', () => client.destroy())
      client.on('error', () => target.destroy()).on('close', () => target.destroy())
    })
    return proxy
  }

  /** A proxy that answers everything with `status`; where it is null, requests for a tunnel not at all. */
  static async refusingProxy(status: number | null): Promise<Loopback> {
    const server = http.createServer((_request, response) => response.writeHead(status ?? 500).end())
    const proxy = await Loopback.#listen(server)
    server.on('connect', ({ url }, client) => {
      proxy.requests.push(`CONNECT ${url}`)
      client.on('end', () => client.end()).resume()
      if (status !== null) client.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    })
    return proxy
  }

  /** A proxy that drops each connection when it is asked for something, orderly or with a reset. */
  static async droppingProxy(reset: boolean): Promise<Loopback> {
    const drop = (socket: Socket): unknown => (reset ? socket.resetAndDestroy() : socket.destroy())
    const server = http.createServer(({ socket }) => void drop(socket))
    const proxy = await Loopback.#listen(server)
    server.on('connect', ({ url, socket }) => {
      proxy.requests.push(`CONNECT ${url}`)
      drop(socket)
    })
    return proxy
  }

  static async #listen(server: Server): Promise<Loopback> {
    const loopback = new Loopback(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return loopback
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.#server.close()
    if (this.#server.listening) await once(this.#server, 'close')
  }
}

/** Serves the archive, all of it at once. */
export function serve(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': ARCHIVE.length }).end(ARCHIVE)
}

/** An archive without compression, of executable files. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content)
    const path = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(path.length, 22)
    bodies.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, data)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((0o100755 << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    // Made on Unix (3), so that the mode counts.
    entries.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, path)
    offset += 30 + path.length + data.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, directory, end])
}

const SETTINGS =
  /^(npm_(package_)?config_)?(electron_|https?_proxy|proxy|noproxy|no_proxy|cafile|arch)|^force_no_cache|^NODE_EXTRA_CA_CERTS/i

/** The environment without all that the search for Electron goes by. */
export function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name)))
}

/** Takes from this process what the search for Electron goes by, until `vi.unstubAllEnvs()`. */
export function forgetSettings(): void {
  for (const name of Object.keys(process.env)) if (SETTINGS.test(name)) vi.stubEnv(name, undefined)
}

/** How a test looks. */
export interface Watched extends SearchOptions {
  /** Gets what is said. */
  readonly lines?: string[]
  readonly signal?: AbortSignal
}

/** Looks for a project's Electron, with these settings in the environment until `vi.unstubAllEnvs()`. */
export async function search(
  project: Project,
  env: Readonly<Record<string, string>> = {},
  { lines = [], signal = new AbortController().signal, ...options }: Watched = {},
): Promise<ElectronSearch> {
  vi.stubEnv('electron_config_cache', project.cache)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const progress = new Progress({ write: (text) => lines.push(text.trimEnd()) }, options.clock)
  return await electronBinary(project.root, progress, signal, options)
}

/** Waits until it holds. */
export async function until(holds: () => boolean): Promise<void> {
  await vi.waitUntil(holds, { interval: 1, timeout: 20_000 })
}

/** Reads a file of a project. */
export function textOf(...path: string[]): string {
  return readFileSync(join(...path), 'utf8')
}
