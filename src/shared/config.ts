import { InvalidArgument } from './errors.ts'
import { formatCount } from './format-count.ts'

/** How discovery behaves. Durations are milliseconds. The defaults are those of docs/protocol.md. */
export interface DiscoveryConfig {
  /** Time between announcements of our own entry, milliseconds. */
  readonly announceInterval: number
  /** Random part of the announce interval, 0 to 1. */
  readonly announceJitter: number
  /** Silence after which a peer is purged, milliseconds. Longer than the longest announce interval. */
  readonly purgeAfter: number
  /** How far the clock of another peer may be from ours, milliseconds. */
  readonly maxTimeDrift: number
  /** Events kept for a reader that falls behind. */
  readonly eventsBacklog: number
  /** Wait after the goodbye, before the node stops, milliseconds. */
  readonly gracefulDepartureWindow: number
  /** Time between round-trip measurements of a connected peer, milliseconds. */
  readonly rttProbeInterval: number
  /** Time between round-trip measurements of a peer that has to be dialed for it, milliseconds (rule RT2). */
  readonly rttDialInterval: number
  /** Hides peers that are slower than this, milliseconds; null shows all (rule RT3). */
  readonly maxRtt: number | null
  /** Most peers that the catalog holds. */
  readonly maxPeers: number
  /** Most memory that the catalog's entries may take, bytes, as it is estimated from what they hold (rule CT8). */
  readonly maxCatalogBytes: number
  /** Whether peers who ask are told which neighbors we have (rule TP1). */
  readonly answerNeighbors: boolean
}

/** One setting: what it is, what it may be, and when a change takes effect. */
export interface ConfigField {
  /** The setting's name in `DiscoveryConfig`. */
  readonly name: keyof DiscoveryConfig
  /** The command-line flag, without the dashes. */
  readonly flag: string
  /** Durations are milliseconds, ratios from 0 to 1; an optional duration may be null. */
  readonly type: 'duration' | 'ratio' | 'count' | 'optional-duration' | 'boolean'
  /** What counts where nothing is set. */
  readonly default: number | boolean | null
  /** Least value, in the type's unit. */
  readonly min: number
  /** Greatest value, in the type's unit. */
  readonly max: number
  /** What it is, in a few words. */
  readonly help: string
}

const DAY = 24 * 60 * 60 * 1000

/** The one table behind flags, the settings form, help texts and validation. */
export const CONFIG_FIELDS: readonly ConfigField[] = [
  {
    name: 'announceInterval',
    flag: 'announce-interval',
    type: 'duration',
    default: 45_000,
    min: 100,
    max: DAY,
    help: 'time between announcements of our own entry',
  },
  {
    name: 'announceJitter',
    flag: 'announce-jitter',
    type: 'ratio',
    default: 0.5,
    min: 0,
    max: 1,
    help: 'random part of the announce interval, 0 to 1',
  },
  {
    name: 'purgeAfter',
    flag: 'purge-after',
    type: 'duration',
    default: 300_000,
    min: 500,
    max: 30 * DAY,
    help: 'silence after which a peer is purged',
  },
  {
    name: 'maxTimeDrift',
    flag: 'max-time-drift',
    type: 'duration',
    default: 50_000,
    min: 100,
    max: DAY,
    help: 'how far the clock of another peer may be from ours',
  },
  {
    name: 'eventsBacklog',
    flag: 'events-backlog',
    type: 'count',
    default: 100,
    min: 1,
    max: 1_000_000,
    help: 'events kept for a reader that falls behind',
  },
  {
    name: 'gracefulDepartureWindow',
    flag: 'graceful-departure-window',
    type: 'duration',
    default: 500,
    min: 0,
    max: 60_000,
    help: 'wait after saying goodbye, before the node stops',
  },
  {
    name: 'rttProbeInterval',
    flag: 'rtt-probe-interval',
    type: 'duration',
    default: 30_000,
    min: 100,
    max: 30 * DAY,
    help: 'time between round-trip measurements of a connected peer',
  },
  {
    name: 'rttDialInterval',
    flag: 'rtt-dial-interval',
    type: 'duration',
    default: 300_000,
    min: 100,
    max: 30 * DAY,
    help: 'time between round-trip measurements of a peer that has to be dialed for it',
  },
  {
    name: 'maxRtt',
    flag: 'max-rtt',
    type: 'optional-duration',
    default: null,
    min: 1,
    max: DAY,
    help: 'hide peers that are slower than this; "none" shows all',
  },
  {
    name: 'maxPeers',
    flag: 'max-peers',
    type: 'count',
    default: 50_000,
    min: 1,
    max: 1_000_000,
    help: 'most peers that the catalog holds',
  },
  {
    name: 'maxCatalogBytes',
    flag: 'max-catalog-bytes',
    type: 'count',
    default: 134_217_728,
    min: 1_048_576,
    max: 68_719_476_736,
    help: 'most memory that the entries of the catalog take, bytes',
  },
  {
    name: 'answerNeighbors',
    flag: 'answer-neighbors',
    type: 'boolean',
    default: true,
    min: 0,
    max: 1,
    help: 'tell peers who ask which neighbors we have (Peerscope networks only)',
  },
]

