import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { ConfigField, DiscoveryConfig } from '../../shared/config.ts'
import {
  CONFIG_FIELDS,
  DEFAULT_CONFIG,
  describeRange,
  formatDuration,
  parseDuration,
  parseField,
  resolveConfig,
} from '../../shared/config.ts'
import { InvalidArgument, PeerscopeError } from '../../shared/errors.ts'
import { NETWORK_KINDS } from '../../shared/network-kind.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import type { Span } from '../../shared/time.ts'
import { formatLocal, parseMoment } from '../../shared/time.ts'
import type { LogLevel } from '../monitor/log.ts'
import { LOG_LEVELS } from '../monitor/log.ts'
import { checkDataFolder } from '../monitor/data-folder.ts'
import { defaultDataDir } from '../monitor/default-data-dir.ts'
import type { Endpoint } from '../monitor/metrics/endpoint-address.ts'
import type { OfflineFrom } from '../monitor/offline.ts'
import { parseEndpoint } from '../monitor/metrics/endpoint-address.ts'
import type { TargetOptions } from '../monitor/output-target.ts'
import type { Io } from './io.ts'

/** What `--dht-bootstrap` is. */
export const DHT_BOOTSTRAP_HELP = 'the only DHT node to start from, may be repeated (default: the public routers)'

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/** Refuses `--data --json`, where the value is missing, for all options of a command and its sub-commands. */
export function refuseOptionsAsValues(command: Command): void {
  for (const option of command.options) {
    if (!option.required) continue
    const parse = option.parseArg
    option.argParser((value: string, before: unknown): unknown => {
      if (value.startsWith('--'))
        command.error(`error: option '${option.flags}' needs a value, and '${value}' is an option`, {
          code: 'commander.optionMissingArgument',
        })
      return parse === undefined ? value : parse(value, before)
    })
  }
  for (const sub of command.commands) refuseOptionsAsValues(sub)
}

/** A parser for a whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return value
  }
}

/** Flags of every command that reads a data folder. */
export interface DataFlags {
  readonly data?: string
  readonly network?: string
  readonly kind?: NetworkKind
  readonly json?: boolean
}

/** Flags that choose among what is stored. */
export interface SelectionFlags {
  readonly filter?: string
  readonly from?: number
  readonly to?: number
}

/** `--kind`. */
export function kindOption(help: string): Option {
  return new Option('--kind <kind>', help).choices([...NETWORK_KINDS])
}

/** Adds `--data`, `--network`, `--kind` and `--json`. */
export function addDataFlags(command: Command): Command {
  return command
    .option('--data <dir>', "data folder (default: the platform's app-data folder)")
    .option('--network <name>', 'network name or id (default: the one joined last)')
    .addOption(kindOption('of which kind the network is (default: any)'))
    .option('--json', 'print one JSON object a line')
}

/** Adds `--filter`, `--from` and `--to`. */
export function addSelectionFlags(command: Command): Command {
  return command
    .option('--filter <filter>', 'only what passes, such as "tag:role:* -state:left rtt>200ms"')
    .option(
      '--from <time>',
      'only from then on: 2026-11-23 or "2026-11-23 10:00" in local time, any time as it is printed, @SECONDS since 1970, or 2h for two hours ago',
      (text: string) => when(text).from,
    )
    .option(
      '--to <time>',
      'only up to then, the whole of that day, minute or second included',
      (text: string) => when(text).to,
    )
}

/** A moment, milliseconds since the epoch: of a day or a minute its beginning. */
export function momentOf(text: string): number {
  return Math.floor(when(text).from)
}

/** A length of time, milliseconds. */
export function durationOf(text: string): number {
  try {
    return parseDuration(text)
  } catch (error) {
    if (error instanceof PeerscopeError) throw new InvalidArgumentError(`${error.message}.`)
    throw error
  }
}

/** What `--at` and `--as-of` are. */
export const MOMENT_HELP =
  'as it was shown at that moment: "1h ago", "2026-11-23 16:05" in local time, or any time as it is printed'

