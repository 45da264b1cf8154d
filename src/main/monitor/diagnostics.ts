/** A bundle for bug reports: what runs, how it is, and what happened lately, without who and where anybody is. */
import { arch, cpus, freemem, release, totalmem, type as systemName } from 'node:os'
import type { Alert, AlertRule } from '../../shared/alerts.ts'
import { readRules } from '../../shared/alerts.ts'
import type { AppInfo } from '../../shared/contract.ts'
import { errorShape } from '../../shared/errors.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { PeerRow } from '../../shared/peer.ts'
import type { Cost, Diagnostics } from '../../shared/reports.ts'
import { addressClass, reachedByOthers } from '../../shared/reachability.ts'
import { formatUtc } from '../../shared/time.ts'
import type { Discovery } from '../discovery/handle.ts'
import { databasePath } from '../store/data-dir.ts'
import { openStoreReadOnly } from '../store/read-only.ts'
import type { StoreReader } from '../store/types.ts'
import { redact, redactText } from './redact.ts'
import { inTurns } from './turns.ts'

/** Events that a bundle holds. */
const EVENTS = 300
/** Rows that are counted, and events and lines that are redacted, before others have a turn. */
const ROWS_AT_ONCE = 1000
const TEXTS_AT_ONCE = 25

/** What a bundle is made of. What is null was not there. */
export interface DiagnosticsParts {
  readonly at: number
  /** The host is null for a folder that nothing runs on. */
  readonly app: { readonly version: string; readonly host: AppInfo['host'] | 'node' | null }
  readonly settings: unknown
  readonly state: string
  readonly discovery: Discovery | null
  readonly cost: Cost | null
  readonly rows: Iterable<PeerRow>
  /** Newest first. */
  readonly events: readonly LoggedEvent[]
  readonly store: unknown
  readonly rules: readonly AlertRule[]
  readonly alerts: readonly Alert[]
  /** JSON lines, oldest first. */
  readonly log: readonly string[]
}

/**
 * Makes the bundle, in turns. Nothing in it names a peer in full, an address, a tag, a network, a webhook or a user.
 */
export async function diagnose(parts: DiagnosticsParts): Promise<Diagnostics> {
  const { discovery, app } = parts
  const peers = await inTurns(countsOf(parts.rows))
  const events = await inTurns(mapped(parts.events.slice(0, EVENTS), (logged) => redact(logged)))
  const log = await inTurns(mapped(parts.log, redactLine))
  return {
    format: 'peerscope-diagnostics',
    version: 1,
    at: formatUtc(parts.at),
    app: { version: app.version, host: app.host, node: process.versions.node, ...electronVersions() },
    system: {
      platform: process.platform,
      arch: arch(),
      name: systemName(),
      release: release(),
      processors: cpus().length,
      memoryBytes: totalmem(),
      freeBytes: freemem(),
    },
    settings: redact(parts.settings),
    state: parts.state,
    health: redact(discovery?.health() ?? null),
    reach: discovery === null ? null : reachOf(discovery.health().addresses),
    stats: redact(discovery?.stats() ?? null),
    broken: redact(discovery?.checkInvariants() ?? null),
    cost: parts.cost,
    peers,
    store: redact(parts.store),
    alerts: {
      rules: parts.rules.map(({ kind, enabled, notify, webhook, quietHours }) => ({
        kind,
        enabled,
        notify,
        posted: webhook !== null,
        quietHours: quietHours !== null,
      })),
      fired: parts.alerts.slice(0, 50).map(({ kind, firedAt, resolvedAt, repeats, quiet, webhook }) => ({
        kind,
        firedAt,
        resolvedAt,
        repeats,
        quiet,
        webhook,
      })),
    },
    events,
    log,
  }
}

/** A bundle from a data folder that nothing needs to run on. A store that cannot be read is told of in it. */
export async function diagnoseFolder(from: {
  readonly dataDir: string
  readonly version: string
}): Promise<Diagnostics> {
  const path = databasePath(from.dataDir, process.platform)
  const bundle = async (given: Partial<DiagnosticsParts>): Promise<Diagnostics> =>
    await diagnose({
      at: Date.now(),
      app: { version: from.version, host: null },
      settings: null,
      state: 'offline',
      discovery: null,
      cost: null,
      rows: [],
      events: [],
      store: null,
      rules: [],
      alerts: [],
      log: [],
      ...given,
    })
  let store: (StoreReader & { close(): void }) | null = null
  try {
    store = openStoreReadOnly(path)
    const [newest] = store.recentNetworks().toSorted((a, b) => b.lastJoinedAt - a.lastJoinedAt)
    return await bundle({
      settings: store.getSetting('settings') ?? null,
      events: newest === undefined ? [] : store.eventsPage({ networkKey: networkKeyOf(newest), limit: EVENTS }).events,
      store: await storeFacts(store),
      rules: readRules(store.getSetting('alert-rules')).rules,
    })
  } catch (error) {
    return await bundle({ store: { error: errorShape(error) } })
  } finally {
    store?.close()
  }
}

/** How much is stored; networks without their names. */
export async function storeFacts(store: StoreReader): Promise<Readonly<Record<string, unknown>>> {
  const { networks, ...stats } = await inTurns(store.statsSteps(null))
  return { ...stats, networks: networks.map(({ name: _name, ...network }) => network) }
}

function* countsOf(rows: Iterable<PeerRow>): Generator<void, Diagnostics['peers']> {
  const counts = {
    state: new Map<string, number>(),
    source: new Map<string, number>(),
    protocol: new Map<string, number>(),
  }
  let measured = 0
  let unsigned = 0
  let looked = 0
  for (const row of rows) {
    looked += 1
    if (looked % ROWS_AT_ONCE === 0) yield
    add(counts.state, row.state)
    add(counts.source, row.source)
    // What peers say of themselves is taken only where it looks like what it should be.
    add(counts.protocol, /^[\w.+-]{1,20}$/.test(row.protocolVersion) ? row.protocolVersion : 'other')
    if (row.rtt !== null) measured += 1
    if (!row.signed) unsigned += 1
  }
  return {
    byState: Object.fromEntries(counts.state),
    bySource: Object.fromEntries(counts.source),
    byProtocol: Object.fromEntries(counts.protocol),
    measured,
    unsigned,
  }
}

/** How many of our addresses others can dial, and from where; none of them is named. */
function reachOf(addresses: readonly string[]): NonNullable<Diagnostics['reach']> {
  const classes = new Map<string, number>()
  for (const address of addresses) add(classes, addressClass(address))
  return { byOthers: reachedByOthers(addresses), addresses: Object.fromEntries(classes) }
}

function* mapped<T>(items: readonly T[], map: (item: T) => unknown): Generator<void, unknown[]> {
  const result: unknown[] = []
  for (const item of items) {
    result.push(map(item))
    if (result.length % TEXTS_AT_ONCE === 0) yield
  }
  return result
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function redactLine(line: string): unknown {
  try {
    return redact(JSON.parse(line))
  } catch {
    return redactText(line.trim())
  }
}

function electronVersions(): { readonly electron?: string; readonly chrome?: string } {
  const { electron, chrome } = process.versions as Readonly<Record<string, string | undefined>>
  return { ...(electron === undefined ? {} : { electron }), ...(chrome === undefined ? {} : { chrome }) }
}
