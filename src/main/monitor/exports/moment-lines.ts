/**
 * The lines of a shared moment (docs/snapshot.md): what was shown at the beginning of its span, what changed after that, and
 * the events. They are the word of who made the file; what others wrote is held to the shapes here.
 */
import { z } from 'zod'
import type { DiscoveryEvent, EarlierState, LoggedEvent } from '../../../shared/events.ts'
import { MOST_STATES } from '../repeats.ts'
import type { PeerId, UniqueId } from '../../../shared/ids.ts'
import { isPeerId } from '../../../shared/ids.ts'
import { NOT_DIALED } from '../../../shared/not-dialed.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'

/** Longest lists and texts of a row: those of entries at their limits, and room for those of other kinds. */
const MAX_LIST = 1024
const MAX_TEXT = 1024
/** Most records of a line. */
const MAX_RECORDS = 2000

const peerId = z.custom<PeerId>((value) => typeof value === 'string' && value.length < 100 && isPeerId(value))
const uniqueId = z.custom<UniqueId>((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value))
const time = z.number()
const text = z.string().max(MAX_TEXT)
const texts = z.array(text).max(MAX_LIST)
const ids = z.array(uniqueId).max(MAX_LIST)
const source = z.enum(['gossip', 'sync', 'ping', 'dht', 'manual', 'self'])
const departureReason = z.enum(['graceful', 'purged', 'lost', 'removed', 'displaced'])
const version = z.object({ startedAt: time, updatedAt: time })

const rowSchema = z.object({
  peerId,
  self: z.boolean(),
  state: z.enum(['online', 'departed', 'purged', 'lost', 'removed', 'displaced', 'stored']),
  signed: z.boolean(),
  protocolVersion: text,
  version,
  addresses: texts,
  tags: texts,
  streams: ids,
  functions: ids,
  groups: ids,
  ticketCount: z.number().int().nonnegative(),
  neighbor: z.boolean(),
  connected: z.boolean(),
  source,
  firstSeen: time,
  backAt: time.exactOptional(),
  lastSeen: time,
  rtt: z.object({ srtt: time, rttvar: time, last: time, at: time }).nullable(),
})

/** A link as a line has it: the first of its ends says it. */
const edgeSchema = z
  .tuple([peerId, peerId, z.enum(['connection', 'neighbor', 'holds']), peerId, time])
  .refine(([a, , , saidBy]) => a === saidBy)

/** What kinds of events say, by kind. One of a later version that is not known here is left out. */
const EVENTS: Readonly<Record<string, z.ZodRawShape>> = {
  PeerDiscovered: { peerId, source, version, tags: texts, addresses: texts },
  PeerUpdated: { peerId, source, version, tags: texts, addresses: texts, changed: texts },
  PeerRestarted: { peerId, startedAt: time, after: departureReason.nullable() },
  PeerDeparted: { peerId, reason: departureReason, version },
  NeighborUp: { peerId },
  NeighborDown: { peerId },
  SyncCompleted: { peerId, received: z.number(), sent: z.number(), bytes: z.number(), durationMs: z.number() },
  SyncFailed: { peerId, reason: text, retryInMs: z.number().nullable(), since: time.optional() },
  DialFailed: {
    target: text,
    reason: text,
    notDialed: z.enum(Object.keys(NOT_DIALED)).optional(),
    since: time.optional(),
  },
  EntryRejected: { peerId: peerId.nullable(), reason: text, source, detail: text, aheadMs: z.number().optional() },
  DhtSlotClaimed: { slot: z.number() },
  DhtFailed: { reason: text },
  IdentityClash: { peerId, startedAt: z.number().nullable() },
  LocalEntryUpdated: { version, tags: texts, addresses: texts },
  NetworkJoined: {
    peerId,
    networkId: text,
    addresses: texts,
    brokeOffAt: time.optional(),
    purgeAfterMs: time.optional(),
    demo: z.literal(true).optional(),
  },
  NetworkLeft: { networkId: text, how: z.enum(['left', 'closed']).optional() },
  NetworkFailed: { networkId: text, reason: text },
  ClockJumped: { byMs: z.number() },
  ClockCompared: { byMs: z.number().nullable(), peers: z.number() },
  EventsMissed: { count: z.number() },
  Stalled: { ms: z.number() },
  Islands: {
    count: z.number(),
    sizes: z.array(z.number()).max(MAX_LIST),
    since: z.number().optional(),
    held: z.array(peerId).max(MAX_LIST).optional(),
    apart: z.array(peerId).max(MAX_LIST).optional(),
    unlinked: z.array(peerId).max(MAX_LIST).optional(),
    gone: z.number().nonnegative().optional(),
    missing: z.array(peerId).max(MAX_LIST).optional(),
    back: z.number().nonnegative().optional(),
    brief: z
      .object({ count: z.number(), sizes: z.array(z.number()).max(MAX_LIST), since: time, until: time })
      .optional(),
  },
  NetworkLost: {
    heardAt: z.number().nullable(),
    since: z.number().optional(),
    judgedAt: z.number().optional(),
    purgeAfterMs: z.number().nonnegative().optional(),
  },
  NetworkBack: { since: z.number().optional() },
}

