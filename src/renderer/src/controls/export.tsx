import type { ExportChunk, NetworkRef } from '../../../shared/contract.ts'
import type { ExportFormat, ExportWhat } from '../../../shared/exports.ts'
import { exportName, FORMATS } from '../../../shared/exports.ts'
import { withDrawing } from '../../../shared/gexf-drawing.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { drawnPeer } from '../graph/drawn-peers.ts'
import { useApp } from '../stores/app-context.tsx'
import type { App } from '../stores/app-context.tsx'
import { momentOf } from '../stores/picture-store.ts'
import { whichOf } from '../stores/played-parts.ts'
import { bytesOf } from '../ui/base64.ts'
import { formatBytes, formatCount, formatExact } from '../ui/format.ts'
import { download } from '../ui/download.ts'
import { Running } from '../ui/running.tsx'
import { say, sayInstead, unsay } from '../stores/said-store.ts'
import { strings } from '../ui/strings.ts'
import { tell, tellCancelled, tellFailure } from './verbs.ts'
import { hostNow } from '../ui/host-time.ts'

/** What is to be exported. `sqlite` is a copy of the whole database. */
export interface ExportWish {
  readonly what: ExportWhat
  readonly format: ExportFormat | 'sqlite'
  readonly filter: string
  /** Only these peers; all when left out. */
  readonly peerIds?: PeerId[]
  /** Milliseconds since the epoch; null for no bound. */
  readonly from: number | null
  readonly to: number | null
  /** The moment that it is of, milliseconds since the epoch; that which is looked at where left out. */
  readonly at?: number
  /** For a snapshot: what can be played in it. */
  readonly played?: { readonly from: number; readonly to: number }
}

/** How much before and after a moment is shared with it, milliseconds. */
export const SHARED_SPAN_MS = 3_600_000

/** Saves a moment with what happened around it as a signed file. Resolves to whether there is a file. */
export function useShare(): (at: number, spanMs: number) => Promise<boolean> {
  const app = useApp()
  return async (at, spanMs) => {
    const played = { from: Math.max(0, at - spanMs), to: Math.max(at, Math.min(hostNow(), at + spanMs)) }
    return await exportFile(app, { what: 'catalog', format: 'snapshot', filter: '', from: null, to: null, at, played })
  }
}

/** Exports as a download, with progress and a way to stop it. Resolves to whether there is a file. */
export function useExport(): (wish: ExportWish) => Promise<boolean> {
  const app = useApp()
  return (wish) => exportFile(app, wish)
}

async function exportFile(app: App, wish: ExportWish): Promise<boolean> {
  const { client, peers, picture } = app
  const { picture: looked, played } = picture.getState()
  const past = momentOf(looked)?.at ?? null
  const which = whichOf(played?.stored)
  // The copy of the database is of now, whatever is looked at.
  const at = wish.format === 'sqlite' ? null : (wish.at ?? past)
  const { status } = peers.getState()
  const network = shortName(played?.stored?.network ?? ('network' in status ? status.network : null))
  const stop = new AbortController()
  const cancel = (): void => stop.abort()
  const id = say({
    message: <Running onCancel={cancel} text={strings.verbs.exportStarts} share={null} />,
    stayMs: null,
  })
  const parts: BlobPart[] = []
  const drawn = drawnIn(app, wish, at)
  try {
    const options = { signal: stop.signal }
    const { format, ...selection } = wish
    const stream =
      format === 'sqlite'
        ? await client.exports.database(undefined, options)
        : which === null
          ? await client.exports.file({ ...selection, format, at }, options)
          : await client.stored.file({ ...which, query: { ...selection, format, at } }, options)
    for await (const chunk of stream) {
      if (stop.signal.aborted) break
      parts.push(chunk.text === undefined ? bytesOf(chunk.base64 ?? '') : drawn(chunk.text))
      const text = progress(chunk, format === 'sqlite')
      sayInstead(id, <Running onCancel={cancel} text={text} share={shareOf(chunk)} />)
    }
  } catch (thrown) {
    unsay(id)
    if (stop.signal.aborted) tellCancelled(strings.verbs.exportCancelled)
    else tellFailure(thrown)
    return false
  }
  unsay(id)
  if (stop.signal.aborted) {
    tellCancelled(strings.verbs.exportCancelled)
    return false
  }
  const name =
    wish.format === 'sqlite'
      ? exportName(network, 'catalog', 'json', hostNow()).replace(/\.json$/, '.db')
      : exportName(network, wish.what, wish.format, hostNow(), at)
  const type = wish.format === 'sqlite' ? 'application/vnd.sqlite3' : FORMATS[wish.format].mime
  download(name, new Blob(parts, { type }))
  const saved = at === null ? strings.verbs.exported(name) : strings.past.savedAsOf(name, formatExact(at))
  tell(saved)
  return true
}

/** Adds places, colours and sizes to a GEXF file where the graph of what is exported was drawn; leaves all else as it is. */
function drawnIn(app: App, { what, format }: ExportWish, at: number | null): (text: string) => string {
  const { graph, peers } = at === null ? app : app.other
  const { status } = peers.getState()
  const { network, model } = graph.drawing()
  if (what !== 'catalog' || format !== 'gexf' || !('network' in status) || networkKeyOf(status.network) !== network)
    return (text) => text
  return (text) => withDrawing(text, (peerId) => drawnPeer(model, peerId as PeerId))
}

function shortName(network: Pick<NetworkRef, 'name' | 'id'> | null): string {
  return network === null ? 'peerscope' : (network.name ?? network.id.slice(0, 12))
}

function progress({ done, total }: ExportChunk, inBytes: boolean): string {
  const show = inBytes ? formatBytes : formatCount
  return strings.verbs.exporting(show(done), total === null ? null : show(total))
}

function shareOf({ done, total }: ExportChunk): number | null {
  return total === null || total === 0 ? null : done / total
}
