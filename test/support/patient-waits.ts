/**
 * `vi.waitFor` and `vi.waitUntil` wait as long as `expect.poll` does. Unless told, they give up after a second of real time,
 * which is soon over where other suites compute beside. A setup file of all suites (vitest.config.ts).
 */
import { vi } from 'vitest'
import { patiently } from './patiently.ts'

const { waitFor, waitUntil } = vi
const patientWaitFor: typeof waitFor = (callback, options) => waitFor(callback, patiently(options))
const patientWaitUntil: typeof waitUntil = (callback, options) => waitUntil(callback, patiently(options))

// It is run before each file, and files share a process.
if (waitFor.name !== patientWaitFor.name) Object.assign(vi, { waitFor: patientWaitFor, waitUntil: patientWaitUntil })