const EVENT_SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(EVENTS).map(([kind, shape]) => [kind, z.object({ kind: z.literal(kind), ...shape })]),
)

const eventSchema = z.object({ kind: z.string().max(60) }).loose()
const stateSchema = z.object({ times: z.number().int().positive(), lastAt: time, event: eventSchema.optional() })

const loggedSchema = z.object({
  seq: z.number().int().positive(),
  at: time,
  event: eventSchema,
  times: z.number().int().positive().optional(),
  lastAt: time.optional(),
  earlier: z.array(stateSchema).max(MOST_STATES).optional(),
})

/** What a moment's line says, by the one name that it has. */
export const momentLineSchemas = {
  shown: z.object({ rows: z.array(rowSchema).max(MAX_RECORDS), edges: z.array(edgeSchema).max(MAX_RECORDS) }),
  change: z.object({
    at: time,
    rows: z.array(rowSchema.partial().extend({ peerId })).max(MAX_RECORDS),
    gone: z.array(peerId).max(MAX_RECORDS),
    edges: z.array(edgeSchema).max(MAX_RECORDS),
    edgesGone: z.array(edgeSchema).max(MAX_RECORDS),
  }),
  events: z.array(loggedSchema).max(MAX_RECORDS),
} as const

/** A row as a change has it: only what is new. */
export type RowChange = Partial<PeerRow> & Pick<PeerRow, 'peerId'>

/** A line of a shared moment. */
export type MomentLine =
  | { readonly kind: 'shown'; readonly rows: readonly PeerRow[]; readonly edges: readonly Edge[] }
  | {
      readonly kind: 'change'
      /** Milliseconds since the epoch. */
      readonly at: number
      readonly rows: readonly RowChange[]
      readonly gone: readonly PeerId[]
      readonly edges: readonly Edge[]
      readonly edgesGone: readonly Edge[]
    }
  | { readonly kind: 'events'; readonly events: readonly LoggedEvent[] }

/** The line as JSON, without its sum. */
export function momentLineText(line: MomentLine): string {
  switch (line.kind) {
    case 'shown':
      return JSON.stringify({ shown: { rows: line.rows, edges: line.edges.map(tuple) } })
    case 'change': {
      const { kind: _kind, edges, edgesGone, ...rest } = line
      return JSON.stringify({ change: { ...rest, edges: edges.map(tuple), edgesGone: edgesGone.map(tuple) } })
    }
    case 'events':
      return JSON.stringify({ events: line.events })
  }
}

/** Whether a line is one of a moment, and not of a peer. */
export function isMomentLine(line: string): boolean {
  return /^\{"(?:shown|change|events)":/.test(line)
}

/** What a line says; null where it is not of the shape that it should be. */
export function momentLineFrom(value: unknown): MomentLine | null {
  const { shown, change, events } = Object(value) as Record<string, unknown>
  if (shown !== undefined) {
    const { data } = momentLineSchemas.shown.safeParse(shown)
    return data === undefined ? null : { kind: 'shown', rows: data.rows, edges: data.edges.map(edgeOf) }
  }
  if (change !== undefined) {
    const { data } = momentLineSchemas.change.safeParse(change)
    if (data === undefined) return null
    const { at, gone } = data
    // A key that is there and undefined would take away what was known.
    const rows = data.rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([, field]) => field !== undefined)),
    )
    return {
      kind: 'change',
      at,
      rows: rows as unknown as RowChange[],
      gone,
      edges: data.edges.map(edgeOf),
      edgesGone: data.edgesGone.map(edgeOf),
    }
  }
  const { data } = momentLineSchemas.events.safeParse(events)
  return data === undefined ? null : { kind: 'events', events: data.flatMap((logged) => knownEvent(logged)) }
}

function knownEvent({ event, times, lastAt, earlier, ...place }: z.infer<typeof loggedSchema>): LoggedEvent[] {
  const known = asKnown(event)
  if (known === null) return []
  if (times === undefined || lastAt === undefined) return [{ ...place, event: known }]
  const states = earlier?.map((state): EarlierState | null => {
    const told = state.event === undefined ? known : asKnown(state.event)
    if (told?.kind !== known.kind) return null
    return { times: state.times, lastAt: state.lastAt, ...(state.event === undefined ? {} : { event: told }) }
  })
  const before = states?.every((state) => state !== null) === true ? { earlier: states } : {}
  return [{ ...place, event: known, times, lastAt, ...before }]
}

function asKnown(event: z.infer<typeof eventSchema>): DiscoveryEvent | null {
  const known = EVENT_SCHEMAS.get(event.kind)?.safeParse(event)
  return known?.success === true ? (known.data as DiscoveryEvent) : null
}

function tuple({ a, b, kind, saidBy, at }: Edge): z.infer<typeof edgeSchema> {
  return [a, b, kind, saidBy, at]
}

function edgeOf([a, b, kind, saidBy, at]: z.infer<typeof edgeSchema>): Edge {
  return { a, b, kind, saidBy, at }
}