/** The defaults of docs/protocol.md. */
export const DEFAULT_CONFIG: DiscoveryConfig = Object.freeze({
  announceInterval: 45_000,
  announceJitter: 0.5,
  purgeAfter: 300_000,
  maxTimeDrift: 50_000,
  eventsBacklog: 100,
  gracefulDepartureWindow: 500,
  rttProbeInterval: 30_000,
  rttDialInterval: 300_000,
  maxRtt: null,
  maxPeers: 50_000,
  maxCatalogBytes: 134_217_728,
  answerNeighbors: true,
})

/** The defaults of the app, as a window and by `serve`: who watches a network wants the round-trip times of all its peers. */
export const APP_CONFIG: DiscoveryConfig = Object.freeze({ ...DEFAULT_CONFIG, rttDialInterval: 30_000 })

/**
 * A full configuration from the given parts.
 * @throws InvalidArgument naming the setting, what was given and what it may be
 */
export function resolveConfig(given: Partial<DiscoveryConfig> = {}): DiscoveryConfig {
  const merged = { ...DEFAULT_CONFIG, ...given }
  for (const field of CONFIG_FIELDS) checkField(field, merged[field.name])
  if (merged.purgeAfter <= merged.announceInterval * (1 + merged.announceJitter)) {
    throw new InvalidArgument(
      `purge-after (${formatDuration(merged.purgeAfter)}) must be longer than the longest announce interval ` +
        `(${formatDuration(merged.announceInterval * (1 + merged.announceJitter))}), or live peers would be purged`,
    )
  }
  return Object.freeze(merged)
}

/**
 * Text to a setting's value: `2s`, `500ms`, `5m`, `0.5`, `none`, `true`.
 * @throws InvalidArgument
 */
export function parseField(field: ConfigField, text: string): number | boolean | null {
  const value = parseByType(field, text.trim())
  checkField(field, value)
  return value
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: DAY }

/**
 * `1500`, `1500ms`, `1.5s`, `5m`, `2h`, `1d` to whole milliseconds.
 * @throws InvalidArgument
 */
export function parseDuration(text: string): number {
  return Math.round(parseMillis(text))
}

/**
 * The same with parts of a millisecond: `0.4ms`.
 * @throws InvalidArgument
 */
export function parseMillis(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)?$/.exec(text.trim())
  if (match === null) throw new InvalidArgument(`'${text}' is not a duration; write 500ms, 2s, 5m, 1h or 1d`)
  return Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1)
}

/** Milliseconds in the largest unit that leaves no more than one decimal: `500 ms`, `1.5 s`, `5 min`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of [
    ['d', DAY],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const) {
    if (ms >= size && Number.isInteger((ms * 10) / size)) return `${ms / size} ${unit}`
  }
  return ms >= 10_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms * 10) / 10} ms`
}

function parseByType(field: ConfigField, text: string): number | boolean | null {
  switch (field.type) {
    case 'duration':
      return parseDuration(text)
    case 'optional-duration':
      return text === 'none' || text === '' ? null : parseDuration(text)
    case 'ratio':
    case 'count': {
      const number = text === '' ? Number.NaN : Number(field.type === 'count' ? withoutSeparators(text) : text)
      if (!Number.isNaN(number)) return number
      throw new InvalidArgument(
        `${field.flag} must be ${describeRange(field)}, not ${text === '' ? 'empty' : `'${text}'`}`,
      )
    }
    case 'boolean':
      if (text === 'true' || text === 'on' || text === 'yes') return true
      if (text === 'false' || text === 'off' || text === 'no') return false
      throw new InvalidArgument(`${field.flag} is 'true' or 'false', not '${text}'`)
  }
}

/** A count may be typed as it is written where it is told. */
function withoutSeparators(text: string): string {
  return /^\d{1,3}(?:,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text
}

function checkField(field: ConfigField, value: number | boolean | null): void {
  if (field.type === 'boolean') {
    if (typeof value !== 'boolean') throw new InvalidArgument(`${field.flag} is true or false`)
    return
  }
  if (value === null && field.type === 'optional-duration') return
  const whole = field.type === 'count' ? Number.isInteger(value) : Number.isFinite(value)
  if (typeof value !== 'number' || !whole || value < field.min || value > field.max) {
    throw new InvalidArgument(`${field.flag} must be ${describeRange(field)}, not ${String(value)}`)
  }
}

/** What a field may be, in words: `a duration from 100 ms to 1 d`. */
export function describeRange(field: ConfigField): string {
  switch (field.type) {
    case 'boolean':
      return 'true or false'
    case 'duration':
      return `a duration from ${formatDuration(field.min)} to ${formatDuration(field.max)}`
    case 'optional-duration':
      return `"none" or a duration from ${formatDuration(field.min)} to ${formatDuration(field.max)}`
    case 'ratio':
      return `a number from ${field.min} to ${field.max}`
    case 'count':
      return `a whole number from ${formatCount(field.min)} to ${formatCount(field.max)}`
  }
}
