import { EXPORTS, EXPORT_WHATS } from '../../src/shared/exports.ts'
import type { NetworkRef } from '../../src/shared/contract.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'
import { exportParts } from '../../src/main/monitor/exports/export.ts'
import type { StoreReader } from '../../src/main/store/types.ts'

/** How one export went: milliseconds in all, the longest that nobody else had a turn, and bytes. */
export interface ExportCost {
  readonly name: string
  readonly ms: number
  readonly longestMs: number
  readonly bytes: number
}

/** Writes every export of everything, to nowhere: what it costs to make the file. */
export async function* exportAll(store: StoreReader, network: NetworkRef, now: number): AsyncGenerator<ExportCost> {
  const signer = { secret: new Uint8Array(32).fill(7), signatures: createSignatures() }
  const source = { network, store, live: new Map(), links: null, loss: null, now }
  for (const what of EXPORT_WHATS) {
    for (const format of EXPORTS[what]) {
      const began = performance.now()
      const turns = watchTurns()
      let bytes = 0
      for await (const { data } of exportParts(source, { what, format, filter: '', from: null, to: null }, signer)) {
        bytes += typeof data === 'string' ? Buffer.byteLength(data) : data.length
        // As the app does: others get their turn between two parts.
        await new Promise((resolve) => setImmediate(resolve))
      }
      yield { name: `export ${what} as ${format}`, ms: performance.now() - began, longestMs: turns.end(), bytes }
    }
  }
}

/** Measures the longest time between two turns of the event loop, milliseconds, until its end. */
function watchTurns(): { readonly end: () => number } {
  let [longest, before] = [0, performance.now()]
  const look = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - before)
    before = now
    handle = setImmediate(look)
  }
  let handle = setImmediate(look)
  return {
    end: () => {
      clearImmediate(handle)
      return Math.max(longest, performance.now() - before)
    },
  }
}