/** Flags that let somebody look at a running Peerscope from outside. */
export interface ObserveFlags {
  readonly metrics?: Endpoint
  readonly logLevel?: LogLevel
}

/** Adds `--metrics` and `--log-level`. */
export function addObserveFlags(command: Command): Command {
  return command
    .option(
      '--metrics <host:port>',
      'serve metrics to Prometheus there, such as 127.0.0.1:9464 (port 0: a free one)',
      at,
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged to standard error (default: warn)').choices([...LOG_LEVELS]),
    )
}

function at(text: string): Endpoint {
  try {
    return parseEndpoint(text)
  } catch {
    throw new InvalidArgumentError('Write an address and a port, such as 127.0.0.1:9464.')
  }
}

/** Which data folder and network the flags name. @throws StoreFailed for a folder that cannot be read */
export function offlineFrom(flags: DataFlags, io: Io): OfflineFrom {
  if (flags.data !== undefined) checkDataFolder(flags.data, 'read')
  return { dataDir: flags.data ?? null, network: flags.network ?? null, kind: flags.kind, env: io.env }
}

/** What an output may replace. */
export function outputOptions(flags: { readonly data?: string; readonly force?: boolean }, io: Io): TargetOptions {
  const usual = defaultDataDir(io.env)
  return { force: flags.force === true, dataDirs: flags.data === undefined ? [usual] : [flags.data, usual] }
}

/** What the flags choose. @throws InvalidArgument for a span that ends before it begins */
export function selectionFrom(flags: SelectionFlags): {
  readonly filter: string
  readonly from: number | null
  readonly to: number | null
} {
  const { filter = '', from = null, to = null } = flags
  if (from !== null && to !== null && from > to)
    throw new InvalidArgument(`--from ${formatLocal(from)} is after --to ${formatLocal(to)}: nothing lies between`)
  return { filter, from, to }
}

/** The milliseconds since the epoch that a text covers: a date and time, or how long ago. */
function when(text: string): Span {
  try {
    return parseMoment(text, Date.now())
  } catch (error) {
    if (error instanceof PeerscopeError) throw new InvalidArgumentError(`${error.message}.`)
    throw error
  }
}

/**
 * Adds one flag for each setting of discovery, named after it.
 * @param defaults what counts where a flag is not given
 */
export function addConfigFlags(command: Command, defaults: DiscoveryConfig = DEFAULT_CONFIG): Command {
  for (const field of CONFIG_FIELDS) {
    const fallback = defaultWords(field, defaults[field.name])
    command.addOption(
      new Option(`--${field.flag} <${placeholder(field)}>`, `${field.help} (default: ${fallback})`)
        .argParser((text: string) => refuseAsUsage(() => parseField(field, text), field))
        .helpGroup('Discovery:'),
    )
  }
  return command
}

/**
 * The settings among a command's parsed options.
 * @throws InvalidArgument when they do not go together
 */
export function configFrom(options: Readonly<Record<string, unknown>>): Partial<DiscoveryConfig> {
  const given = Object.fromEntries(
    CONFIG_FIELDS.filter((field) => options[field.name] !== undefined).map((field) => [
      field.name,
      options[field.name],
    ]),
  ) as Partial<DiscoveryConfig>
  resolveConfig(given)
  return given
}

function defaultWords({ type }: ConfigField, value: number | boolean | null): string {
  if (value === null) return 'none'
  return type === 'duration' && typeof value === 'number' ? formatDuration(value) : String(value)
}

function placeholder(field: ConfigField): string {
  switch (field.type) {
    case 'duration':
    case 'optional-duration':
      return 'duration'
    case 'ratio':
    case 'count':
      return 'number'
    case 'boolean':
      return 'true|false'
  }
}

function refuseAsUsage<T>(parse: () => T, field: ConfigField): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof PeerscopeError) throw new InvalidArgumentError(`It must be ${describeRange(field)}.`)
    throw error
  }
}
