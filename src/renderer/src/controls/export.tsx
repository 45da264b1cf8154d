import { Button, Group, Progress } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useApp } from '../stores/app-context.tsx'
import type { App } from '../stores/app-context.tsx'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { exportName } from './export-name.ts'
import { tellFailure } from './verbs.ts'

/** Exports the catalog as a download, with progress and a way to stop it. */
export function useExport(): () => Promise<void> {
  const app = useApp()
  return () => exportCatalog(app)
}

async function exportCatalog({ client, peers }: App): Promise<void> {
  const { status } = peers.getState()
  const network = 'network' in status ? (status.network.name ?? status.network.id.slice(0, 12)) : 'catalog'
  const stop = new AbortController()
  const id = notifications.show({
    message: <Running stop={stop} done={0} total={0} />,
    autoClose: false,
    loading: true,
  })
  const parts: string[] = []
  try {
    const stream = await client.exports.catalog({ format: 'json' }, { signal: stop.signal })
    for await (const { done, total, text } of stream) {
      if (stop.signal.aborted) break
      parts.push(text)
      notifications.update({
        id,
        message: <Running stop={stop} done={done} total={total} />,
        autoClose: false,
        loading: true,
      })
    }
  } catch (thrown) {
    notifications.hide(id)
    if (stop.signal.aborted) notifications.show({ message: strings.verbs.exportCancelled, color: 'gray' })
    else tellFailure(thrown)
    return
  }
  notifications.hide(id)
  if (stop.signal.aborted) {
    notifications.show({ message: strings.verbs.exportCancelled, color: 'gray' })
    return
  }
  const name = exportName(network, new Date())
  download(name, new Blob(parts, { type: 'application/json' }))
  notifications.show({ message: strings.verbs.exported(name), color: 'teal' })
}

function Running(props: { readonly stop: AbortController; readonly done: number; readonly total: number }) {
  const { stop, done, total } = props
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        {strings.verbs.exporting(formatCount(done), formatCount(total))}
        <Button size="compact-xs" variant="default" onClick={() => stop.abort()}>
          {strings.verbs.cancel}
        </Button>
      </Group>
      <Progress value={total === 0 ? 0 : (100 * done) / total} size="xs" mt={6} />
    </>
  )
}

function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download reads the blob after the click; a minute is more than it needs.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
