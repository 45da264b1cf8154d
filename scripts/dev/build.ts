/** Builds main or preload, and builds it again whenever one of its sources changes. */
import { build, mergeConfig } from 'vite'
import type { InlineConfig } from 'vite'

/** A build that goes on. */
export interface Builds {
  close(): Promise<void>
}

/**
 * Resolves after the first build that works; one that fails is reported by Vite and waits for a change.
 * @param config main's or preload's, as electron-vite resolved it
 * @param changed called after each later build that works
 */
export async function watchBuild(config: InlineConfig, changed: () => void): Promise<Builds> {
  const watcher = await build(mergeConfig(config, { build: { watch: {} }, clearScreen: false }))
  if (!('on' in watcher)) throw new Error('Vite does not watch')
  let first = true
  await new Promise<void>((built) => {
    watcher.on('event', ({ code }) => {
      // Where it fails Vite has said so.
      if (code !== 'BUNDLE_END') return
      if (!first) return changed()
      first = false
      built()
    })
  })
  return { close: () => watcher.close() }
}
