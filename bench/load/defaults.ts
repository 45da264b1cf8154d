import { resolveConfig } from '../../src/shared/config.ts'

/** What nodes do by themselves, and how often. */
export const defaultConfig = resolveConfig({})
