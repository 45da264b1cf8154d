import { notifications } from '@mantine/notifications'
import type { ExportChunk } from '../../../shared/contract.ts'
import type { ExportFormat, ExportWhat } from '../../../shared/exports.ts'
import { exportName, FORMATS } from '../../../shared/exports.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp } from '../stores/app-context.tsx'
import type { App } from '../stores/app-context.tsx'
import { bytesOf } from '../ui/base64.ts'
import { formatBytes, formatCount } from '../ui/format.ts'
import { download } from '../ui/download.ts'
import { Running } from '../ui/running.tsx'
import { strings } from '../ui/strings.ts'
import { tellCancelled, tellFailure } from './verbs.ts'

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
}

/** Exports as a download, with progress and a way to stop it. Resolves to whether there is a file. */
export function useExport(): (wish: ExportWish) => Promise<boolean> {
  const app = useApp()
  return (wish) => exportFile(app, wish)
}

async function exportFile({ client, peers }: App, wish: ExportWish): Promise<boolean> {
  const { status } = peers.getState()
  const network = 'network' in status ? (status.network.name ?? status.network.id.slice(0, 12)) : 'peerscope'
  const stop = new AbortController()
  const cancel = (): void => stop.abort()
  const id = notifications.show({
    message: <Running onCancel={cancel} text={strings.verbs.exportStarts} share={null} />,
    autoClose: false,
    loading: true,
  })
  const parts: BlobPart[] = []
  try {
    const options = { signal: stop.signal }
    const { format, ...selection } = wish
    const stream =
      format === 'sqlite'
        ? await client.exports.database(undefined, options)
        : await client.exports.file({ ...selection, format }, options)
    for await (const chunk of stream) {
      if (stop.signal.aborted) break
      parts.push(chunk.text ?? bytesOf(chunk.base64 ?? ''))
      notifications.update({
        id,
        message: <Running onCancel={cancel} text={progress(chunk, format === 'sqlite')} share={shareOf(chunk)} />,
        autoClose: false,
        loading: true,
      })
    }
  } catch (thrown) {
    notifications.hide(id)
    if (stop.signal.aborted) tellCancelled(strings.verbs.exportCancelled)
    else tellFailure(thrown)
    return false
  }
  notifications.hide(id)
  if (stop.signal.aborted) {
    tellCancelled(strings.verbs.exportCancelled)
    return false
  }
  const name =
    wish.format === 'sqlite'
      ? exportName(network, 'catalog', 'json', Date.now()).replace(/\.json$/, '.db')
      : exportName(network, wish.what, wish.format, Date.now())
  const type = wish.format === 'sqlite' ? 'application/vnd.sqlite3' : FORMATS[wish.format].mime
  download(name, new Blob(parts, { type }))
  notifications.show({ message: strings.verbs.exported(name), color: 'teal' })
  return true
}

function progress({ done, total }: ExportChunk, inBytes: boolean): string {
  const show = inBytes ? formatBytes : formatCount
  return strings.verbs.exporting(show(done), total === null ? null : show(total))
}

function shareOf({ done, total }: ExportChunk): number | null {
  return total === null || total === 0 ? null : done / total
}
