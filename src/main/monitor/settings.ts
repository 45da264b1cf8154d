import type { ContractInputs, RetentionSettings, Settings } from '../../shared/contract.ts'
import { RETENTION_RANGE } from '../../shared/contract.ts'
import type { DiscoveryConfig } from '../../shared/config.ts'
import { APP_CONFIG, CONFIG_FIELDS, resolveConfig } from '../../shared/config.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import type { Retention, Store } from '../store/types.ts'
import { DEFAULT_LISTEN, parseListenAddress } from './open-node.ts'

const KEY = 'settings'
/** Of what is stored: before it was written, `listen` had another default. */
const VERSION = 2
const IP4_ONLY = JSON.stringify(['/ip4/0.0.0.0/tcp/0'])
/** Rule EN5, as far as a tag alone can break it. */
const MAX_TAG_BYTES = 64
const MAX_TAGS = 64

/** What holds until somebody changes it. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  listen: DEFAULT_LISTEN,
  tags: [],
  config: APP_CONFIG,
  dht: true,
  mdns: true,
  upnp: true,
  relays: true,
  retention: { days: 30, mebibytes: 2048 },
  updates: 'ask',
}

/** The stored settings; what is missing or cannot be used has its default, one by one. */
export function loadSettings(store: Pick<Store, 'getSetting'>): Settings {
  return readSettings(store.getSetting(KEY)).settings
}

/** Keeps stored settings that cannot be used under another key, and says which they are; those that can stay. */
export function mendSettings(store: Pick<Store, 'getSetting' | 'setSetting' | 'setSettingAside'>): void {
  const { settings, unusable } = readSettings(store.getSetting(KEY))
  if (unusable.length === 0) return
  store.setSettingAside(KEY, `has what this version cannot use (${unusable.join(', ')})`)
  store.setSetting(KEY, { ...settings, version: VERSION })
}

/** The settings of a stored value, and the names of those that cannot be used. */
export function readSettings(stored: unknown): { readonly settings: Settings; readonly unusable: readonly string[] } {
  if (stored === undefined) return { settings: DEFAULT_SETTINGS, unusable: [] }
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored))
    return { settings: DEFAULT_SETTINGS, unusable: ['all of it'] }
  const { version, ...given } = stored as Readonly<Record<string, unknown>>
  // What only a newer version knows stays, for the day that it is used again.
  let settings: Settings = { ...given, ...DEFAULT_SETTINGS }
  const unusable: string[] = []
  for (const [name, shape] of Object.entries(SHAPES)) {
    const value = given[name]
    if (value === undefined) continue
    // What was kept before IPv6 was listened on is the default of that time, not a choice.
    if (name === 'listen' && version === undefined && isTexts(value) && JSON.stringify(value) === IP4_ONLY) continue
    // A field that an earlier version did not know has the default of the app.
    const whole = name === 'config' && isRecord(value) ? { ...APP_CONFIG, ...value } : value
    const tried = shape(value) ? { ...settings, [name]: whole } : null
    const good = tried === null ? null : attempt(() => checked(tried))
    if (good !== null) settings = good
    else if (name === 'config' && isRecord(value)) {
      const { config, unusable: fields } = readConfig(value)
      settings = { ...settings, config }
      unusable.push(...fields)
    } else unusable.push(name)
  }
  return { settings, unusable }
}

/** What can be used of a discovery configuration, field by field. */
function readConfig(given: Readonly<Record<string, unknown>>): {
  readonly config: DiscoveryConfig
  readonly unusable: readonly string[]
} {
  let config = APP_CONFIG
  const unusable: string[] = []
  for (const { name } of CONFIG_FIELDS) {
    if (given[name] === undefined) continue
    const good = attempt(() => resolveConfig({ ...config, [name]: given[name] }))
    if (good === null) unusable.push(`config.${name}`)
    else config = good
  }
  return { config, unusable }
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isSwitch = (value: unknown): boolean => typeof value === 'boolean'
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value)

/** What each setting must look like before it is checked. */
const SHAPES: Readonly<Record<keyof Settings, (value: unknown) => boolean>> = {
  theme: oneOf('system', 'dark', 'light'),
  listen: isTexts,
  tags: isTexts,
  config: isRecord,
  dht: isSwitch,
  mdns: isSwitch,
  upnp: isSwitch,
  relays: isSwitch,
  retention: isRecord,
  updates: oneOf('ask', 'on', 'off'),
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

/**
 * Changes the given fields and stores all.
 * @throws InvalidArgument; nothing is changed then
 */
export function changeSettings(store: Store, change: ContractInputs['settings']['set']): Settings {
  const before = loadSettings(store)
  const { config, ...rest } = withoutUndefined(change)
  const settings = checked({ ...before, ...rest, config: { ...before.config, ...withoutUndefined(config ?? {}) } })
  store.setSetting(KEY, { ...settings, version: VERSION })
  return settings
}

function checked(settings: Settings): Settings {
  return {
    ...settings,
    listen: settings.listen.map(parseListenAddress),
    tags: checkedTags(settings.tags),
    config: resolveConfig(settings.config),
    retention: checkedRetention(settings.retention),
  }
}

function checkedRetention(retention: RetentionSettings): RetentionSettings {
  for (const name of ['days', 'mebibytes'] as const) {
    const [least, most] = RETENTION_RANGE[name]
    const value = retention[name]
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgument(`history is kept for ${least} to ${most} ${name}, not ${value}`)
  }
  return { days: retention.days, mebibytes: retention.mebibytes }
}

/** How long history is kept, as the store takes it. */
export function retentionOf({ days, mebibytes }: RetentionSettings): Retention {
  return { maxAgeMs: days * 24 * 3_600_000, maxBytes: mebibytes * 1024 ** 2 }
}

/**
 * Tags trimmed, sorted, without duplicates.
 * @throws InvalidArgument
 */
export function checkedTags(tags: readonly string[]): readonly string[] {
  const clean = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))].sort()
  for (const tag of clean) {
    const bytes = Buffer.byteLength(tag)
    if (bytes > MAX_TAG_BYTES)
      throw new InvalidArgument(
        `the tag '${tag.slice(0, 40)}…' has ${bytes} bytes; at most ${MAX_TAG_BYTES} are allowed`,
      )
  }
  if (clean.length > MAX_TAGS)
    throw new InvalidArgument(`${clean.length} tags are too many; at most ${MAX_TAGS} are allowed`)
  return clean
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
