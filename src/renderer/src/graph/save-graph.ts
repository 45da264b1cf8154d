import { useExport } from '../controls/export.tsx'
import { tell, tellFailure } from '../controls/verbs.ts'
import { useApp } from '../stores/app-context.tsx'
import type { App } from '../stores/app-context.tsx'
import { momentOf } from '../stores/picture-store.ts'
import type { Picture } from '../stores/picture-store.ts'
import { nameOf } from '../stores/stored-history.ts'
import { download } from '../ui/download.ts'
import { formatCount, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { drawnFilter } from './drawn-peers.ts'
import { svgParts } from './svg.ts'
import { hostNow } from '../ui/host-time.ts'

/** Longest time in one go for writing the drawing, in milliseconds. */
const SLICE_MS = 12

/** How the graph can be saved. */
export type GraphFormat = 'png' | 'svg' | 'gexf'

/** Saves the graph that is looked at as a download and says so. */
export function useSaveGraph(): (format: GraphFormat) => void {
  const app = useApp()
  const exportFile = useExport()
  return (format) => {
    const { picture } = app.picture.getState()
    const shown = picture === null ? app : { ...app, ...app.other }
    if (format !== 'gexf') return void save(shown, picture, format).catch(tellFailure)
    // The file has what is known of each peer; the export adds how it is drawn.
    const filter = drawnFilter(shown.graph.drawing().model)
    return void exportFile({ what: 'catalog', format, filter, from: null, to: null })
  }
}

async function save({ graph, peers }: App, picture: Picture | null, format: 'png' | 'svg'): Promise<void> {
  const { status } = peers.getState()
  const joined = 'network' in status ? (status.network.name ?? status.network.id.slice(0, 12)) : 'peerscope'
  const network = foreignName(picture) ?? joined
  const at = formatExact(momentOf(picture)?.at ?? hostNow())
  const title = strings.graph.svgTitle(network, formatCount(graph.view.getState().drawnOthers), at)
  const { model, theme } = graph.drawing()
  const blob = format === 'png' ? await graph.png() : await collect(svgParts(model, theme, title))
  if (blob === null) return
  const name = `${network.replaceAll(/[^\w.-]+/g, '_')}-graph-${at.slice(0, 19).replaceAll(/[ :]/g, '-')}.${format}`
  download(name, blob)
  tell(strings.graph.saved(name))
}

function foreignName(picture: Picture | null): string | null {
  if (picture?.kind === 'stored') return nameOf(picture.network, false, picture.at)
  return picture?.kind === 'file' ? picture.title : null
}

/** Puts the parts together, a slice at a time, so that the window stays alive. */
async function collect(parts: Iterable<string>): Promise<Blob> {
  const texts: string[] = []
  let until = performance.now() + SLICE_MS
  for (const part of parts) {
    texts.push(part)
    if (performance.now() < until) continue
    await new Promise((resolve) => setTimeout(resolve))
    until = performance.now() + SLICE_MS
  }
  return new Blob(texts, { type: 'image/svg+xml' })
}
