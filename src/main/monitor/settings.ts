import type { ContractInputs, RetentionSettings, Settings } from '../../shared/contract.ts'
import { RETENTION_RANGE } from '../../shared/contract.ts'
import { DEFAULT_CONFIG, resolveConfig } from '../../shared/config.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import type { Retention, Store } from '../store/types.ts'
import { DEFAULT_LISTEN, parseListenAddress } from './open-node.ts'

const KEY = 'settings'
/** Of what is stored: before it was written, `listen` had another default. */
const VERSION = 2
const IP4_ONLY = '/ip4/0.0.0.0/tcp/0'
/** Rule EN5, as far as a tag alone can break it. */
const MAX_TAG_BYTES = 64
const MAX_TAGS = 64

/** What holds until somebody changes it. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  listen: DEFAULT_LISTEN,
  tags: [],
  config: DEFAULT_CONFIG,
  dht: true,
  mdns: true,
  upnp: true,
  relays: true,
  retention: { days: 30, mebibytes: 2048 },
  updates: 'ask',
}

/** The stored settings; what is missing or can no longer be meant has its default. */
export function loadSettings(store: Store): Settings {
  const stored = store.getSetting(KEY)
  const { version, ...given }: Partial<Settings> & { version?: unknown } =
    typeof stored === 'object' && stored !== null ? stored : {}
  // What was kept before IPv6 was listened on is the default of that time, not a choice.
  if (version === undefined && given.listen?.join() === IP4_ONLY) delete (given as { listen?: unknown }).listen
  try {
    return checked({ ...DEFAULT_SETTINGS, ...given })
  } catch {
    return DEFAULT_SETTINGS
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
