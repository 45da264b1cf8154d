/** The running side of `peerscope diagnostics`: answers one question, about itself, to programs of the same user. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostics } from '../../../shared/reports.ts'
import type { Logger } from '../open-node.ts'
import { removeSocketFolder } from './leftover.ts'
import { readPlaceSync } from './place-file.ts'
import type { Place } from './place.ts'
import {
  ANSWER_MS,
  MAX_ANSWER_BYTES,
  MAX_SOCKET_PATH,
  PIPE_PREFIX,
  placePath,
  SOCKET_FILE,
  SOCKET_FOLDER,
  socketOf,
} from './place.ts'

/** Connections at once; more are closed. */
const MAX_CONNECTIONS = 4
/** How long an answer serves for further requests, milliseconds. */
const FRESH_MS = 1000

/** What answers. */
export interface DiagnosticsAnswers {
  /** Closes the socket and removes its files. Idempotent. */
  close(): Promise<void>
}

/** What is answered, and where. */
export interface AnswerParts {
  /** Held by this process's lock. */
  readonly dataDir: string
  readonly diagnose: () => Promise<Diagnostics>
  readonly logger: Logger
  /** For tests. */
  readonly maxSocketPath?: number
  /** For tests. */
  readonly limitMs?: number
}

/**
 * Answers until it is closed. Where the system allows no socket it only logs that: nothing but `peerscope diagnostics` needs
 * it. It doesn't keep the process alive.
 */
export function answerDiagnostics(parts: AnswerParts): DiagnosticsAnswers {
  return new Answers(parts)
}

class Answers implements DiagnosticsAnswers {
  readonly #parts: AnswerParts
  readonly #token = randomBytes(32).toString('hex')
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** What removes our files at the end. */
  readonly #removals: Removal[] = []
  #answer: { readonly at: number; readonly text: Promise<string> } | null = null
  #closed: Promise<void> | null = null

  constructor(parts: AnswerParts) {
    this.#parts = parts
    this.#server = createServer((socket) => this.#take(socket)).unref()
    this.#server.maxConnections = MAX_CONNECTIONS
    this.#removeLeftover()
    this.#open(process.platform === 'win32' ? [pipe] : [inFolder, inTemporaryFolder])
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      for (const socket of this.#sockets) socket.destroy()
      // One that never listened says so here; it is closed all the same.
      this.#server.close(() => resolve())
      this.#remove()
    })
    return this.#closed
  }

  /** The file is replaced as soon as we listen, and what it names would stay for ever. */
  #removeLeftover(): void {
    const { dataDir, logger } = this.#parts
    const left = readPlaceSync(placePath(dataDir, process.platform))
    try {
      if (left !== null) removeSocketFolder(left)
    } catch (error) {
      logger.debug({ err: error, path: left?.socket }, 'an old socket could not be removed')
    }
  }

  /** Tries the places in turn. */
  #open([place, ...others]: readonly MakePlace[]): void {
    const { dataDir, logger } = this.#parts
    const failed = (error: unknown): void => {
      this.#remove()
      if (this.#closed !== null) return
      if (others.length > 0) this.#open(others)
      else logger.info({ err: error }, 'peerscope diagnostics cannot ask this process')
    }
    try {
      const socket = place?.(this.#parts, this.#removals) ?? null
      const path =
        socket === null ? null : socketOf({ socket, token: this.#token, pid: process.pid }, dataDir, process.platform)
      if (socket === null || path === null) throw new Error('no place for a socket')
      this.#server.removeAllListeners('error')
      this.#server.once('error', failed)
      this.#server.listen(path, () => {
        // From here on an error, such as too many open files, concerns a connection: the next one may succeed.
        this.#server.off('error', failed)
        this.#server.on('error', (error) => logger.debug({ err: error }, 'the socket for diagnostics failed'))
        try {
          if (process.platform !== 'win32') chmodSync(path, 0o600)
          this.#tell({ socket, token: this.#token, pid: process.pid })
        } catch (error) {
          this.#server.close(() => failed(error))
        }
      })
    } catch (error) {
      failed(error)
    }
  }

  #tell(place: Place): void {
    if (this.#closed !== null) return
    const path = placePath(this.#parts.dataDir, process.platform)
    const waiting = `${path}.new`
    this.#removals.push(
      () => rmSync(waiting, { force: true }),
      () => {
        // Another one may have taken its place.
        if (readPlaceSync(path)?.token === this.#token) rmSync(path, { force: true })
      },
    )
    rmSync(waiting, { force: true })
    writeFileSync(waiting, JSON.stringify(place), { mode: 0o600, flag: 'wx' })
    renameSync(waiting, path)
  }

  #remove(): void {
    for (const removal of this.#removals.splice(0)) {
      try {
        removal()
      } catch (error) {
        this.#parts.logger.debug({ err: error }, 'a file could not be removed')
      }
    }
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket)
    const limit = setTimeout(() => socket.destroy(), this.#parts.limitMs ?? ANSWER_MS).unref()
    let request = ''
    socket.unref()
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(limit)
      this.#sockets.delete(socket)
    })
    const wanted = `${this.#token}\n`
    socket.on('data', (part: string) => {
      request += part
      if (request.length < wanted.length) return
      // The request is complete. What comes after it, or is no token, ends the connection.
      socket.removeAllListeners('data').on('data', () => socket.destroy())
      if (request.length > wanted.length || !timingSafeEqual(Buffer.from(request, 'latin1'), Buffer.from(wanted))) {
        socket.destroy()
        return
      }
      this.#text().then(
        (text) => void socket.end(text),
        (error: unknown) => {
          this.#parts.logger.warn({ err: error }, 'diagnostics failed')
          socket.destroy()
        },
      )
    })
  }

  /** Requests that come together get one answer. */
  #text(): Promise<string> {
    const now = performance.now()
    if (this.#answer === null || now - this.#answer.at > FRESH_MS) this.#answer = { at: now, text: this.#fresh() }
    return this.#answer.text
  }

  async #fresh(): Promise<string> {
    const text = JSON.stringify(await this.#parts.diagnose())
    if (Buffer.byteLength(text) > MAX_ANSWER_BYTES) throw new Error('the diagnostics are too large')
    return text
  }
}

type Removal = () => void

/** Names a socket that can be made, and adds what removes it at the end; null where there is none. */
type MakePlace = (parts: AnswerParts, removals: Removal[]) => string | null

const pipe: MakePlace = () => PIPE_PREFIX + randomBytes(16).toString('hex')

const inFolder: MakePlace = ({ dataDir, maxSocketPath = MAX_SOCKET_PATH }, removals) => {
  const path = join(dataDir, SOCKET_FILE)
  if (Buffer.byteLength(path) > maxSocketPath) return null
  // One that a killed process left. We hold the folder's lock, so nobody listens there.
  rmSync(path, { force: true })
  removals.push(() => rmSync(path, { force: true }))
  return SOCKET_FILE
}

/** Where the folder's path is too long, or its file system has no sockets. */
const inTemporaryFolder: MakePlace = ({ maxSocketPath = MAX_SOCKET_PATH }, removals) => {
  const folder = mkdtempSync(join(tmpdir(), SOCKET_FOLDER))
  removals.push(() => rmSync(folder, { force: true, recursive: true }))
  const path = join(folder, SOCKET_FILE)
  return Buffer.byteLength(path) > Math.max(maxSocketPath, MAX_SOCKET_PATH) ? null : path
}
