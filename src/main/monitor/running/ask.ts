/** The asking side of `peerscope diagnostics`. */
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import { z } from 'zod'
import type { Diagnostics } from '../../../shared/reports.ts'
import type { Place } from './place.ts'
import { ANSWER_MS, MAX_ANSWER_BYTES, MAX_PLACE_BYTES, placePath, placeSchema, socketOf } from './place.ts'

/** What came of asking the Peerscope that runs on a folder. */
export type Running =
  /** None runs there, or none that can be asked. */
  | { readonly kind: 'none' }
  /** One seems to run, and gives no answer. */
  | { readonly kind: 'silent'; readonly pid: number; readonly reason: string }
  | { readonly kind: 'answer'; readonly pid: number; readonly bundle: Diagnostics }

const bundleSchema = z.looseObject({ format: z.literal('peerscope-diagnostics'), version: z.literal(1) })

/** Asks for diagnostics. Never rejects. */
export async function askRunning(dataDir: string, limitMs: number = ANSWER_MS): Promise<Running> {
  const place = await readPlace(dataDir)
  const path = place === null ? null : socketOf(place, dataDir, process.platform)
  if (place === null || path === null) return { kind: 'none' }
  const { pid } = place
  try {
    const bundle = bundleSchema.parse(JSON.parse(await answerOf(path, place.token, limitMs)))
    return { kind: 'answer', pid, bundle: bundle as unknown as Diagnostics }
  } catch (error) {
    // What a killed process left.
    if (isCode(error, 'ENOENT') || isCode(error, 'ECONNREFUSED')) return { kind: 'none' }
    const reason =
      error instanceof z.ZodError || error instanceof SyntaxError ? 'its answer is malformed' : String(error)
    return { kind: 'silent', pid, reason: reason.replace(/^Error: /, '') }
  }
}

async function readPlace(dataDir: string): Promise<Place | null> {
  try {
    const file = await open(placePath(dataDir, process.platform))
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_PLACE_BYTES))
      return placeSchema.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)))
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}

function answerOf(path: string, token: string, limitMs: number): Promise<string> {
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
    const limit = setTimeout(() => end(new Error(`no answer within ${limitMs / 1000} s`)), limitMs)
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
