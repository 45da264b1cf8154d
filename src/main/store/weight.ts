import type { DiscoveryEvent } from '../../shared/events.ts'
import type { Write } from './writes.ts'

/** A record beside its texts and bytes, and a text beside its characters, bytes. */
const RECORD = 256
const TEXT = 40
/** A state that a row of the log was in before. */
const STATE = 64

/** What a record takes in memory while it is kept to be written, estimated bytes. */
export function weightOfWrite(write: Write): number {
  switch (write.kind) {
    case 'peer': {
      const { addresses, tags, streams, functions, groups, signed } = write.peer
      return RECORD + textsOf(addresses, tags, streams, functions, groups) + (signed?.entry.length ?? 0)
    }
    case 'event':
    case 'event-again': {
      const { event, earlier = [] } = write.event
      const before = earlier.flatMap((state) => state.event ?? [])
      return [event, ...before].reduce((weight, one) => weight + eventWeight(one), earlier.length * STATE)
    }
    case 'topology':
      return RECORD + write.edges.length
    case 'journal':
      return RECORD + write.part.bytes.length
    case 'setting':
      return RECORD + (write.json?.length ?? 0)
    default:
      return RECORD
  }
}

function eventWeight(event: DiscoveryEvent): number {
  return RECORD + ('tags' in event ? textsOf(event.tags, event.addresses) : 0)
}

function textsOf(...lists: (readonly string[])[]): number {
  let weight = 0
  for (const list of lists) for (const text of list) weight += text.length + TEXT
  return weight
}
