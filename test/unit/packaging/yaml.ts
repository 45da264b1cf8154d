import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
/** electron-builder's own parser and check; it has no types for them. */
const builder = createRequire(createRequire(require.resolve('electron-builder')).resolve('app-builder-lib'))

/** A YAML file, as electron-builder reads it. */
export function readYaml(file: string): unknown {
  const yaml = builder('js-yaml') as { load(text: string): unknown }
  return yaml.load(readFileSync(file, 'utf8'))
}

/** Rejects when electron-builder's schema does not allow the configuration; the message says what and where. */
export async function validateBuilderConfig(config: unknown): Promise<void> {
  const module = builder('./util/config/config') as {
    validateConfiguration(config: unknown, log: { isEnabled: boolean }): Promise<void>
  }
  await module.validateConfiguration(config, { isEnabled: false })
}
