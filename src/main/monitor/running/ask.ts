/** The asking side of `peerscope diagnostics`. */
import { connect } from 'node:net'
import { z } from 'zod'
import type { Diagnostics } from '../../../shared/reports.ts'
import { readPlace } from './place-file.ts'
import { ANSWER_MS, MAX_ANSWER_BYTES, placePath, socketOf } from './place.ts'

/** What came of asking the Peerscope that runs on a folder. */
export type Running =
  /** None runs there, or none that can be asked. */
  | { readonly kind: 'none' }
  /** One seems to run, and gives no answer. */
  | { readonly kind: 'silent'; readonly pid: number; readonly reason: string }
  | { readonly kind: 'answer'; readonly pid: number; readonly bundle: Diagnostics }

const bundleSchema = z.looseObject({ format: z.literal('peerscope-diagnostics'), version: z.literal(1) })

/**
 * Asks for diagnostics. Never rejects.
 * @param limitMs longest time for all of it, milliseconds
 * @param read reads the file that names the socket; another one for tests
 */
export async function askRunning(dataDir: string, limitMs: number = ANSWER_MS, read = readPlace): Promise<Running> {
  const from = performance.now()
  const place = await within(limitMs, read(placePath(dataDir, process.platform)))
  const path = place === null ? null : socketOf(place, dataDir, process.platform)
  if (place === null || path === null) return { kind: 'none' }
  const { pid } = place
  try {
    const bundle = bundleSchema.parse(JSON.parse(await answerOf(path, place.token, limitMs, from)))
    return { kind: 'answer', pid, bundle: bundle as unknown as Diagnostics }
  } catch (error) {
    // What a killed process left.
    if (isCode(error, 'ENOENT') || isCode(error, 'ECONNREFUSED')) return { kind: 'none' }
    const reason =
      error instanceof z.ZodError || error instanceof SyntaxError ? 'its answer is malformed' : String(error)
    return { kind: 'silent', pid, reason: reason.replace(/^Error: /, '') }
  }
}

/** Null where it takes longer: the folder may be on a server that does not answer. */
async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value | null> {
  let limit: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    limit = setTimeout(() => resolve(null), limitMs)
  })
  return await Promise.race([promise, late]).finally(() => clearTimeout(limit))
}

function answerOf(path: string, token: string, limitMs: number, from: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let size = 0
    const socket = connect(path)
    const end = (error: Error | null): void => {
      clearTimeout(limit)
      socket.destroy()
      if (error === null) resolve(Buffer.concat(parts).toString('utf8'))
      else reject(error)
    }
    const late = (): void => end(new Error(`no answer within ${limitMs / 1000} s`))
    const limit = setTimeout(late, Math.max(0, from + limitMs - performance.now()))
    socket.on('connect', () => void socket.write(`${token}\n`))
    socket.on('data', (part: Buffer) => {
      size += part.length
      if (size > MAX_ANSWER_BYTES) end(new Error('its answer is too large'))
      else parts.push(part)
    })
    socket.on('error', end)
    socket.on('close', () => end(size === 0 ? new Error('it closed the connection') : null))
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
