/**
 * `vi.waitFor` and `vi.waitUntil` wait as long as `expect.poll` does (vitest.config.ts). Unless told, they give up after a
 * second of real time, which is soon over where other suites compute beside.
 */
import { vi } from 'vitest'

/** Milliseconds. */
const LIMIT_MS = 10_000

/** Options of a wait that is given up after ten seconds, unless they say otherwise. */
export function patiently<Options extends { readonly timeout?: number }>(
  options?: number | Options,
): number | (Options & { readonly timeout: number }) {
  return typeof options === 'number' ? options : ({ timeout: LIMIT_MS, ...options } as Options & { timeout: number })
}

const { waitFor, waitUntil } = vi
const patientWaitFor: typeof waitFor = (callback, options) => waitFor(callback, patiently(options))
const patientWaitUntil: typeof waitUntil = (callback, options) => waitUntil(callback, patiently(options))

// It is run before each file, and files share a process.
if (waitFor.name !== patientWaitFor.name) Object.assign(vi, { waitFor: patientWaitFor, waitUntil: patientWaitUntil })
