/** A network that is watched for some seconds, and shared moments of it. */
import { exportParts } from '../../../../src/main/monitor/exports/export.ts'
import { playedAround, sourceAt } from '../../../../src/main/monitor/exports/moment.ts'
import { PlayedFile } from '../../../../src/main/monitor/exports/played-file.ts'
import { readSnapshot } from '../../../../src/main/monitor/exports/read-snapshot.ts'
import type { ExportSource } from '../../../../src/main/monitor/exports/records.ts'
import { Journal } from '../../../../src/main/monitor/journal/journal.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { createSignatures } from '../../../../src/main/network/signatures.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { idOf, secretOf } from '../../../support/discovery/entries.ts'
import type { DataFolder } from '../../store/data-folder.ts'
import { NETWORK, NETWORK_ID, peerOf } from '../../store/data-folder.ts'

export const signatures = createSignatures()
export const signer = { secret: secretOf('maker'), signatures }

/** A row of a peer by its name. */
export function rowOf(name: string, changes: Partial<PeerRow> = {}): PeerRow {
  const { signed, departureReason: _reason, ...rest } = peerOf(name)
  return { ...rest, self: false, signed: signed !== null, neighbor: false, connected: false, ...changes }
}

/** Twenty seconds of a network that is watched: who comes, changes and leaves, with links and events. */
/** @param went how p1 went after 12 s, until it came back 4 s later */
export async function watched(
  data: DataFolder,
  went: 'departed' | 'purged' = 'departed',
): Promise<ExportSource & { readonly store: Store }> {
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  const journal = new Journal({ store, networkKey: NETWORK, view, clock })
  const log = (peer: string, kind: 'NeighborUp' | 'NeighborDown'): void =>
    void store.append(NETWORK, clock.now(), { kind, peerId: idOf(peer) })
  const link = (b: string): Edge => ({
    a: idOf('us'),
    b: idOf(b),
    kind: 'neighbor',
    saidBy: idOf('us'),
    at: clock.now(),
  })
  store.append(NETWORK, clock.now(), {
    kind: 'NetworkJoined',
    networkId: NETWORK_ID,
    peerId: idOf('us'),
    addresses: [],
  })
  view.putRow(rowOf('us', { self: true }))
  journal.start()
  for (let second = 0; second < 20; second += 1) {
    const peer = `p${second % 5}`
    view.putRow(rowOf(peer, { tags: [`second:${second}`], rtt: { srtt: second, rttvar: 1, last: 2, at: clock.now() } }))
    if (second % 2 === 0) view.putEdge(link(peer))
    else view.removeEdge(link(`p${(second - 1) % 5}`))
    if (second === 12) view.putRow(rowOf('p1', { state: went }))
    log(peer, second % 2 === 0 ? 'NeighborUp' : 'NeighborDown')
    await data.scheduler.run(1000)
  }
  journal.flush()
  const network = { kind: 'peerscope', id: NETWORK_ID, name: 'watched' } as const
  return { network, store, live: new Map(), links: null, loss: null, now: clock.now() }
}

/** Ten seconds with a change each 100 ms, and an event with each seventh. */
export async function dense(data: DataFolder): Promise<ExportSource> {
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  const journal = new Journal({ store, networkKey: NETWORK, view, clock })
  journal.start()
  for (let n = 0; n < 110; n += 1) {
    view.putRow(rowOf(`p${n % 3}`, { ticketCount: n }))
    if (n % 7 === 0) store.append(NETWORK, clock.now(), { kind: 'NeighborUp', peerId: idOf(`p${n % 3}`) })
    await data.scheduler.run(100)
  }
  journal.flush()
  const network = { kind: 'peerscope', id: NETWORK_ID, name: 'dense' } as const
  return { network, store, live: new Map(), links: null, loss: null, now: clock.now() }
}

/** A shared moment as a file. */
export async function fileAt(source: ExportSource, at: number, span: number | null): Promise<Uint8Array> {
  const request = {
    what: 'catalog',
    format: 'snapshot',
    filter: '',
    from: null,
    to: null,
    played: span === null ? undefined : playedAround(at, span, source.now),
  } as const
  const parts: Uint8Array[] = []
  for await (const { data } of exportParts(await sourceAt(source, at), request, signer))
    parts.push(typeof data === 'string' ? Buffer.from(data) : data)
  return Buffer.concat(parts)
}

/** The file, opened. */
export async function opened(file: Uint8Array) {
  const content = new PlayedFile()
  const { signal } = new AbortController()
  const verdict = await readSnapshot(file, { signatures, signal, onMoment: (line) => content.take(line) })
  content.end(verdict.moment ?? undefined)
  return { verdict, content }
}
