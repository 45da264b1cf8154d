/** Where the script of a thread is. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * @param name an entry of its own in the bundle (electron.vite.config.ts), and a source beside the one that starts it
 * @param from `import.meta.url` of that one, which may be part of a chunk in the bundle
 * @returns null where there is none
 */
export function threadScript(name: string, from: string): URL | null {
  const places = [`${name}.ts`, `${name}.js`, `../${name}.js`].map((place) => new URL(place, from))
  return places.find((place) => existsSync(fileURLToPath(place))) ?? null
}
