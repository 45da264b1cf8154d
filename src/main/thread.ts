/** Threads of ours: their scripts are entries of their own in the bundle (electron.vite.config.ts). */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { WorkerOptions } from 'node:worker_threads'

/**
 * Where the script of a thread is.
 * @param name of the entry, and of a source beside the one that starts it
 * @param from `import.meta.url` of that one, which may be part of a chunk in the bundle
 * @returns null where there is none
 */
export function threadScript(name: string, from: string): URL | null {
  const files = [`${name}.ts`, `${name}.js`, `../${name}.js`, `${name}.cjs`, `../${name}.cjs`]
  const places = files.map((file) => new URL(file, from))
  return places.find((place) => existsSync(fileURLToPath(place))) ?? null
}

/** @returns null where the system has no room for another thread: each caller can do without */
export function startThread(script: URL, options: WorkerOptions): Worker | null {
  try {
    return new Worker(script, options)
  } catch {
    return null
  }
}
